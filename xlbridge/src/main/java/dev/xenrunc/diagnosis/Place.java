// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.diagnosis;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where in the source something was logged or failed.
 *
 * @param function the method, with its class
 * @param file the file and the line
 */
public record Place(String function, String file) {
  private static final String OURS = "dev.xenrunc.";

  /** What only passes on what others ask for or say: the place is where they do. */
  private static final List<String> PASSING_ON =
      List.of(
          OURS + "diagnosis.",
          OURS + "log.",
          OURS + "wire.",
          OURS + "engine.LauncherConnection",
          OURS + "monitor.Monitor",
          OURS + "xl.ffi.");

  /** Where this thread is, outside of what writes logs. */
  public static Optional<Place> here() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .map(StackWalker.StackFrame::toStackTraceElement)
                    .filter(Place::tells)
                    .findFirst()
                    .map(Place::of));
  }

  /** Where the innermost cause of a failure was thrown. */
  public static Optional<Place> of(Throwable failure) {
    Throwable innermost = failure;
    for (int depth = 0; depth < Cause.DEPTH_MAX && innermost.getCause() != null; depth++) {
      innermost = innermost.getCause();
    }
    return Arrays.stream(innermost.getStackTrace()).filter(Place::tells).findFirst().map(Place::of);
  }

  private static boolean tells(StackTraceElement element) {
    String name = element.getClassName();
    return name.startsWith(OURS) && PASSING_ON.stream().noneMatch(name::startsWith);
  }

  private static Place of(StackTraceElement element) {
    // Of lambda$run$3 the method that it stands in.
    String method = element.getMethodName().replaceFirst("^lambda\\$(\\w+)\\$\\d+$", "$1");
    return new Place(
        element.getClassName() + "." + method,
        element.getFileName() + ":" + element.getLineNumber());
  }
}
