// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.engine.VerbResult;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code checkpoint [options] ID}, which is refused: CRIU sees the processes of this host, and a
 * container's are in its guest.
 */
final class CheckpointCommand implements Verb {
  @Override
  public CommandSpec options() {
    return options("checkpoint")
        .addOption(Options.text("parent-path"))
        .addOption(Options.flag("leave-running"))
        .addOption(Options.text("status-fd"))
        .addOption(Options.text("page-server"))
        .addOption(Options.flag("pre-dump"));
  }

  /** The options that checkpoint and restore share. */
  static CommandSpec options(String verb) {
    return Options.command(verb)
        .addOption(Options.text("image-path"))
        .addOption(Options.text("work-path"))
        .addOption(Options.flag("tcp-established"))
        .addOption(Options.flag("tcp-skip-in-flight"))
        .addOption(Options.flag("link-remap"))
        .addOption(Options.flag("ext-unix-sk"))
        .addOption(Options.flag("shell-job"))
        .addOption(Options.flag("lazy-pages"))
        .addOption(Options.flag("file-locks"))
        .addOption(Options.text("manage-cgroups-mode"))
        .addOption(Options.texts("empty-ns"))
        .addOption(Options.flag("auto-dedup"));
  }

  @Override
  public VerbResult run(ParseResult parsed, Invocation invocation) {
    invocation.container(Options.words(parsed, 1, 1).get(0)).state();
    throw new UsageException(
        "checkpoint is not supported: the container's processes are in a guest of their own");
  }
}
