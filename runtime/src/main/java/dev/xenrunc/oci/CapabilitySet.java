// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import java.util.List;

/** Capability names as the kernel's bits (linux/capability.h). */
public final class CapabilitySet {
  private static final String PREFIX = "CAP_";
  private static final List<String> NAMES =
      List.of(
          "CHOWN",
          "DAC_OVERRIDE",
          "DAC_READ_SEARCH",
          "FOWNER",
          "FSETID",
          "KILL",
          "SETGID",
          "SETUID",
          "SETPCAP",
          "LINUX_IMMUTABLE",
          "NET_BIND_SERVICE",
          "NET_BROADCAST",
          "NET_ADMIN",
          "NET_RAW",
          "IPC_LOCK",
          "IPC_OWNER",
          "SYS_MODULE",
          "SYS_RAWIO",
          "SYS_CHROOT",
          "SYS_PTRACE",
          "SYS_PACCT",
          "SYS_ADMIN",
          "SYS_BOOT",
          "SYS_NICE",
          "SYS_RESOURCE",
          "SYS_TIME",
          "SYS_TTY_CONFIG",
          "MKNOD",
          "LEASE",
          "AUDIT_WRITE",
          "AUDIT_CONTROL",
          "SETFCAP",
          "MAC_OVERRIDE",
          "MAC_ADMIN",
          "SYSLOG",
          "WAKE_ALARM",
          "BLOCK_SUSPEND",
          "AUDIT_READ",
          "PERFMON",
          "BPF",
          "CHECKPOINT_RESTORE");

  private CapabilitySet() {}

  /** The bits of these names; unknown names are left out, as runc does. */
  public static long bits(List<String> names) {
    long bits = 0;
    for (String name : names) {
      int bit = bit(name);
      bits |= bit < 0 ? 0 : 1L << bit;
    }
    return bits;
  }

  /** True if the kernel knows the name. */
  public static boolean knows(String name) {
    return bit(name) >= 0;
  }

  private static int bit(String name) {
    return name.startsWith(PREFIX) ? NAMES.indexOf(name.substring(PREFIX.length())) : -1;
  }
}
