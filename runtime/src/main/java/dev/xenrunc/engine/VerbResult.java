package dev.xenrunc.engine;

import java.util.Optional;

/**
 * What the launcher is told.
 *
 * @param code its exit code
 * @param output for its stdout
 * @param error the line for stderr and the log
 * @param undo what to do if the launcher is gone before it hears this
 */
public record VerbResult(int code, String output, Optional<String> error, Optional<Runnable> undo) {
  /** Success with nothing to say. */
  public static VerbResult done() {
    return new VerbResult(0, "", Optional.empty(), Optional.empty());
  }

  /** Success that must be undone if the launcher does not hear of it. */
  public static VerbResult done(Runnable undo) {
    return new VerbResult(0, "", Optional.empty(), Optional.of(undo));
  }

  /** Success with this on stdout. */
  public static VerbResult output(String text) {
    return new VerbResult(0, text, Optional.empty(), Optional.empty());
  }

  /** Failure. */
  public static VerbResult failure(int code, String error) {
    return new VerbResult(code, "", Optional.of(error), Optional.empty());
  }
}
