// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON can hold a NUL where no argument, path or name of a system call can. */
final class NulBytes {
  private NulBytes() {}

  /** Throws if any part of the spec has one that the kernel would be given. */
  static void check(Spec spec) {
    check("hostname", spec.hostname());
    check("domainname", spec.domainname());
    check("root.path", spec.root() == null ? null : spec.root().path());
    for (MountSpec mount : spec.mounts()) {
      check("mount destination", mount.destination());
      check("mount source", mount.source());
      check("mount type", mount.type());
      check("mount options", mount.options());
    }
    spec.hooks()
        .all()
        .forEach(
            hook -> {
              check("hook path", hook.path());
              check("hook args", hook.args());
              check("hook env", hook.env() == null ? List.of() : hook.env());
            });
  }

  /** Throws if the process has one. */
  static void check(ProcessSpec process) {
    check("process.args", process.args());
    check("process.env", process.env());
    check("process.cwd", process.cwd());
  }

  private static void check(String where, List<String> texts) {
    texts.forEach(text -> check(where, text));
  }

  private static void check(String where, @Nullable String text) {
    if (text != null && text.indexOf('\0') >= 0) {
      throw new BundleException(where + " holds a NUL byte");
    }
  }
}
