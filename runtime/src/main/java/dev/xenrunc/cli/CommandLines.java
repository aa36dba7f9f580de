// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.container.Containers;
import dev.xenrunc.container.Timings;
import dev.xenrunc.engine.VerbCall;
import dev.xenrunc.engine.VerbResult;
import dev.xenrunc.engine.Verbs;
import dev.xenrunc.host.Launcher;
import dev.xenrunc.verb.Caller;
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
          Map.entry("create", new CreateCommand()),
          Map.entry("run", new RunCommand()),
          Map.entry("start", new StartCommand()),
          Map.entry("state", new StateCommand()),
          Map.entry("kill", new KillCommand()),
          Map.entry("pause", new PauseCommand()),
          Map.entry("resume", new ResumeCommand()),
          Map.entry("delete", new DeleteCommand()),
          Map.entry("exec", new ExecCommand()),
          Map.entry("list", new ListCommand()),
          Map.entry("checkpoint", new CheckpointCommand()),
          Map.entry("restore", new RestoreCommand()),
          Map.entry("ps", new PsCommand()),
          Map.entry("update", new UpdateCommand()),
          Map.entry("events", new EventsCommand()));

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
    Timings timings = new Timings();
    long begin = System.nanoTime();
    // Its words may hold what is nobody else's to know, as exec's --env.
    LOG.debug("{} below {} in {}", call.verb(), call.root(), call.cwd());
    VerbResult result = run(call, launcher, timings);
    MDC.put("code", Integer.toString(result.code()));
    MDC.put("ms", Long.toString((System.nanoTime() - begin) / 1_000_000));
    MDC.put("phases", timings.toString());
    LOG.info("done");
    return result;
  }

  private VerbResult run(VerbCall call, Launcher launcher, Timings timings) {
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
      return verb.run(parsed, new Verb.Invocation(call, new Caller(launcher, timings), containers));
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
