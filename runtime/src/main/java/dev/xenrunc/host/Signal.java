// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.host;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A signal of Linux on x86-64, by number. */
public record Signal(int number) {
  public static final Signal KILL = new Signal(9);
  public static final Signal TERM = new Signal(15);

  private static final int MAX = 64;
  private static final int RTMIN = 34;

  private static final List<String> NAMES =
      List.of(
          "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
          "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
          "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS");

  /** Those that a process without a handler does not die of. */
  private static final Set<String> HARMLESS =
      Set.of("CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "WINCH");

  public Signal {
    if (number < 0 || number > MAX) {
      throw new IllegalArgumentException("unknown signal \"" + number + "\"");
    }
  }

  /** The signal that the caller means: a number, a name, or a name with SIG before it. */
  public static Signal parse(String text) {
    if (text.matches("[0-9]{1,3}")) {
      return new Signal(Integer.parseInt(text));
    }
    String upper = text.toUpperCase(Locale.ROOT);
    String name = upper.startsWith("SIG") ? upper.substring(3) : upper;
    if (NAMES.contains(name)) {
      return new Signal(NAMES.indexOf(name) + 1);
    }
    return realTime(name)
        .orElseThrow(() -> new IllegalArgumentException("unknown signal \"" + text + "\""));
  }

  private static Optional<Signal> realTime(String name) {
    if (name.matches("RTMIN(\\+[0-9]{1,2})?")) {
      int offset = name.length() > 6 ? Integer.parseInt(name.substring(6)) : 0;
      return RTMIN + offset <= MAX ? Optional.of(new Signal(RTMIN + offset)) : Optional.empty();
    }
    if (name.matches("RTMAX(-[0-9]{1,2})?")) {
      int offset = name.length() > 6 ? Integer.parseInt(name.substring(6)) : 0;
      return MAX - offset >= RTMIN ? Optional.of(new Signal(MAX - offset)) : Optional.empty();
    }
    return Optional.empty();
  }

  /** True for SIGKILL. */
  public boolean isKill() {
    return number == KILL.number();
  }

  /** True if a process that does nothing about it dies of it. */
  public boolean terminates() {
    return number > 0 && (number > NAMES.size() || !HARMLESS.contains(NAMES.get(number - 1)));
  }
}
