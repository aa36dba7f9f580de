package dev.xenrunc.cli;

import dev.xenrunc.engine.VerbResult;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code ps --format json ID}; the table would be the host's ps of the monitor. */
final class Ps implements Verb {
  @Override
  public CommandSpec options() {
    return Options.command("ps").addOption(Options.text("format", "f"));
  }

  @Override
  public VerbResult run(ParseResult parsed, Occasion occasion) {
    String id = Options.words(parsed, 1, Integer.MAX_VALUE).get(0);
    if (!Options.value(parsed, "format").orElse("table").equals("json")) {
      throw new UsageException("ps is supported with --format json only");
    }
    List<Long> processes = occasion.containers().processes(occasion.key(id));
    return VerbResult.output(Json.compact(processes));
  }
}
