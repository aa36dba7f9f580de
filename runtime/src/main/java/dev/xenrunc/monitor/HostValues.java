// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.monitor;

import java.util.Map;
import java.util.Optional;

/**
 * Names and kernel settings that a guest is given as its container starts.
 *
 * @param sysctls kernel settings that follow the host's, by name
 */
public record HostValues(
    Optional<String> hostname, Optional<String> domainname, Map<String, String> sysctls) {}
