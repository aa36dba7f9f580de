// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LibxlLogTest {
  private static final String DATE = "2026-01-01 10:00:00 UTC ";
  @TempDir private Path directory;
  private Path file;
  private LibxlLog log;

  @BeforeEach
  void logOfEarlierCalls() throws IOException {
    file = directory.resolve("libxl-1.log");
    Files.writeString(file, DATE + "libxl: error: libxl.c:1:f: of an earlier call\n");
    log = LibxlLog.mark(file);
  }

  private void append(String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.APPEND);
  }

  @ParameterizedTest
  @CsvSource({
    "libxl: error: libxl_domain.c:9:libxl_domain_pause: Domain 6:Pausing domain: No,Pausing domain:"
        + " No",
    "libxl: error: libxl.c:1:f: no domain,no domain",
    "xc: error: panic: xg_dom_core.c:1: bad kernel,panic: xg_dom_core.c:1: bad kernel",
  })
  void errorIsFoundWithoutItsPlaceInTheSource(String line, String error) throws IOException {
    append(DATE + "libxl: info: libxl.c:1:f: all is well\n" + DATE + line + "\n");

    assertEquals(Optional.of(error), log.cause());
  }

  @Test
  void firstErrorIsTheCause() throws IOException {
    append(DATE + "libxl: error: a.c:1:f: cause\n" + DATE + "libxl: error: a.c:2:f: effect\n");

    assertEquals(Optional.of("cause"), log.cause());
  }

  @Test
  void wordsOfAHotplugProgramAreTheCauseOfItsExitStatus() throws IOException {
    String exit = "/usr/lib/xen-runc/xen-hotplug online [2301] exited with error status 1";
    append(
        DATE
            + "libxl: error: libxl_exec.c:118:libxl_report_child_exitstatus: "
            + exit
            + "\n"
            + DATE
            + "libxl: error: libxl_device.c:1265:device_hotplug_child_death_cb: script: redirect"
            + " what comes in on eth0: Operation not supported\n"
            + DATE
            + "libxl: error: libxl_device.c:1406:device_addrm_aocomplete: unable to add device\n");

    assertEquals(
        Optional.of(exit + ": redirect what comes in on eth0: Operation not supported"),
        log.cause());
  }

  @Test
  void nothingLoggedSinceIsNoError() throws IOException {
    assertEquals(Optional.empty(), log.cause());
    append(DATE + "libxl: warning: a.c:1:f: odd\n");
    assertEquals(Optional.empty(), log.cause());
    Files.delete(file);
    assertEquals(Optional.empty(), log.cause());
  }

  @Test
  void longOrBinaryTextIsMadeShortAndPrintable() throws IOException {
    append(DATE + "libxl: error: a.c:1:f: \u001b[2J" + "x".repeat(1000) + "\n");

    String error = log.cause().orElseThrow();

    assertTrue(error.startsWith("?[2Jxxx"));
    assertEquals(300, error.length());
  }
}
