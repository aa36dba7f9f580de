// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.container.ContainerId;
import dev.xenrunc.container.ContainerKey;
import dev.xenrunc.container.Containers;
import dev.xenrunc.container.Phases;
import dev.xenrunc.engine.VerbCall;
import dev.xenrunc.engine.VerbResult;
import dev.xenrunc.host.Launcher;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** One verb of the command line: its options, and what it does. */
interface Verb {
  /** The options and arguments, without annotations: reflection is slow at the first call. */
  CommandSpec options();

  /** Does it. */
  VerbResult run(ParseResult parsed, Occasion occasion);

  /** What the launcher is told when {@link #run} has thrown this. */
  default VerbResult failed(RuntimeException failure, boolean debug) {
    return FailureReporter.report(failure, debug);
  }

  /** Everything that one run of a verb has to do with. */
  record Occasion(VerbCall call, Launcher launcher, Containers containers, Phases phases) {
    /** The container with this id below the caller's --root. */
    ContainerKey key(String id) {
      return new ContainerKey(call.root(), new ContainerId(id));
    }
  }
}
