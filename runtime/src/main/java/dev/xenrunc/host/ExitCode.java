// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.host;

/** Exit codes that a monitor is told to exit with, or a launcher. */
public final class ExitCode {
  /** The process has not run, or how it ended is not known. */
  public static final int UNKNOWN = 255;

  /** The container could not be started; by a signal N it is this and N. */
  public static final int NOT_STARTED = 128;

  /** Ended by SIGKILL. */
  public static final int KILLED = of(Signal.KILL);

  private ExitCode() {}

  /** The code of a process that this signal has ended. */
  public static int of(Signal signal) {
    return 128 + signal.number();
  }
}
