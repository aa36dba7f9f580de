// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class EventsTest extends ContainerRig {
  @Test
  void anOomIsToldOnce() throws Exception {
    create();
    start();
    Events events = new Events(containers.existing(key));
    launcher.monitor().oom(2);

    assertTrue(events.awaitOom(LONG));
    assertFalse(events.awaitOom(Duration.ofMillis(1)));
    launcher.monitor().oom(1);
    assertFalse(events.awaitOom(Duration.ofMillis(50)));
  }
}
