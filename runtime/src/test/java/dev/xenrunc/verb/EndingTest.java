// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import dev.xenrunc.xl.ShutdownReason;
import org.junit.jupiter.api.Test;

class EndingTest extends ContainerRig {
  @Test
  void theMonitorsDeathDestroysTheDomain() {
    create();
    start();

    launcher.monitor().die();

    within(() -> toolstack.domains.isEmpty());
    within(() -> status().equals("stopped"));
  }

  @Test
  void aLostGuestEndsTheContainer() throws Exception {
    create();
    start();

    launcher.monitor().lose("it broke the ring");

    within(() -> toolstack.domains.isEmpty() && status().equals("stopped"));
  }

  @Test
  void theDomainsDeathEndsTheContainer() {
    create();
    start();

    toolstack.die(ShutdownReason.CRASH);

    within(() -> toolstack.domains.isEmpty() && status().equals("stopped"));
  }
}
