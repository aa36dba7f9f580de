// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xenrunc.container.Stage;
import dev.xenrunc.container.Sweep;
import dev.xenrunc.host.Signal;
import dev.xenrunc.monitor.MonitorException;
import dev.xenrunc.time.Deadline;
import dev.xenrunc.wire.FrameType;
import dev.xenrunc.xl.Domain;
import dev.xenrunc.xl.Domid;
import dev.xenrunc.xl.ShutdownReason;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SweepTest extends ContainerRig {
  @Test
  void theNextEngineTakesAPausedContainerOver() {
    create();
    start();
    pause();

    containers = newEngine();
    new Sweep(containers).takeOver();
    new Sweep(containers).tidy();
    resume();

    assertEquals("running", status());
  }

  @Test
  void theNextEngineTakesARunningContainerOver() throws Exception {
    create();
    start();

    containers = newEngine();
    new Sweep(containers).takeOver();
    new Sweep(containers).tidy();

    assertEquals("running", status());
    kill(Signal.TERM, false);
    assertTrue(launcher.monitor().asked.contains(FrameType.SIGNAL));
    launcher.monitor().exit(0);
    within(() -> toolstack.domains.isEmpty() && status().equals("stopped"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"CREATING", "DELETING"})
  void theNextEngineFinishesWhatDiedHalfDone(String stage) {
    create();
    containers.existing(key).update(state -> state.at(Stage.valueOf(stage)));

    new Sweep(newEngine()).tidy();

    assertNothingIsLeft();
  }

  @Test
  void theNextEngineStopsAContainerWhoseStartDied() {
    create();
    containers.existing(key).update(state -> state.at(Stage.STARTING));

    containers = newEngine();
    new Sweep(containers).takeOver();
    new Sweep(containers).tidy();

    assertEquals("stopped", status());
    assertEquals(Map.of(), toolstack.domains);
  }

  @Test
  void aStartThatIsUnderWayIsLeftToItsVerb() {
    create();
    containers.existing(key).update(state -> state.at(Stage.STARTING));
    containers = newEngine();
    Sweep sweep = new Sweep(containers);

    containers
        .existing(key)
        .exclusively(
            Deadline.after(LONG), () -> CompletableFuture.runAsync(sweep::takeOver).join());

    assertTrue(launcher.monitor().process.isAlive());
    assertTrue(containers.engine().sweeps().isDue());
    sweep.tidy();
    assertEquals("stopped", status());
  }

  @Test
  void aConnectionThatTheMonitorEndsIsMadeAgain() {
    stop = SHORT;
    containers = newEngine();
    create();
    start();

    launcher.monitor().hangUp();
    within(() -> containers.existing(key).monitor().isEmpty());
    assertThrows(MonitorException.class, () -> kill(Signal.TERM, false));
    new Sweep(containers).tidy();

    assertTrue(containers.existing(key).monitor().isPresent());
    toolstack.die(ShutdownReason.CRASH);
    within(() -> toolstack.domains.isEmpty() && status().equals("stopped"));
  }

  @Test
  void domainsThatNobodyRemembersAreDestroyedAndOthersAreNot() {
    Domain orphan = new Domain(new Domid(70), UUID.randomUUID());
    Domain foreign = new Domain(new Domid(71), UUID.randomUUID());
    toolstack.domains.put(orphan, Map.of("uuid", orphan.uuid().toString()));
    toolstack.domains.put(foreign, Map.of());
    create();

    new Sweep(containers).tidy();

    assertFalse(toolstack.domains.containsKey(orphan));
    assertTrue(toolstack.domains.containsKey(foreign));
    assertEquals("created", status());
    assertEquals(2, toolstack.domains.size());
  }
}
