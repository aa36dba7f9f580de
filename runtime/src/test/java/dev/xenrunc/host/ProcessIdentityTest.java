// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xenrunc.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProcessIdentityTest {
  @Test
  void thisProcessIsAlive() {
    ProcessIdentity own = ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow();

    assertTrue(own.isAlive());
    assertTrue(own.startTime() > 0);
  }

  @Test
  void anotherStartTimeIsAnotherProcess() {
    ProcessIdentity own = ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow();
    ProcessIdentity other = new ProcessIdentity(own.pid(), own.startTime() + 1);

    assertFalse(other.isAlive());
    other.kill();
    assertTrue(own.isAlive());
  }

  @Test
  void aKilledProcessIsNotAliveEvenBeforeItIsReaped() throws Exception {
    Process process = new ProcessBuilder("sleep", "60").start();
    ProcessIdentity identity = ProcessIdentity.of(process.pid()).orElseThrow();

    identity.kill();

    assertTrue(Poll.until(() -> !identity.isAlive(), Deadline.after(Duration.ofSeconds(20))));
    process.waitFor();
  }

  @Test
  void noProcessHasPidZero() {
    assertEquals(Optional.empty(), ProcessIdentity.of(0));
  }

  @Test
  void undoGoesBackwardsAndGoesOnAfterAFailure() {
    List<String> undone = new ArrayList<>();
    UndoStack stack = new UndoStack();
    stack.push("one", () -> undone.add("one"));
    stack.push(
        "two",
        () -> {
          throw new IllegalStateException("stuck");
        });
    stack.push("three", () -> undone.add("three"));
    RuntimeException cause = new RuntimeException("first");

    stack.undo(cause);

    assertEquals(List.of("three", "one"), undone);
    assertEquals("undo two", cause.getSuppressed()[0].getMessage());
  }
}
