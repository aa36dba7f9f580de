// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process that cannot be mistaken for another: pids are used again, start times are not.
 *
 * @param startTime field 22 of /proc/PID/stat
 */
public record ProcessIdentity(long pid, long startTime) {
  private static final int STATE_FIELD = 0;
  private static final int START_TIME_FIELD = 19;

  /** The process that has this pid now. */
  public static Optional<ProcessIdentity> of(long pid) {
    return fieldsAfterName(pid)
        .map(fields -> new ProcessIdentity(pid, Long.parseLong(fields[START_TIME_FIELD])));
  }

  /** What the process with this pid calls itself. */
  public static Optional<String> nameOf(long pid) {
    try {
      return Optional.of(Files.readString(Path.of("/proc", Long.toString(pid), "comm")).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** False once it has exited, even if nobody has reaped it. */
  public boolean isAlive() {
    return fieldsAfterName(pid)
        .filter(fields -> Long.parseLong(fields[START_TIME_FIELD]) == startTime)
        .filter(fields -> !fields[STATE_FIELD].equals("Z") && !fields[STATE_FIELD].equals("X"))
        .isPresent();
  }

  /** Sends SIGKILL if it is still this process. */
  public void kill() {
    if (isAlive()) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  private static Optional<String[]> fieldsAfterName(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return fields.length > START_TIME_FIELD ? Optional.of(fields) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
