// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.engine.VerbResult;
import dev.xenrunc.host.Launcher;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code ps [--format table|json] ID [PS-ARG…]}: the host's processes that stand for the
 * container's.
 */
final class PsCommand implements Verb {
  private static final List<String> USUAL = List.of("-ef");

  @Override
  public CommandSpec options() {
    CommandSpec spec = Options.command("ps").addOption(Options.text("format", "f"));
    // What follows the id is for ps.
    spec.parser().stopAtPositional(true);
    return spec;
  }

  @Override
  public VerbResult run(ParseResult parsed, Invocation invocation) {
    List<String> words = Options.words(parsed, 1, Integer.MAX_VALUE);
    List<Long> processes = invocation.container(words.get(0)).processes();
    return switch (Options.value(parsed, "format").orElse("table")) {
      case "json" -> VerbResult.output(Json.compact(processes) + "\n");
      case "table" -> {
        List<String> rest = words.subList(1, words.size());
        yield VerbResult.output(
            table(invocation.launcher().runPs(rest.isEmpty() ? USUAL : rest), processes));
      }
      default -> throw new UsageException("invalid format option");
    };
  }

  /** As runc's ps.go: the heading, and the lines whose PID is one of these. */
  private static String table(Launcher.PsOutcome ps, List<Long> processes) {
    if (ps.code() != 0) {
      throw new UsageException("exit status " + ps.code() + ": " + ps.output().strip());
    }
    List<String> lines = ps.output().lines().toList();
    String heading = lines.isEmpty() ? "" : lines.get(0);
    int column = fields(heading).indexOf("PID");
    if (column < 0) {
      throw new UsageException("couldn't find PID field in ps output");
    }
    StringBuilder table = new StringBuilder(heading).append('\n');
    for (String line : lines.subList(1, lines.size())) {
      List<String> fields = fields(line);
      if (fields.size() > column && processes.contains(pid(fields.get(column)))) {
        table.append(line).append('\n');
      }
    }
    return table.toString();
  }

  private static List<String> fields(String line) {
    return List.of(line.strip().split("\\s+"));
  }

  private static long pid(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new UsageException("unable to parse pid: " + text);
    }
  }
}
