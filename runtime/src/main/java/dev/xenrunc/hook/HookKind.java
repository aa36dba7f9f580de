// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.hook;

import dev.xenrunc.oci.HooksSpec;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The moments at which host hooks run (runtime-spec config.md, POSIX-platform Hooks). */
public enum HookKind {
  PRESTART("creating"),
  CREATE_RUNTIME("creating"),
  CREATE_CONTAINER("creating"),
  POSTSTART("running"),
  POSTSTOP("stopped");

  private final String status;

  HookKind(String status) {
    this.status = status;
  }

  /** What the state document on the hook's stdin says. */
  public String status() {
    return status;
  }

  /** The container's, for a hook that is to run in its namespaces. */
  Optional<String> netns(long pid) {
    return this == CREATE_CONTAINER ? Optional.of("/proc/" + pid + "/ns/net") : Optional.empty();
  }

  List<HooksSpec.Hook> of(HooksSpec hooks) {
    return switch (this) {
      case PRESTART -> hooks.prestart();
      case CREATE_RUNTIME -> hooks.createRuntime();
      case CREATE_CONTAINER -> hooks.createContainer();
      case POSTSTART -> hooks.poststart();
      case POSTSTOP -> hooks.poststop();
    };
  }

  /** The spec's name for it. */
  String word() {
    String[] parts = name().toLowerCase(Locale.ROOT).split("_", -1);
    return parts.length == 1
        ? parts[0]
        : parts[0] + Character.toUpperCase(parts[1].charAt(0)) + parts[1].substring(1);
  }
}
