// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoTextTest {
  @ParameterizedTest
  @CsvSource({
    "-1,-1",
    "0,0",
    "1024,1024",
    "64m,67108864",
    "64M,67108864",
    "64MB,67108864",
    "64MiB,67108864",
    "1.5k,1536",
    "1 g,1073741824",
    "8191p,9222246136947933184"
  })
  void sizesAreReadAsDockersUnitsDo(String text, long bytes) {
    assertEquals(bytes, GoText.size(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "-2", "1x", "m", "1mm", "1..5k", "8192p", "0x10"})
  void otherSizesAreNone(String text) {
    assertEquals(
        "invalid size: '" + text + "'",
        assertThrows(UsageException.class, () -> GoText.size(text)).getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "5s,5000000000",
    "1.5s,1500000000",
    "100ms,100000000",
    "1m30s,90000000000",
    "2h,7200000000000",
    "1us,1000",
    ".5s,500000000",
    "7ns,7"
  })
  void durationsAreGos(String text, long nanoseconds) {
    assertEquals(Duration.ofNanos(nanoseconds), GoText.duration(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "s", "5 s", "5s x", "-1s", "9999999999h", "soon"})
  void otherDurationsAreNone(String text) {
    assertThrows(UsageException.class, () -> GoText.duration(text));
  }

  @ParameterizedTest
  @CsvSource({"x,true", "-1,false", "99999999999999999999,true", "1.5,true"})
  void numbersThatAreNoneAreRefused(String text, boolean signed) {
    assertThrows(UsageException.class, () -> GoText.number(text, signed));
  }
}
