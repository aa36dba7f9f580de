// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xenrunc.container.Sweep;
import dev.xenrunc.host.UndoStack;
import dev.xenrunc.wire.FrameType;
import java.nio.file.Files;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExecTest extends ContainerRig {
  @Test
  void anExecIsASessionOfTheMonitor() throws Exception {
    create();
    start();

    exec(false);

    assertTrue(launcher.monitor().asked.contains(FrameType.RUN));
    assertEquals(
        Long.toString(launcher.monitor().process.pid()),
        Files.readString(directory.resolve("pid")));

    pause();
    assertSays(
        "cannot exec in a paused container (use --ignore-paused to override)", () -> exec(false));
    exec(true);
    resume();

    launcher.monitor().exit(0);
    within(() -> status().equals("stopped"));
    assertSays("cannot exec in a stopped container", () -> exec(false));
  }

  @Test
  void anExecInACreatedContainerMakesItsGuestReadyAndStartAddsToIt() {
    create();
    exec(false);
    exec(false);
    assertEquals("created", status());
    assertEquals(1, Collections.frequency(launcher.monitor().asked, FrameType.PREPARE));

    containers = newEngine();
    new Sweep(containers).takeOver();
    start();

    assertEquals("running", status());
    assertEquals(1, Collections.frequency(launcher.monitor().asked, FrameType.CONNECT));
    assertEquals(1, Collections.frequency(launcher.monitor().asked, FrameType.PREPARE));
    assertEquals(1, Collections.frequency(launcher.monitor().asked, FrameType.NETWORK));
    assertEquals(3, Collections.frequency(launcher.monitor().asked, FrameType.RUN));
    assertEquals(1, toolstack.vifs.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"CONNECT", "PREPARE"})
  void anExecThatCannotMakeTheGuestReadyStopsTheContainer(String request) {
    launcher.refusedByMonitor = request;
    create();

    RuntimeException e = assertThrows(RuntimeException.class, () -> exec(false));

    assertTrue(e.getMessage().contains("refused as it was told"), e.getMessage());
    assertEquals("stopped", status());
    assertEquals(Map.of(), toolstack.domains);
  }

  @Test
  void anExecInAContainerThatWasPausedBeforeItsStartWaitsForResume() throws Exception {
    create();
    pause();
    assertSays(
        "cannot exec in a paused container (use --ignore-paused to override)", () -> exec(false));

    CompletableFuture<UndoStack> exec = CompletableFuture.supplyAsync(() -> exec(true));
    resume();
    exec.get(20, TimeUnit.SECONDS);

    assertEquals("created", status());
    assertTrue(launcher.monitor().asked.contains(FrameType.RUN));
  }

  @Test
  void anExecWhoseCallerIsGoneIsKilled() {
    create();
    start();

    exec(false).undo(new IllegalStateException("the caller is gone"));

    List<FrameType> asked = launcher.monitor().askedOfGuest();
    assertEquals(FrameType.SIGNAL, asked.get(asked.size() - 1));
    assertEquals("running", status());
  }
}
