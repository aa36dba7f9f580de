// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import java.time.Duration;

/**
 * What Xen says of a domain at one moment.
 *
 * @param reason why the domain shut down; {@link ShutdownReason#NONE} until it does
 */
public record DomainInfo(
    Domain domain,
    DomainState state,
    ShutdownReason reason,
    long memoryKib,
    Duration cpuTime,
    int vcpusOnline) {}
