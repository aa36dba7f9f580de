// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.container.Attachment;
import dev.xenrunc.container.CreateOrder;
import dev.xenrunc.engine.VerbResult;
import dev.xenrunc.host.UndoStack;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code create [--bundle B] [--pid-file F] … ID} */
final class Create implements Verb {
  @Override
  public CommandSpec options() {
    return options("create");
  }

  /** The options that create and run share. */
  static CommandSpec options(String verb) {
    return Options.command(verb)
        .addOption(Options.text("bundle", "b"))
        .addOption(Options.text("pid-file"))
        .addOption(Options.text("console-socket"))
        .addOption(Options.text("pidfd-socket"))
        .addOption(Options.text("preserve-fds"))
        .addOption(Options.flag("no-pivot"))
        .addOption(Options.flag("no-new-keyring"))
        .addOption(Options.flag("detach", "d"));
  }

  @Override
  public VerbResult run(ParseResult parsed, Occasion occasion) {
    CreateOrder order = order(parsed, occasion, false);
    UndoStack undo = occasion.containers().create(order, occasion.launcher(), occasion.phases());
    return VerbResult.done(() -> undo.undo(new IllegalStateException("the caller is gone")));
  }

  /** What the words ask for. */
  static CreateOrder order(ParseResult parsed, Occasion occasion, boolean foreground) {
    String id = Options.words(parsed, 1, 1).get(0);
    if (Options.value(parsed, "preserve-fds").filter(count -> !count.equals("0")).isPresent()) {
      throw new UsageException("--preserve-fds is not supported: descriptors stay on the host");
    }
    Path cwd = occasion.call().cwd();
    Optional<Path> consoleSocket = Options.value(parsed, "console-socket").map(cwd::resolve);
    return new CreateOrder(
        occasion.key(id),
        cwd.resolve(Options.value(parsed, "bundle").orElse(".")),
        new Attachment(consoleSocket, foreground),
        Options.value(parsed, "pid-file").map(cwd::resolve),
        occasion.call().systemdCgroup());
  }
}
