// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.container.Container;
import dev.xenrunc.container.ContainerId;
import dev.xenrunc.container.ContainerKey;
import dev.xenrunc.container.Containers;
import dev.xenrunc.engine.VerbCall;
import dev.xenrunc.engine.VerbResult;
import dev.xenrunc.host.Launcher;
import dev.xenrunc.verb.Caller;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** One verb of the command line: its options, and what it does. */
interface Verb {
  /** The options and arguments, without annotations: reflection is slow at the first call. */
  CommandSpec options();

  /** Does it. */
  VerbResult run(ParseResult parsed, Invocation invocation);

  /** What the launcher is told when {@link #run} has thrown this. */
  default VerbResult failed(RuntimeException failure, boolean debug) {
    return FailureReporter.report(failure, debug);
  }

  /** One run of a verb: the words, who said them, and what they may be about. */
  record Invocation(VerbCall call, Caller caller, Containers containers) {
    /** Acts where the caller is. */
    Launcher launcher() {
      return caller.launcher();
    }

    /** The existing container with this id. */
    Container container(String id) {
      return containers.existing(key(id));
    }

    /** The container with this id below the caller's --root. */
    ContainerKey key(String id) {
      return new ContainerKey(call.root(), new ContainerId(id));
    }
  }
}
