// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.engine.VerbResult;
import dev.xenrunc.verb.Pause;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code pause ID} */
final class PauseCommand implements Verb {
  @Override
  public CommandSpec options() {
    return Options.command("pause");
  }

  @Override
  public VerbResult run(ParseResult parsed, Invocation invocation) {
    new Pause(invocation.container(Options.words(parsed, 1, 1).get(0))).run();
    return VerbResult.done();
  }
}
