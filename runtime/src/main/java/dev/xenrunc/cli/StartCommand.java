// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.engine.VerbResult;
import dev.xenrunc.verb.Attachment;
import dev.xenrunc.verb.Start;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code start ID} */
final class StartCommand implements Verb {
  @Override
  public CommandSpec options() {
    return Options.command("start");
  }

  @Override
  public VerbResult run(ParseResult parsed, Invocation invocation) {
    String id = Options.words(parsed, 1, 1).get(0);
    new Start(invocation.container(id), Attachment.DETACHED, invocation.caller()).run();
    return VerbResult.done();
  }
}
