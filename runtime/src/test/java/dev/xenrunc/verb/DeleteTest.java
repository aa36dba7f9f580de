// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.xenrunc.container.Sweep;
import org.junit.jupiter.api.Test;

class DeleteTest extends ContainerRig {
  @Test
  void deleteForciblyEndsARunningContainerAndIsIdempotent() {
    create();
    start();

    deleteForcibly();
    deleteForcibly();

    assertNothingIsLeft();
  }

  @Test
  void whatCannotBeDestroyedNowIsDestroyedLater() {
    create();
    start();
    toolstack.failing = "destroy";

    assertThrows(RuntimeException.class, () -> deleteForcibly());
    toolstack.failing = "";
    new Sweep(containers).tidy();

    assertNothingIsLeft();
  }
}
