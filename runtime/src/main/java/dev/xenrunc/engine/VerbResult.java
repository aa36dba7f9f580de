// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.engine;

import dev.xenrunc.diagnosis.Place;
import java.util.List;
import java.util.Optional;

/**
 * What the launcher is told.
 *
 * @param code its exit code
 * @param output for its stdout
 * @param error the line for stderr and the log
 * @param undo what to do if the launcher is gone before it hears this
 * @param then the verb to run when the process that the launcher stays for has exited; may be empty
 * @param place where in the source it failed, for a caller who wants to know
 */
public record VerbResult(
    int code,
    String output,
    Optional<String> error,
    Optional<Runnable> undo,
    List<String> then,
    Optional<Place> place) {
  /** Success with nothing to say. */
  public static VerbResult done() {
    return output("");
  }

  /** Success that must be undone if the launcher does not hear of it. */
  public static VerbResult done(Runnable undo) {
    return new VerbResult(0, "", Optional.empty(), Optional.of(undo), List.of(), Optional.empty());
  }

  /** Success with this on stdout. */
  public static VerbResult output(String text) {
    return new VerbResult(0, text, Optional.empty(), Optional.empty(), List.of(), Optional.empty());
  }

  /** Failure. */
  public static VerbResult failure(int code, String error, Optional<Place> place) {
    return new VerbResult(code, "", Optional.of(error), Optional.empty(), List.of(), place);
  }

  /** The same, with a verb to run afterwards. */
  public VerbResult then(String... verb) {
    return new VerbResult(code, output, error, undo, List.of(verb), place);
  }
}
