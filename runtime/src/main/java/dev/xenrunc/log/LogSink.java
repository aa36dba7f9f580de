// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.log;

import dev.xenrunc.diagnosis.CallerLog;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.slf4j.event.Level;

/**
 * Writes log lines as {@code time=… level=… msg="…"} with the thread's keys (id, domid, verb) after
 * the message. One write a line, so that lines of several processes do not mix.
 */
final class LogSink {
  private final OutputStream out;
  private final Level lowest;

  LogSink(OutputStream out, Level lowest) {
    this.out = out;
    this.lowest = lowest;
  }

  /** Appends to the file, or to stderr when it cannot be opened. */
  static LogSink to(@Nullable Path file, Level lowest) {
    if (file == null) {
      return new LogSink(System.err, lowest);
    }
    try {
      return new LogSink(
          Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
          lowest);
    } catch (IOException e) {
      return new LogSink(System.err, lowest);
    }
  }

  boolean writes(Level level) {
    return level.toInt() >= lowest.toInt();
  }

  void write(Level level, String logger, String message, @Nullable Throwable thrown) {
    StringBuilder line = new StringBuilder(160);
    line.append("time=").append(Instant.now().truncatedTo(ChronoUnit.MILLIS));
    line.append(" level=").append(level.name().toLowerCase(Locale.ROOT));
    line.append(" from=").append(logger.substring(logger.lastIndexOf('.') + 1));
    line.append(" msg=").append(quoted(message));
    line.append(keys(Set.of(CallerLog.KEY)));
    if (thrown != null) {
      line.append(" trace=").append(quoted(trace(thrown)));
    }
    line.append('\n');
    byte[] bytes = line.toString().getBytes(StandardCharsets.UTF_8);
    try {
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      // A full disk must not stop containers, and there is nowhere else to say it.
      return;
    }
  }

  /** The thread's keys that say how a verb went, and not whose it is. */
  static String figures() {
    return keys(Set.of(CallerLog.KEY, "id", "verb"));
  }

  private static String keys(Set<String> without) {
    StringBuilder text = new StringBuilder();
    Map<String, String> keys = MDC.getCopyOfContextMap();
    if (keys != null) {
      keys.forEach(
          (key, value) -> {
            if (!without.contains(key)) {
              text.append(' ').append(key).append('=').append(quoted(value));
            }
          });
    }
    return text.toString();
  }

  private static String trace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  /** The value as it is if it is one plain word, else in quotes with control characters escaped. */
  static String quoted(String value) {
    StringBuilder quoted = new StringBuilder(value.length() + 2);
    boolean plain = !value.isEmpty();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      plain &= c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '=';
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\t' -> quoted.append("\\t");
        default -> quoted.append(Character.isISOControl(c) ? '?' : c);
      }
    }
    return plain ? value : "\"" + quoted + "\"";
  }
}
