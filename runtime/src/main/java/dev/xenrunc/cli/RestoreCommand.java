// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.engine.VerbResult;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code restore [options] ID}, which is refused as {@link CheckpointCommand} is. */
final class RestoreCommand implements Verb {
  @Override
  public CommandSpec options() {
    return CheckpointCommand.options("restore")
        .addOption(Options.text("console-socket"))
        .addOption(Options.text("bundle", "b"))
        .addOption(Options.flag("detach", "d"))
        .addOption(Options.text("pid-file"))
        .addOption(Options.flag("no-subreaper"))
        .addOption(Options.flag("no-pivot"))
        .addOption(Options.text("lsm-profile"))
        .addOption(Options.text("lsm-mount-context"));
  }

  @Override
  public VerbResult run(ParseResult parsed, Invocation invocation) {
    invocation.key(Options.words(parsed, 1, 1).get(0));
    throw new UsageException("restore is not supported: there are no checkpoints to restore");
  }
}
