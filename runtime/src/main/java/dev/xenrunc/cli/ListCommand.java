// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.container.StateReport;
import dev.xenrunc.engine.VerbResult;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code list [--format table|json] [--quiet]} */
final class ListCommand implements Verb {
  private static final List<String> HEADINGS =
      List.of("ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER");

  @Override
  public CommandSpec options() {
    return Options.command("list")
        .addOption(Options.text("format", "f"))
        .addOption(Options.flag("quiet", "q"));
  }

  @Override
  public VerbResult run(ParseResult parsed, Invocation invocation) {
    Options.words(parsed, 0, 0);
    List<StateReport> reports = invocation.containers().list(invocation.call().root());
    if (Options.isOn(parsed, "quiet")) {
      return VerbResult.output(
          reports.stream().map(report -> report.id() + "\n").collect(Collectors.joining()));
    }
    String format = Options.value(parsed, "format").orElse("table");
    return switch (format) {
      // As runc, whose list is nil when it is empty.
      case "json" -> VerbResult.output((reports.isEmpty() ? "null" : Json.compact(reports)) + "\n");
      case "table" -> VerbResult.output(table(reports));
      default -> throw new UsageException("invalid format option");
    };
  }

  private static String table(List<StateReport> reports) {
    List<List<String>> rows = new ArrayList<>(List.of(HEADINGS));
    for (StateReport report : reports) {
      rows.add(
          List.of(
              report.id(),
              Long.toString(report.pid()),
              report.status(),
              report.bundle(),
              report.created(),
              report.owner()));
    }
    return TextTable.of(rows);
  }
}
