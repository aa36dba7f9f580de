// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.container.Container;
import dev.xenrunc.engine.VerbResult;
import dev.xenrunc.host.UndoStack;
import dev.xenrunc.verb.Create;
import dev.xenrunc.verb.CreateCall;
import dev.xenrunc.verb.Start;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code run [--bundle B] [--detach] [--keep] … ID}: create and start. In the foreground the
 * launcher stays, exits as the container does, and deletes it.
 */
final class RunCommand implements Verb {
  @Override
  public CommandSpec options() {
    return CreateCommand.options("run")
        .addOption(Options.flag("keep"))
        .addOption(Options.flag("no-subreaper"));
  }

  @Override
  public VerbResult run(ParseResult parsed, Invocation invocation) {
    boolean foreground = !Options.isOn(parsed, "detach");
    CreateCall call = CreateCommand.call(parsed, invocation, foreground);
    UndoStack undo = new Create(invocation.containers(), call, invocation.caller()).run();
    try {
      Container container = invocation.containers().existing(call.key());
      new Start(container, call.attachment(), invocation.caller()).run();
    } catch (RuntimeException e) {
      undo.undo(e);
      throw e;
    }
    VerbResult done =
        VerbResult.done(() -> undo.undo(new IllegalStateException("the caller is gone")));
    boolean deletes = foreground && !Options.isOn(parsed, "keep");
    return deletes ? done.then("delete", "--force", call.key().id().value()) : done;
  }
}
