// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.container.CreateOrder;
import dev.xenrunc.engine.VerbResult;
import dev.xenrunc.host.UndoStack;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code run [--bundle B] [--detach] [--keep] … ID}: create and start. In the foreground the
 * launcher stays, exits as the container does, and deletes it.
 */
final class Run implements Verb {
  @Override
  public CommandSpec options() {
    return Create.options("run")
        .addOption(Options.flag("keep"))
        .addOption(Options.flag("no-subreaper"));
  }

  @Override
  public VerbResult run(ParseResult parsed, Occasion occasion) {
    boolean foreground = !Options.isOn(parsed, "detach");
    CreateOrder order = Create.order(parsed, occasion, foreground);
    UndoStack undo = occasion.containers().create(order, occasion.launcher(), occasion.phases());
    try {
      occasion
          .containers()
          .start(order.key(), order.attachment(), occasion.launcher(), occasion.phases());
    } catch (RuntimeException e) {
      undo.undo(e);
      throw e;
    }
    VerbResult done =
        VerbResult.done(() -> undo.undo(new IllegalStateException("the caller is gone")));
    boolean deletes = foreground && !Options.isOn(parsed, "keep");
    return deletes ? done.then("delete", "--force", order.key().id().value()) : done;
  }
}
