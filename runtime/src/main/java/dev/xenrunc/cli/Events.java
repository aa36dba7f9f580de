// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.xenrunc.container.ContainerException;
import dev.xenrunc.container.Watching;
import dev.xenrunc.engine.VerbResult;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code events [--interval DURATION] ID}, or {@code events --stats ID} */
final class Events implements Verb {
  private static final Logger LOG = LoggerFactory.getLogger(Events.class);

  /** How long neither the container's end nor a caller that is gone is noticed. */
  private static final Duration LOOK_PERIOD = Duration.ofSeconds(1);

  @Override
  public CommandSpec options() {
    return Options.command("events")
        .addOption(Options.text("interval"))
        .addOption(Options.flag("stats"));
  }

  @Override
  public VerbResult run(ParseResult parsed, Occasion occasion) {
    String id = Options.words(parsed, 1, 1).get(0);
    Duration interval = interval(Options.value(parsed, "interval").orElse("5s"));
    Watching watching = occasion.containers().watch(occasion.key(id));
    boolean lives = watching.lives();
    if (interval.isZero()) {
      throw new UsageException("duration interval must be greater than 0");
    }
    if (!lives) {
      throw new UsageException("container with id " + id + " is not running");
    }
    if (Options.isOn(parsed, "stats")) {
      if (!watching.hasFigures()) {
        throw new UsageException(
            "container with id " + id + " has no figures: it is not started, or paused");
      }
      return VerbResult.output(event("stats", id, watching));
    }
    follow(id, interval, watching, occasion);
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

  private static void follow(String id, Duration interval, Watching watching, Occasion occasion) {
    long next = System.nanoTime() + interval.toNanos();
    boolean lives = true;
    while (lives) {
      // First: what the guest has told before its end is told too.
      lives = watching.lives();
      long left = Math.max(next - System.nanoTime(), 0);
      Duration wait = Duration.ofNanos(Math.min(left, LOOK_PERIOD.toNanos()));
      if (watching.awaitOom(lives ? wait : Duration.ZERO)) {
        occasion.launcher().writeOutput(event("oom", id));
      } else if (lives && System.nanoTime() - next >= 0) {
        next = System.nanoTime() + interval.toNanos();
        writeStatistics(id, watching, occasion);
      } else if (lives) {
        occasion.launcher().writeOutput("");
      }
    }
  }

  /** As runc: figures that cannot be had are no reason to end. */
  private static void writeStatistics(String id, Watching watching, Occasion occasion) {
    String text;
    try {
      if (!watching.hasFigures()) {
        return;
      }
      text = event("stats", id, watching);
    } catch (ContainerException e) {
      LOG.debug("no figures: {}", e.getMessage());
      return;
    }
    occasion.launcher().writeOutput(text);
  }

  private static String event(String type, String id, Watching watching) {
    ObjectNode event = JsonNodeFactory.instance.objectNode().put("type", type).put("id", id);
    event.set("data", watching.statistics());
    return Json.compact(event) + "\n";
  }

  private static String event(String type, String id) {
    return Json.compact(JsonNodeFactory.instance.objectNode().put("type", type).put("id", id))
        + "\n";
  }
}
