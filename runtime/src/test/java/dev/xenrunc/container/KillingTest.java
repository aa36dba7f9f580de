// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xenrunc.host.Signal;
import dev.xenrunc.wire.FrameType;
import org.junit.jupiter.api.Test;

class KillingTest extends ContainerRig {
  @Test
  void aKillThatTheGuestIgnoresDestroysItsDomain() {
    create();
    start();

    containers.kill(key, Signal.KILL, false);

    within(() -> toolstack.domains.isEmpty());
    within(() -> status().equals("stopped"));
    assertTrue(launcher.monitor().asked.contains(FrameType.STOP));
  }

  @Test
  void aKillIsNotForTheNextContainerOfTheId() throws Exception {
    create();
    start();
    containers.kill(key, Signal.KILL, false);
    containers.deleteForcibly(key, launcher, new Phases());
    create();
    start();

    Thread.sleep(2 * SHORT.toMillis());

    assertEquals("running", status());
    assertEquals(1, toolstack.domains.size());
  }

  @Test
  void aHarmlessSignalDoesNotEndACreatedContainer() {
    create();
    containers.kill(key, Signal.parse("WINCH"), false);
    assertEquals("created", status());

    containers.kill(key, Signal.TERM, false);
    assertEquals("stopped", status());
  }
}
