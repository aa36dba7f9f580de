// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

/** The host has not enough free memory for a domain. */
public final class NoMemoryException extends ToolstackException {
  private static final long serialVersionUID = 1L;
  private static final int KIB_PER_MIB = 1024;

  public NoMemoryException(HostMemory memory, Throwable cause) {
    super(
        "no memory left for the domain: it needs "
            + memory.neededKib() / KIB_PER_MIB
            + " MiB, Xen has "
            + memory.freeKib() / KIB_PER_MIB
            + " MiB free",
        cause);
  }
}
