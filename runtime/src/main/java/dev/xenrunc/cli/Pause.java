// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.engine.VerbResult;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code pause ID} */
final class Pause implements Verb {
  @Override
  public CommandSpec options() {
    return Options.command("pause");
  }

  @Override
  public VerbResult run(ParseResult parsed, Occasion occasion) {
    occasion.containers().pause(occasion.key(Options.words(parsed, 1, 1).get(0)));
    return VerbResult.done();
  }
}
