// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.container.ContainerKey;
import dev.xenrunc.engine.VerbResult;
import dev.xenrunc.verb.Delete;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code delete [--force] ID} */
final class DeleteCommand implements Verb {
  @Override
  public CommandSpec options() {
    return Options.command("delete").addOption(Options.flag("force", "f"));
  }

  @Override
  public VerbResult run(ParseResult parsed, Invocation invocation) {
    ContainerKey key = invocation.key(Options.words(parsed, 1, 1).get(0));
    Delete delete = new Delete(invocation.containers(), key, invocation.caller());
    if (Options.isOn(parsed, "force")) {
      delete.force();
    } else {
      delete.run();
    }
    return VerbResult.done();
  }
}
