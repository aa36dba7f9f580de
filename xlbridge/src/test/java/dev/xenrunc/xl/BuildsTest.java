// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xenrunc.time.Deadline;
import dev.xenrunc.time.DeadlineExceededException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BuildsTest {
  private final Builds builds = new Builds();
  private final UUID uuid = UUID.randomUUID();

  @Test
  void aDomainIsNotDestroyedWhileItIsBuilt() {
    builds.begin(uuid);

    assertThrows(
        DeadlineExceededException.class,
        () -> builds.awaitEnd(uuid, Deadline.after(Duration.ofMillis(20))));
  }

  @Test
  void theEndOfABuildIsSeen() {
    Build build = builds.begin(uuid);
    CompletableFuture<Void> waiting =
        CompletableFuture.runAsync(
            () -> builds.awaitEnd(uuid, Deadline.after(Duration.ofSeconds(10))));

    build.close();

    waiting.join();
  }

  @Test
  void anotherDomainIsNotWaitedFor() {
    builds.begin(UUID.randomUUID());

    builds.awaitEnd(uuid, Deadline.after(Duration.ZERO));
  }

  @Test
  void whatNobodyWaitsForIsNotWanted() {
    Build build = builds.begin(uuid);

    build.abandon();

    assertFalse(build.isWanted());
  }

  @Test
  void aDomainThatWasThereInTimeStaysWanted() {
    Build build = builds.begin(uuid);

    assertTrue(build.isWanted());
    build.abandon();

    assertTrue(build.isWanted());
  }
}
