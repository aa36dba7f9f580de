// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.hook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.xenrunc.host.Launcher;
import dev.xenrunc.host.OrderException;
import dev.xenrunc.oci.HooksSpec;
import dev.xenrunc.oci.StateDocument;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the host hooks of one moment, in order, through the launcher. */
public final class Hooks {
  private static final Logger LOG = LoggerFactory.getLogger(Hooks.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private Hooks() {}

  /** Runs all hooks of this kind in this directory; the first failure ends them. */
  public static void run(
      HookKind kind, HooksSpec hooks, StateDocument state, Path directory, Launcher launcher) {
    List<HooksSpec.Hook> list = kind.of(hooks);
    for (int i = 0; i < list.size(); i++) {
      runOne(kind, i, list.get(i), state, Optional.of(directory), launcher);
    }
  }

  /** Runs all hooks of this kind in the caller's directory; failures are only logged. */
  public static void runAll(
      HookKind kind, HooksSpec hooks, StateDocument state, Launcher launcher) {
    List<HooksSpec.Hook> list = kind.of(hooks);
    for (int i = 0; i < list.size(); i++) {
      try {
        runOne(kind, i, list.get(i), state, Optional.empty(), launcher);
      } catch (HookException e) {
        LOG.warn("{}", e.getMessage());
      }
    }
  }

  private static void runOne(
      HookKind kind,
      int index,
      HooksSpec.Hook hook,
      StateDocument state,
      Optional<Path> directory,
      Launcher launcher) {
    String what = "error running " + kind.word() + " hook #" + index + ": ";
    Integer seconds = hook.timeout();
    Launcher.HookOrder order =
        new Launcher.HookOrder(
            hook.path(),
            hook.args(),
            Optional.ofNullable(hook.env()),
            directory,
            Optional.ofNullable(seconds).filter(s -> s > 0).map(Duration::ofSeconds),
            stdin(state),
            kind.netns(state.pid()));
    LOG.debug("run {} hook #{}: {}", kind.word(), index, hook.path());
    Launcher.HookOutcome outcome;
    try {
      outcome = launcher.runHook(order);
    } catch (OrderException e) {
      throw new HookException(what + e.getMessage(), e);
    }
    if (outcome.code() != 0) {
      throw new HookException(
          what
              + "exit status "
              + outcome.code()
              + ", stdout: "
              + line(outcome.output())
              + ", stderr: "
              + line(outcome.errors()));
    }
  }

  private static String line(String said) {
    return said.strip().replaceAll("\\p{Cntrl}", " ");
  }

  /** What a hook finds on its stdin. */
  public static String stdin(StateDocument state) {
    try {
      return JSON.writeValueAsString(state);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a state document is always JSON", e);
    }
  }
}
