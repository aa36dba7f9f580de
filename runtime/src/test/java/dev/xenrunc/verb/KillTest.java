// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xenrunc.host.Signal;
import dev.xenrunc.wire.FrameType;
import org.junit.jupiter.api.Test;

class KillTest extends ContainerRig {
  @Test
  void aKillThatTheGuestIgnoresDestroysItsDomain() {
    create();
    start();

    kill(Signal.KILL, false);

    within(() -> toolstack.domains.isEmpty());
    within(() -> status().equals("stopped"));
    assertTrue(launcher.monitor().asked.contains(FrameType.STOP));
  }

  @Test
  void aKillIsNotForTheNextContainerOfTheId() throws Exception {
    create();
    start();
    kill(Signal.KILL, false);
    deleteForcibly();
    create();
    start();

    Thread.sleep(2 * SHORT.toMillis());

    assertEquals("running", status());
    assertEquals(1, toolstack.domains.size());
  }

  @Test
  void aHarmlessSignalDoesNotEndACreatedContainer() {
    create();
    kill(Signal.parse("WINCH"), false);
    assertEquals("created", status());

    kill(Signal.TERM, false);
    assertEquals("stopped", status());
  }
}
