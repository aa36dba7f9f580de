// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.xenrunc.container.ContainerException;
import dev.xenrunc.engine.VerbResult;
import dev.xenrunc.verb.Events;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code events [--interval DURATION] ID}, or {@code events --stats ID} */
final class EventsCommand implements Verb {
  private static final Logger LOG = LoggerFactory.getLogger(EventsCommand.class);

  /** How long neither the container's end nor a caller that is gone is noticed. */
  private static final Duration LOOK_PERIOD = Duration.ofSeconds(1);

  @Override
  public CommandSpec options() {
    return Options.command("events")
        .addOption(Options.text("interval"))
        .addOption(Options.flag("stats"));
  }

  @Override
  public VerbResult run(ParseResult parsed, Invocation invocation) {
    String id = Options.words(parsed, 1, 1).get(0);
    Duration interval = interval(Options.value(parsed, "interval").orElse("5s"));
    Events events = new Events(invocation.container(id));
    boolean lives = events.lives();
    if (interval.isZero()) {
      throw new UsageException("duration interval must be greater than 0");
    }
    if (!lives) {
      throw new UsageException("container with id " + id + " is not running");
    }
    if (Options.isOn(parsed, "stats")) {
      if (!events.hasFigures()) {
        throw new UsageException(
            "container with id " + id + " has no figures: it is not started, or paused");
      }
      return VerbResult.output(event("stats", id, events));
    }
    follow(id, interval, events, invocation);
    return VerbResult.done();
  }

  private static Duration interval(String text) {
    try {
      return GoText.duration(text);
    } catch (UsageException e) {
      throw new UsageException(
          "invalid value \"" + text + "\" for flag -interval: " + e.getMessage());
    }
  }

  private static void follow(String id, Duration interval, Events events, Invocation invocation) {
    long next = System.nanoTime() + interval.toNanos();
    boolean lives = true;
    while (lives) {
      // First: what the guest has told before its end is told too.
      lives = events.lives();
      long left = Math.max(next - System.nanoTime(), 0);
      Duration wait = Duration.ofNanos(Math.min(left, LOOK_PERIOD.toNanos()));
      if (events.awaitOom(lives ? wait : Duration.ZERO)) {
        invocation.launcher().writeOutput(event("oom", id));
      } else if (lives && System.nanoTime() - next >= 0) {
        next = System.nanoTime() + interval.toNanos();
        writeStatistics(id, events, invocation);
      } else if (lives) {
        invocation.launcher().writeOutput("");
      }
    }
  }

  /** As runc: figures that cannot be had are no reason to end. */
  private static void writeStatistics(String id, Events events, Invocation invocation) {
    String text;
    try {
      if (!events.hasFigures()) {
        return;
      }
      text = event("stats", id, events);
    } catch (ContainerException e) {
      LOG.debug("no figures: {}", e.getMessage());
      return;
    }
    invocation.launcher().writeOutput(text);
  }

  private static String event(String type, String id, Events events) {
    ObjectNode event = JsonNodeFactory.instance.objectNode().put("type", type).put("id", id);
    event.set("data", events.statistics());
    return Json.compact(event) + "\n";
  }

  private static String event(String type, String id) {
    return Json.compact(JsonNodeFactory.instance.objectNode().put("type", type).put("id", id))
        + "\n";
  }
}
