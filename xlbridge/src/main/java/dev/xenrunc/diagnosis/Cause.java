// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.diagnosis;

import java.nio.file.FileSystemException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** The words of a failure down to its innermost cause, each said once. */
public final class Cause {
  /** No chain that anything here makes is so long; one that leads back into itself is. */
  static final int DEPTH_MAX = 16;

  private static final String OURS = "dev.xenrunc.";

  private Cause() {}

  /**
   * What it says and, after a colon, what its cause says. An exception of our own says itself what
   * is worth saying of its cause.
   */
  public static String words(Throwable failure) {
    return words(failure, DEPTH_MAX);
  }

  private static String words(Throwable failure, int depth) {
    String own = message(failure);
    Throwable cause = failure.getCause();
    if (cause == null || depth == 0 || failure.getClass().getName().startsWith(OURS)) {
      return own;
    }
    String inner = words(cause, depth - 1);
    if (failure instanceof ExecutionException || failure instanceof CompletionException) {
      return inner;
    }
    return own.contains(inner) ? own : own + ": " + inner;
  }

  /** Its text, or its name where it has none, or no other than a file's name. */
  private static String message(Throwable failure) {
    String name = failure.getClass().getSimpleName();
    @Nullable String text = failure.getMessage();
    if (text == null) {
      return name;
    }
    boolean fileOnly =
        failure instanceof FileSystemException exception && exception.getReason() == null;
    return fileOnly ? name + " " + text : text;
  }
}
