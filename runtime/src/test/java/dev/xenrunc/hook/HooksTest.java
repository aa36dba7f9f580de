// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.hook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.xenrunc.host.Launcher;
import dev.xenrunc.host.OrderException;
import dev.xenrunc.oci.HooksSpec;
import dev.xenrunc.oci.SeccompSpec;
import dev.xenrunc.oci.StateDocument;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HooksTest {
  private static final StateDocument STATE =
      new StateDocument("1.0.2", "web", "creating", 42, "/bundle", Map.of());

  private static final Path BUNDLE = Path.of("/bundle");

  private final List<Launcher.HookOrder> orders = new ArrayList<>();

  @Test
  void hooksRunInOrderWithTheStateOnTheirStdin() {
    HooksSpec hooks = prestart(hook("/one", 3), hook("/two", null));

    Hooks.run(HookKind.PRESTART, hooks, STATE, BUNDLE, new HookLauncher(0));

    assertEquals(List.of("/one", "/two"), orders.stream().map(Launcher.HookOrder::path).toList());
    assertEquals(Optional.of(Duration.ofSeconds(3)), orders.get(0).timeout());
    assertEquals(Optional.empty(), orders.get(1).timeout());
    assertEquals(Optional.of(BUNDLE), orders.get(0).directory());
    assertEquals(
        "{\"ociVersion\":\"1.0.2\",\"id\":\"web\",\"status\":\"creating\",\"pid\":42,"
            + "\"bundle\":\"/bundle\"}",
        orders.get(0).stdin());
  }

  @Test
  void theFirstFailureEndsThemInRuncsWords() {
    HooksSpec hooks = prestart(hook("/one", null), hook("/two", null));

    HookException e =
        assertThrows(
            HookException.class,
            () -> Hooks.run(HookKind.PRESTART, hooks, STATE, BUNDLE, new HookLauncher(3)));

    assertEquals(
        "error running prestart hook #0: exit status 3, stdout: no news, stderr: no luck",
        e.getMessage());
    assertEquals(1, orders.size());
  }

  @Test
  void poststopFailuresEndNothing() {
    HooksSpec hooks =
        new HooksSpec(
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(hook("/one", null), hook("/two", null)));

    Hooks.runAll(HookKind.POSTSTOP, hooks, STATE, new HookLauncher(1));

    assertEquals(2, orders.size());
  }

  @Test
  void aHookThatCannotBeRunFailsToo() {
    HooksSpec hooks = prestart(hook("/none", null));

    HookException e =
        assertThrows(
            HookException.class,
            () -> Hooks.run(HookKind.PRESTART, hooks, STATE, BUNDLE, new HookLauncher(-1)));

    assertEquals("error running prestart hook #0: run /none: gone", e.getMessage());
  }

  @Test
  void noEnvironmentIsAnotherThanAnEmptyOne() {
    HooksSpec.Hook without = new HooksSpec.Hook("/one", List.of(), null, null);
    HooksSpec.Hook empty = new HooksSpec.Hook("/two", List.of(), List.of(), null);
    HooksSpec hooks =
        new HooksSpec(
            List.of(without, empty),
            List.of(),
            List.of(without, empty),
            List.of(),
            List.of(),
            List.of());

    HooksSpec given = hooks.inEnvironment(List.of("A=1"));
    Hooks.run(HookKind.PRESTART, given, STATE, BUNDLE, new HookLauncher(0));
    Hooks.run(HookKind.CREATE_CONTAINER, given, STATE, BUNDLE, new HookLauncher(0));

    assertEquals(
        List.of(
            Optional.empty(),
            Optional.of(List.of()),
            Optional.of(List.of("A=1")),
            Optional.of(List.of())),
        orders.stream().map(Launcher.HookOrder::env).toList());
  }

  private static HooksSpec prestart(HooksSpec.Hook... hooks) {
    return new HooksSpec(List.of(hooks), List.of(), List.of(), List.of(), List.of(), List.of());
  }

  private static HooksSpec.Hook hook(String path, Integer timeout) {
    return new HooksSpec.Hook(path, List.of("name"), List.of(), timeout);
  }

  private final class HookLauncher implements Launcher {
    private final int code;

    HookLauncher(int code) {
      this.code = code;
    }

    @Override
    public HookOutcome runHook(HookOrder order) {
      orders.add(order);
      if (code < 0) {
        throw new OrderException("run " + order.path() + ": gone", 2);
      }
      return new HookOutcome(code, "no news\n", code == 0 ? "" : "no\nluck\n");
    }

    @Override
    public byte[] readFile(Path path, int limit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Path resolve(Path path) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SpawnedMonitor spawnMonitor(MonitorOrder order) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SpawnedSession spawnSession(SessionOrder order) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void sendConsole(Path socket) {
      throw new UnsupportedOperationException();
    }

    @Override
    public byte[] compileSeccomp(SeccompSpec seccomp) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void writeOutput(String text) {
      throw new UnsupportedOperationException();
    }

    @Override
    public PsOutcome runPs(List<String> args) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void writePidFile(Path path, long pid) {
      throw new UnsupportedOperationException();
    }
  }
}
