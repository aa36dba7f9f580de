// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import java.util.Locale;
import java.util.Optional;

/**
 * The places at which the engine can be made to die, so that clean-up after its death can be tried:
 * {@code [debug] crash_point} in config.toml names one.
 */
public enum CrashPoint {
  CREATE_DIRECTORY_MADE,
  CREATE_STATE_WRITTEN,
  CREATE_MONITOR_SPAWNED,
  CREATE_DOMAIN_BUILT,
  CREATE_HOOKS_RUN,
  CREATE_PID_FILE_WRITTEN,
  CREATE_DONE,
  START_BEGUN,
  START_VIFS_ADDED,
  START_JOINED,
  START_PREPARED,
  START_RUN,
  START_DONE,
  KILL_SENT,
  DELETE_BEGUN,
  DELETE_DOMAIN_DESTROYED,
  DELETE_CGROUP_REMOVED,
  DELETE_STATE_REMOVED,
  EXIT_SEEN;

  private static final int EXIT_CODE = 70;

  /** Its name in config.toml, as {@code create.domain-built}. */
  public String word() {
    String lower = name().toLowerCase(Locale.ROOT);
    int verb = lower.indexOf('_');
    return lower.substring(0, verb) + "." + lower.substring(verb + 1).replace('_', '-');
  }

  /** The point with this name. */
  public static Optional<CrashPoint> of(String word) {
    for (CrashPoint point : values()) {
      if (point.word().equals(word)) {
        return Optional.of(point);
      }
    }
    return Optional.empty();
  }

  /** The death that is armed, if any. */
  public record Armed(Optional<CrashPoint> point) {
    /** Ends the engine at once if this is the armed point. */
    public void reach(CrashPoint reached) {
      if (point.isPresent() && point.get() == reached) {
        Runtime.getRuntime().halt(EXIT_CODE);
      }
    }
  }
}
