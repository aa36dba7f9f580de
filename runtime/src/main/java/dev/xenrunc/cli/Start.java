// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.container.Attachment;
import dev.xenrunc.engine.VerbResult;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code start ID} */
final class Start implements Verb {
  @Override
  public CommandSpec options() {
    return Options.command("start");
  }

  @Override
  public VerbResult run(ParseResult parsed, Occasion occasion) {
    String id = Options.words(parsed, 1, 1).get(0);
    occasion
        .containers()
        .start(occasion.key(id), Attachment.DETACHED, occasion.launcher(), occasion.phases());
    return VerbResult.done();
  }
}
