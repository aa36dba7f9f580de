// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.xenrunc.host.Signal;
import dev.xenrunc.wire.FrameType;
import dev.xenrunc.xl.HostException;
import java.util.Collections;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PauseTest extends ContainerRig {
  @ParameterizedTest
  @ValueSource(strings = {"created", "running"})
  void aPausedContainerGoesOnAsItWas(String status) {
    create();
    if (status.equals("running")) {
      start();
    }

    pause();

    assertEquals("paused", status());
    assertEquals(toolstack.domains.keySet(), toolstack.paused);
    assertSays("container not running", () -> pause());
    assertSays("cannot start a container in the paused state", this::start);
    assertSays("cannot delete container web that is not stopped: paused", () -> delete());

    resume();

    assertEquals(status, status());
    assertEquals(Set.of(), toolstack.paused);
    // Before the start there is no agent to tell, and the start tells it.
    int refreshed = status.equals("running") ? 2 : 0;
    within(() -> Collections.frequency(launcher.monitor().asked, FrameType.REFRESH) == refreshed);
    assertSays("container not paused", () -> resume());
  }

  @Test
  void aPauseThatFailsLeavesTheContainerRunning() {
    create();
    start();
    toolstack.failing = "pause";

    assertThrows(HostException.class, () -> pause());

    assertEquals("running", status());
  }

  @Test
  void aPausedContainerIsSentSignalsThatItCannotAnswer() {
    create();
    start();
    pause();
    launcher.monitor().silent = true;

    kill(Signal.TERM, false);

    within(() -> launcher.monitor().asked.contains(FrameType.SIGNAL));
    assertEquals("paused", status());
  }

  @Test
  void aPausedContainerThatIsKilledGoesOnToDie() throws Exception {
    create();
    start();
    pause();

    kill(Signal.KILL, false);

    assertEquals(Set.of(), toolstack.paused);
    launcher.monitor().exit(137);
    within(() -> toolstack.domains.isEmpty() && status().equals("stopped"));
  }
}
