// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

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

class PausingTest extends ContainerRig {
  @ParameterizedTest
  @ValueSource(strings = {"created", "running"})
  void aPausedContainerGoesOnAsItWas(String status) {
    create();
    if (status.equals("running")) {
      start();
    }

    containers.pause(key);

    assertEquals("paused", status());
    assertEquals(toolstack.domains.keySet(), toolstack.paused);
    assertSays("container not running", () -> containers.pause(key));
    assertSays("cannot start a container in the paused state", this::start);
    assertSays(
        "cannot delete container web that is not stopped: paused",
        () -> containers.delete(key, launcher, new Phases()));

    containers.resume(key);

    assertEquals(status, status());
    assertEquals(Set.of(), toolstack.paused);
    // Before the start there is no agent to tell, and the start tells it.
    int refreshed = status.equals("running") ? 2 : 0;
    within(() -> Collections.frequency(launcher.monitor().asked, FrameType.REFRESH) == refreshed);
    assertSays("container not paused", () -> containers.resume(key));
  }

  @Test
  void aPauseThatFailsLeavesTheContainerRunning() {
    create();
    start();
    toolstack.failing = "pause";

    assertThrows(HostException.class, () -> containers.pause(key));

    assertEquals("running", status());
  }

  @Test
  void aPausedContainerIsSentSignalsThatItCannotAnswer() {
    create();
    start();
    containers.pause(key);
    launcher.monitor().silent = true;

    containers.kill(key, Signal.TERM, false);

    within(() -> launcher.monitor().asked.contains(FrameType.SIGNAL));
    assertEquals("paused", status());
  }

  @Test
  void aPausedContainerThatIsKilledGoesOnToDie() throws Exception {
    create();
    start();
    containers.pause(key);

    containers.kill(key, Signal.KILL, false);

    assertEquals(Set.of(), toolstack.paused);
    launcher.monitor().exit(137);
    within(() -> toolstack.domains.isEmpty() && status().equals("stopped"));
  }
}
