// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.container.StateReport;
import dev.xenrunc.engine.VerbResult;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code state ID} */
final class StateCommand implements Verb {
  @Override
  public CommandSpec options() {
    return Options.command("state");
  }

  @Override
  public VerbResult run(ParseResult parsed, Invocation invocation) {
    String id = Options.words(parsed, 1, 1).get(0);
    return VerbResult.output(
        Json.indented(StateReport.of(invocation.container(id).state())) + "\n");
  }
}
