// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.container.Containers;
import dev.xenrunc.container.Phases;
import dev.xenrunc.engine.VerbCall;
import dev.xenrunc.engine.VerbResult;
import dev.xenrunc.engine.Verbs;
import dev.xenrunc.host.Launcher;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** All verbs: parses a launcher's words, runs the verb, and logs where its time went. */
final class CommandLines implements Verbs {
  private static final Logger LOG = LoggerFactory.getLogger(CommandLines.class);

  private static final Map<String, Verb> VERBS =
      Map.ofEntries(
          Map.entry("create", new Create()),
          Map.entry("run", new Run()),
          Map.entry("start", new Start()),
          Map.entry("state", new State()),
          Map.entry("kill", new Kill()),
          Map.entry("pause", new Pause()),
          Map.entry("resume", new Resume()),
          Map.entry("delete", new Delete()),
          Map.entry("exec", new Exec()),
          Map.entry("list", new Listing()),
          Map.entry("checkpoint", new Checkpoint()),
          Map.entry("restore", new Restore()),
          Map.entry("ps", new Ps()),
          Map.entry("update", new Update()),
          Map.entry("events", new Events()));

  private final Containers containers;

  CommandLines(Containers containers) {
    this.containers = containers;
  }

  @Override
  public boolean isIdle() {
    return containers.isIdle();
  }

  @Override
  public VerbResult run(VerbCall call, Launcher launcher) {
    Phases phases = new Phases();
    long begin = System.nanoTime();
    // Its words may hold what is nobody else's to know, as exec's --env.
    LOG.debug("{} below {} in {}", call.verb(), call.root(), call.cwd());
    VerbResult result = run(call, launcher, phases);
    MDC.put("code", Integer.toString(result.code()));
    MDC.put("ms", Long.toString((System.nanoTime() - begin) / 1_000_000));
    MDC.put("phases", phases.toString());
    LOG.info("done");
    return result;
  }

  private VerbResult run(VerbCall call, Launcher launcher, Phases phases) {
    Verb verb = VERBS.get(call.verb());
    if (verb == null) {
      return FailureReporter.report(
          new UsageException("\"" + call.verb() + "\" is not supported by xen-runc"), call.debug());
    }
    try {
      String[] words = call.args().stream().skip(1).toArray(String[]::new);
      ParseResult parsed = parse(verb, words);
      if (!parsed.matchedPositionals().isEmpty()) {
        MDC.put("id", Options.words(parsed, 0, Integer.MAX_VALUE).get(0));
      }
      return verb.run(parsed, new Verb.Occasion(call, launcher, containers, phases));
    } catch (StackOverflowError e) {
      return FailureReporter.report(e, call.debug());
    } catch (RuntimeException e) {
      return verb.failed(e, call.debug());
    }
  }

  /** Parses as Go does, and complains in Go's words. */
  static ParseResult parse(Verb verb, String... words) {
    try {
      return new CommandLine(verb.options()).parseArgs(words);
    } catch (UnmatchedArgumentException e) {
      String flag = e.getUnmatched().get(0).replaceFirst("^--?", "").replaceFirst("=.*", "");
      throw new UsageException("flag provided but not defined: -" + flag);
    } catch (MissingParameterException e) {
      throw new UsageException("flag needs an argument: " + flag(e.getMissing().get(0)));
    } catch (ParameterException e) {
      throw new UsageException(
          "invalid boolean value \""
              + e.getValue()
              + "\" for "
              + flag(e.getArgSpec())
              + ": parse error");
    }
  }

  private static String flag(@Nullable ArgSpec argument) {
    return argument instanceof OptionSpec option
        ? option.longestName().replaceFirst("^--", "-")
        : "";
  }

  /** Parses one command line of each verb, so that its classes are loaded. */
  static void warmUp() {
    VERBS.values().forEach(verb -> parse(verb, "id"));
  }
}
