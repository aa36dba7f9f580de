// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.engine.VerbResult;
import dev.xenrunc.host.Signal;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code kill [--all] ID [SIGNAL]} */
final class Kill implements Verb {
  @Override
  public CommandSpec options() {
    return Options.command("kill").addOption(Options.flag("all", "a"));
  }

  @Override
  public VerbResult run(ParseResult parsed, Occasion occasion) {
    List<String> words = Options.words(parsed, 1, 2);
    Signal signal = words.size() == 2 ? signal(words.get(1)) : Signal.TERM;
    occasion.containers().kill(occasion.key(words.get(0)), signal, Options.isOn(parsed, "all"));
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
