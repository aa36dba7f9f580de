// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.engine.VerbResult;
import dev.xenrunc.verb.Resume;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code resume ID} */
final class ResumeCommand implements Verb {
  @Override
  public CommandSpec options() {
    return Options.command("resume");
  }

  @Override
  public VerbResult run(ParseResult parsed, Invocation invocation) {
    new Resume(invocation.container(Options.words(parsed, 1, 1).get(0))).run();
    return VerbResult.done();
  }
}
