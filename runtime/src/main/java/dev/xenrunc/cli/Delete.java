// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.container.ContainerKey;
import dev.xenrunc.engine.VerbResult;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code delete [--force] ID} */
final class Delete implements Verb {
  @Override
  public CommandSpec options() {
    return Options.command("delete").addOption(Options.flag("force", "f"));
  }

  @Override
  public VerbResult run(ParseResult parsed, Occasion occasion) {
    ContainerKey key = occasion.key(Options.words(parsed, 1, 1).get(0));
    if (Options.isOn(parsed, "force")) {
      occasion.containers().deleteForcibly(key, occasion.launcher(), occasion.phases());
    } else {
      occasion.containers().delete(key, occasion.launcher(), occasion.phases());
    }
    return VerbResult.done();
  }
}
