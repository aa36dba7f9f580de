package dev.xenrunc.cli;

import dev.xenrunc.container.ContainerException;
import dev.xenrunc.engine.VerbResult;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one reader of exceptions: a line for the caller, and the trace for the log if it was asked
 * for.
 */
final class FailureReporter {
  private static final Logger LOG = LoggerFactory.getLogger(FailureReporter.class);
  private static final int CODE = 1;

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
      Throwable cause = undo.getCause();
      LOG.warn("{}: {}", undo.getMessage(), cause == null ? "" : cause.getMessage());
    }
    return VerbResult.failure(CODE, text);
  }

  static String text(Throwable failure) {
    String message = failure.getMessage();
    String text = message == null ? failure.getClass().getSimpleName() : message;
    Throwable cause = failure.getCause();
    if (failure instanceof java.io.UncheckedIOException && cause != null) {
      text = text + ": " + cause.getClass().getSimpleName() + " " + cause.getMessage();
    }
    if (!(failure instanceof ContainerException.CommandFailed)) {
      for (Map.Entry<String, String> reserved : RESERVED.entrySet()) {
        text = text.replaceAll(reserved.getKey(), reserved.getValue());
      }
    }
    return text.replaceAll("\\s*\\R\\s*", " ").strip();
  }
}
