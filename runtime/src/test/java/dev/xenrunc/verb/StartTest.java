// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xenrunc.wire.FieldTag;
import dev.xenrunc.wire.WireException;
import dev.xenrunc.xl.Size;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartTest extends ContainerRig {
  @ParameterizedTest
  @ValueSource(strings = {"SCAN_NET", "CONNECT", "REFRESH", "PREPARE", "RUN"})
  void aStartThatTheMonitorFailsStopsTheContainer(String request) {
    launcher.refusedByMonitor = request;
    create();

    RuntimeException e = assertThrows(RuntimeException.class, this::start);

    assertTrue(e.getMessage().contains("refused as it was told"), e.getMessage());
    assertEquals("stopped", status());
    assertEquals(Map.of(), toolstack.domains);
    delete();
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"addVif", "awaitChannel", "announceVif"})
  void aStartThatTheToolstackFailsStopsTheContainer(String step) {
    toolstack.failing = step;
    create();

    assertThrows(RuntimeException.class, this::start);

    assertEquals("stopped", status());
    assertEquals(Map.of(), toolstack.domains);
  }

  @Test
  void aGuestThatHasBootedGivesBackTheProcessorsBeyondItsSize() {
    vcpusMax = 2;
    containers = newEngine();
    create();
    assertEquals(List.of(), toolstack.sizes);

    start();

    assertEquals(List.of(1), toolstack.sizes.stream().map(Size::vcpus).toList());
    assertEquals(2, toolstack.sizes.get(0).vcpusMax());
  }

  @Test
  void everyProcessRunsUnderTheSeccompProfile() throws IOException, WireException {
    addSeccomp();
    create();
    start();

    assertArrayEquals(
        FakeLauncher.PROGRAM, launcher.monitor().lastRun.fields().bytes(FieldTag.SECCOMP));
    assertEquals(
        4, launcher.monitor().lastRun.fields().number(FieldTag.SECCOMP_FLAGS), "SPEC_ALLOW");
    exec(false);
    assertEquals(2, launcher.monitor().lastRun.fields().number(FieldTag.PROCESS));
    assertArrayEquals(
        FakeLauncher.PROGRAM, launcher.monitor().lastRun.fields().bytes(FieldTag.SECCOMP));
  }

  @Test
  void withoutAProfileOrWithSeccompOffThereIsNoFilter() throws IOException, WireException {
    create();
    start();
    assertTrue(launcher.monitor().lastRun.fields().optionalBytes(FieldTag.SECCOMP).isEmpty());
    deleteForcibly();

    addSeccomp();
    seccomp = false;
    containers = newEngine();
    create();
    start();
    assertTrue(launcher.monitor().lastRun.fields().optionalBytes(FieldTag.SECCOMP).isEmpty());
  }
}
