// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import java.util.Set;

/**
 * Which kernel parameters a container may set: those that on a host belong to its own namespaces,
 * as runc has it (libcontainer/configs/validate/validator.go). The guest's kernel is the
 * container's alone, but a spec that runc refuses is not to depend on this runtime.
 */
final class Sysctls {
  private static final Set<String> IPC =
      Set.of(
          "kernel.msgmax",
          "kernel.msgmnb",
          "kernel.msgmni",
          "kernel.sem",
          "kernel.shmall",
          "kernel.shmmax",
          "kernel.shmmni",
          "kernel.shm_rmid_forced");

  private Sysctls() {}

  static void check(LinuxSpec linux) {
    for (String given : linux.sysctl().keySet()) {
      String name = dotted(given);
      String quoted = "sysctl \"" + name + "\"";
      if (IPC.contains(name) || name.startsWith("fs.mqueue.")) {
        if (!linux.hasNamespace("ipc")) {
          throw new BundleException(quoted + " is not allowed in the hosts ipc namespace");
        }
      } else if (name.equals("kernel.hostname") && linux.hasNamespace("uts")) {
        throw new BundleException(
            quoted + " is not allowed as it conflicts with the OCI \"hostname\" field");
      } else if (!name.startsWith("net.")
          && !(name.equals("kernel.domainname") && linux.hasNamespace("uts"))) {
        throw new BundleException(quoted + " is not in a separate kernel namespace");
      }
    }
  }

  /** sysctl(8): whichever separator comes first is the separator. */
  private static String dotted(String name) {
    int slash = name.indexOf('/');
    int dot = name.indexOf('.');
    if (slash < 0 || (dot >= 0 && dot < slash)) {
      return name;
    }
    StringBuilder swapped = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char letter = name.charAt(i);
      swapped.append(letter == '/' ? '.' : letter == '.' ? '/' : letter);
    }
    return swapped.toString();
  }
}
