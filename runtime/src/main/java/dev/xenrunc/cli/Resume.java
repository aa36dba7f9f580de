// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.engine.VerbResult;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code resume ID} */
final class Resume implements Verb {
  @Override
  public CommandSpec options() {
    return Options.command("resume");
  }

  @Override
  public VerbResult run(ParseResult parsed, Occasion occasion) {
    occasion.containers().resume(occasion.key(Options.words(parsed, 1, 1).get(0)));
    return VerbResult.done();
  }
}
