// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xenrunc.container.ContainerException;
import dev.xenrunc.host.Launcher;
import dev.xenrunc.host.OrderException;
import dev.xenrunc.oci.BundleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CreateTest extends ContainerRig {
  @ParameterizedTest
  @ValueSource(strings = {"resolve", "readFile", "spawnMonitor", "runHook", "hook", "writePidFile"})
  void aCreateThatTheLauncherFailsLeavesNothing(String step) {
    launcher.failing = step;

    assertThrows(RuntimeException.class, this::create);

    assertNothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"createPaused", "unpause", "watchDeath"})
  void aCreateThatTheToolstackFailsLeavesNothing(String step) {
    toolstack.failing = step;

    ContainerException.Failed e = assertThrows(ContainerException.Failed.class, this::create);

    assertEquals("build domain: " + step + " failed as it was told", e.getMessage());
    assertNothingIsLeft();
  }

  @Test
  void aMissingKernelIsNamed() throws IOException {
    Files.delete(directory.resolve("vmlinux"));

    ContainerException.Failed e = assertThrows(ContainerException.Failed.class, this::create);

    assertTrue(e.getMessage().startsWith("guest kernel \""), e.getMessage());
    assertNothingIsLeft();
  }

  @Test
  void aCreateWhoseCallerIsGoneIsUndone() {
    create().undo(new IllegalStateException("gone"));

    assertNothingIsLeft();
  }

  @Test
  void anIdIsTakenOnce() {
    create();

    assertThrows(ContainerException.AlreadyExists.class, this::create);
    assertEquals("created", status());
  }

  @Test
  void theNetworkNamespaceOfAProcessIsRefused() throws IOException {
    Path config = directory.resolve("bundle/config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace("\"network\"}", "\"network\", \"path\": \"/proc/1234/ns/net\"}"));

    BundleException e = assertThrows(BundleException.class, this::create);

    assertTrue(e.getMessage().contains("another container's or process's"), e.getMessage());
    assertNothingIsLeft();
  }

  private void giveTerminal() throws IOException {
    Path config = directory.resolve("bundle/config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace(
                "\"args\"",
                "\"terminal\": true, \"consoleSize\": {\"height\": 65560, \"width\": 80},"
                    + " \"args\""));
  }

  @Test
  void aTerminalIsMadeWithTheMonitorAndGivenAway() throws Exception {
    giveTerminal();
    consoleSocket = Optional.of(directory.resolve("console.sock"));
    create();

    assertEquals(List.of(directory.resolve("console.sock")), launcher.consoles);
    assertEquals(Optional.of(new Launcher.Terminal(24, 80)), launcher.terminal);
  }

  @Test
  void aTerminalThatNobodyWouldHaveIsRefused() throws Exception {
    giveTerminal();

    BundleException refused = assertThrows(BundleException.class, this::create);

    assertEquals(
        "cannot allocate tty if runc will detach without setting console socket",
        refused.getMessage());
    assertNothingIsLeft();
  }

  @Test
  void aConsoleSocketWithoutATerminalIsRefused() {
    consoleSocket = Optional.of(directory.resolve("console.sock"));

    assertThrows(BundleException.class, this::create);

    assertNothingIsLeft();
  }

  @Test
  void aProfileThatCannotBeCompiledIsToldAtCreateAndLeavesNothing() throws IOException {
    addSeccomp();
    launcher.failing = "compileSeccomp";

    assertThrows(OrderException.class, this::create);
    assertNothingIsLeft();
  }
}
