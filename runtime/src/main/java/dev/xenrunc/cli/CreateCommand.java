// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.engine.VerbResult;
import dev.xenrunc.host.UndoStack;
import dev.xenrunc.verb.Attachment;
import dev.xenrunc.verb.Create;
import dev.xenrunc.verb.CreateCall;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code create [--bundle B] [--pid-file F] … ID} */
final class CreateCommand implements Verb {
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
  public VerbResult run(ParseResult parsed, Invocation invocation) {
    CreateCall call = call(parsed, invocation, false);
    UndoStack undo = new Create(invocation.containers(), call, invocation.caller()).run();
    return VerbResult.done(() -> undo.undo(new IllegalStateException("the caller is gone")));
  }

  /** What the words ask for. */
  static CreateCall call(ParseResult parsed, Invocation invocation, boolean foreground) {
    String id = Options.words(parsed, 1, 1).get(0);
    if (Options.value(parsed, "preserve-fds").filter(count -> !count.equals("0")).isPresent()) {
      throw new UsageException("--preserve-fds is not supported: descriptors stay on the host");
    }
    Path cwd = invocation.call().cwd();
    Optional<Path> consoleSocket = Options.value(parsed, "console-socket").map(cwd::resolve);
    return new CreateCall(
        invocation.key(id),
        cwd.resolve(Options.value(parsed, "bundle").orElse(".")),
        new Attachment(consoleSocket, foreground),
        Options.value(parsed, "pid-file").map(cwd::resolve),
        invocation.call().systemdCgroup());
  }
}
