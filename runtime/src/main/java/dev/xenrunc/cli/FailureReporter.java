// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.container.ContainerException;
import dev.xenrunc.diagnosis.Cause;
import dev.xenrunc.diagnosis.Place;
import dev.xenrunc.engine.VerbResult;
import dev.xenrunc.host.Errno;
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

  /** Said of the container's command by a guest alone, as by runc. */
  private static final Pattern NO_PROGRAM =
      Pattern.compile("executable file not found", Pattern.CASE_INSENSITIVE);

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
      text = unreserved(text);
    }
    return line(text);
  }

  /** Without the words that {@link Errno} reserves, whoever said them. */
  private static String unreserved(String text) {
    String said = NO_PROGRAM.matcher(text).replaceAll("program is missing");
    for (Errno errno : Errno.values()) {
      if (errno.reserved().isPresent()) {
        said =
            Pattern.compile(errno.reserved().get(), Pattern.CASE_INSENSITIVE)
                .matcher(said)
                .replaceAll(errno.words().orElseThrow());
      }
    }
    return said;
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
