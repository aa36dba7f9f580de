// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.domain;

/**
 * What the planner must know of the host.
 *
 * @param processors Xen's, as dom0 sees them
 * @param memoryKib dom0's
 * @param swapKib dom0's
 */
public record HostFacts(int processors, long memoryKib, long swapKib) {}
