// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

/** What a domain would take of the host's memory, overhead included, and what Xen has free. */
public record HostMemory(long neededKib, long freeKib) {
  public boolean suffices() {
    return neededKib <= freeKib;
  }
}
