// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.engine;

import java.nio.file.Path;
import java.util.List;

/**
 * What a launcher asks for.
 *
 * @param root the canonical --root
 * @param cwd the caller's working directory
 * @param args the verb and all that follows it
 */
public record VerbCall(
    Path root, Path cwd, List<String> args, boolean debug, boolean systemdCgroup) {
  public VerbCall {
    args = List.copyOf(args);
  }

  /** The verb's name, for logs. */
  public String verb() {
    return args.isEmpty() ? "" : args.get(0);
  }
}
