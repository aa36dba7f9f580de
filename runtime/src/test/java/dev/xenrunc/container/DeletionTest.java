// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class DeletionTest extends ContainerRig {
  @Test
  void deleteForciblyEndsARunningContainerAndIsIdempotent() {
    create();
    start();

    containers.deleteForcibly(key, launcher, new Phases());
    containers.deleteForcibly(key, launcher, new Phases());

    assertNothingIsLeft();
  }

  @Test
  void whatCannotBeDestroyedNowIsDestroyedLater() {
    create();
    start();
    toolstack.failing = "destroy";

    assertThrows(
        RuntimeException.class, () -> containers.deleteForcibly(key, launcher, new Phases()));
    toolstack.failing = "";
    new Sweep(containers).tidy();

    assertNothingIsLeft();
  }
}
