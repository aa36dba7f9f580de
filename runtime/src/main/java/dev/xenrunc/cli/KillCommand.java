// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.engine.VerbResult;
import dev.xenrunc.host.Signal;
import dev.xenrunc.verb.Kill;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code kill [--all] ID [SIGNAL]} */
final class KillCommand implements Verb {
  @Override
  public CommandSpec options() {
    return Options.command("kill").addOption(Options.flag("all", "a"));
  }

  @Override
  public VerbResult run(ParseResult parsed, Invocation invocation) {
    List<String> words = Options.words(parsed, 1, 2);
    Signal signal = words.size() == 2 ? signal(words.get(1)) : Signal.TERM;
    new Kill(invocation.container(words.get(0))).run(signal, Options.isOn(parsed, "all"));
    return VerbResult.done();
  }

  private static Signal signal(String text) {
    try {
      return Signal.parse(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
