// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.engine.VerbResult;
import dev.xenrunc.host.ExitCode;
import dev.xenrunc.host.UndoStack;
import dev.xenrunc.oci.ProcessSpec;
import dev.xenrunc.oci.SpecReader;
import dev.xenrunc.verb.Attachment;
import dev.xenrunc.verb.Exec;
import dev.xenrunc.verb.ExecCall;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code exec [options] ID COMMAND [ARG…]}, or {@code exec --process FILE [options] ID} */
final class ExecCommand implements Verb {
  @Override
  public CommandSpec options() {
    CommandSpec spec =
        Options.command("exec")
            .addOption(Options.text("console-socket"))
            .addOption(Options.text("pidfd-socket"))
            .addOption(Options.text("cwd"))
            .addOption(Options.texts("env", "e"))
            .addOption(Options.flag("tty", "t"))
            .addOption(Options.text("user", "u"))
            .addOption(Options.texts("additional-gids", "g"))
            .addOption(Options.text("process", "p"))
            .addOption(Options.flag("detach", "d"))
            .addOption(Options.text("pid-file"))
            .addOption(Options.text("process-label"))
            .addOption(Options.text("apparmor"))
            .addOption(Options.flag("no-new-privs"))
            .addOption(Options.texts("cap", "c"))
            .addOption(Options.text("preserve-fds"))
            .addOption(Options.texts("cgroup"))
            .addOption(Options.flag("ignore-paused"));
    // What follows the id is the command's, whatever it looks like.
    spec.parser().stopAtPositional(true);
    return spec;
  }

  @Override
  public VerbResult run(ParseResult parsed, Invocation invocation) {
    List<String> words = Options.words(parsed, 1, Integer.MAX_VALUE);
    if (Options.value(parsed, "preserve-fds").filter(value -> !value.equals("0")).isPresent()) {
      throw new UsageException("--preserve-fds is not supported");
    }
    if (!Options.values(parsed, "cgroup").isEmpty()) {
      throw new UsageException("--cgroup is not supported");
    }
    Path cwd = invocation.call().cwd();
    Optional<Path> file = Options.value(parsed, "process").map(cwd::resolve);
    List<String> command = words.subList(1, words.size());
    if (file.isEmpty() && command.isEmpty()) {
      throw new UsageException("process args cannot be empty");
    }
    UnaryOperator<ProcessSpec> process =
        file.isPresent()
            ? unused ->
                SpecReader.readProcess(
                    invocation.launcher().readFile(file.get(), SpecReader.SIZE_MAX))
            : main -> derive(main, command, parsed);
    UndoStack undo =
        new Exec(invocation.container(words.get(0)), invocation.caller())
            .run(
                new ExecCall(
                    process,
                    new Attachment(
                        Options.value(parsed, "console-socket").map(cwd::resolve),
                        !Options.isOn(parsed, "detach")),
                    Options.value(parsed, "pid-file").map(cwd::resolve),
                    Options.isOn(parsed, "ignore-paused")));
    return VerbResult.done(() -> undo.undo(new IllegalStateException("the caller is gone")));
  }

  /** As runc: the main process, with what the options say. */
  private static ProcessSpec derive(ProcessSpec main, List<String> command, ParseResult parsed) {
    return new ProcessSpec(
        Options.isOn(parsed, "tty"),
        null,
        user(main.user(), parsed),
        command,
        joined(main.env(), Options.values(parsed, "env")),
        Options.value(parsed, "cwd").orElse(main.cwd()),
        capabilities(main.capabilities(), Options.values(parsed, "cap")),
        main.rlimits(),
        main.noNewPrivileges() || Options.isOn(parsed, "no-new-privs"),
        main.apparmorProfile(),
        main.selinuxLabel(),
        main.oomScoreAdj(),
        main.scheduler(),
        main.ioPriority());
  }

  private static ProcessSpec.User user(ProcessSpec.User main, ParseResult parsed) {
    long uid = main.uid();
    long gid = main.gid();
    Optional<String> given = Options.value(parsed, "user");
    if (given.isPresent()) {
      String[] parts = given.get().split(":", 2);
      uid = number(parts[0], "uid");
      gid = parts.length == 2 ? number(parts[1], "gid") : gid;
    }
    List<Long> groups = new ArrayList<>(main.additionalGids());
    Options.values(parsed, "additional-gids").forEach(text -> groups.add(number(text, "gid")));
    return new ProcessSpec.User(uid, gid, main.umask(), groups);
  }

  private static long number(String text, String what) {
    if (!text.matches("[0-9]{1,10}")) {
      throw new UsageException("parsing " + what + " \"" + text + "\": it is no number");
    }
    return Long.parseLong(text);
  }

  private static ProcessSpec.Capabilities capabilities(
      ProcessSpec.@org.jspecify.annotations.Nullable Capabilities main, List<String> more) {
    List<String> none = List.of();
    ProcessSpec.Capabilities sets =
        main == null ? new ProcessSpec.Capabilities(none, none, none, none, none) : main;
    return new ProcessSpec.Capabilities(
        joined(sets.bounding(), more),
        joined(sets.effective(), more),
        sets.inheritable(),
        joined(sets.permitted(), more),
        joined(sets.ambient(), more));
  }

  private static List<String> joined(List<String> some, List<String> more) {
    List<String> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

  /** runc's code tells a caller that the command has not run. */
  @Override
  public VerbResult failed(RuntimeException failure, boolean debug) {
    VerbResult usual = Verb.super.failed(failure, debug);
    return failure instanceof UsageException
        ? usual
        : VerbResult.failure(
            ExitCode.UNKNOWN, "exec failed: " + usual.error().orElse(""), usual.place());
  }
}
