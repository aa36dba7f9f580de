// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.container.ContainerException;
import dev.xenrunc.diagnosis.Cause;
import dev.xenrunc.diagnosis.Place;
import dev.xenrunc.engine.VerbResult;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one reader of exceptions: a line for the caller, and the trace for the log if it was asked
 * for.
 */
final class FailureReporter {
  private static final Logger LOG = LoggerFactory.getLogger(FailureReporter.class);
  private static final int CODE = 1;
  private static final int TEXT_MAX = 4096;
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  /**
   * dockerd reads these words in any error as a fault of the container's command and exits with 126
   * or 127 (moby, daemon/errors.go). Only what the guest says, as runc would, may hold them.
   */
  private static final Map<String, String> RESERVED =
      Map.of(
          "(?i)no such file or directory", "nothing is there",
          "(?i)permission denied", "access was refused",
          "(?i)is a directory", "is a folder",
          "(?i)not a directory", "is no folder",
          "(?i)executable file not found", "program is missing");

  private FailureReporter() {}

  static VerbResult report(Throwable failure, boolean debug) {
    String text = text(failure);
    if (debug) {
      LOG.error("{}", text, failure);
    } else {
      LOG.error("{}", text);
    }
    for (Throwable undo : failure.getSuppressed()) {
      LOG.warn("{}", Cause.words(undo));
    }
    return VerbResult.failure(CODE, text, debug ? Place.of(failure) : Optional.empty());
  }

  static String text(Throwable failure) {
    String text = Cause.words(failure);
    if (!(failure instanceof ContainerException.CommandFailed)) {
      for (Map.Entry<String, String> reserved : RESERVED.entrySet()) {
        text = text.replaceAll(reserved.getKey(), reserved.getValue());
      }
    }
    return line(text);
  }

  /** One line that no terminal obeys, whoever's words are in it. */
  private static String line(String text) {
    String joined = text.replaceAll("\\s*\\R\\s*", " ").strip();
    String escaped =
        CONTROL.matcher(joined).replaceAll(found -> escape(found.group().codePointAt(0)));
    return escaped.length() > TEXT_MAX ? escaped.substring(0, TEXT_MAX) + "…" : escaped;
  }

  private static String escape(int character) {
    return Matcher.quoteReplacement(String.format("\\x%02x", character));
  }
}
