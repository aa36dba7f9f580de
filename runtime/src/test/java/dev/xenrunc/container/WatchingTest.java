// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WatchingTest extends ContainerRig {
  @Test
  void anOomIsToldOnce() throws Exception {
    create();
    start();
    Watching watching = containers.watch(key);
    launcher.monitor().oom(2);

    assertTrue(watching.awaitOom(LONG));
    assertFalse(watching.awaitOom(Duration.ofMillis(1)));
    launcher.monitor().oom(1);
    assertFalse(watching.awaitOom(Duration.ofMillis(50)));
  }
}
