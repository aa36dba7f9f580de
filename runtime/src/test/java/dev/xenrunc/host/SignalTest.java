// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignalTest {
  @ParameterizedTest
  @CsvSource({
    "9,9",
    "KILL,9",
    "SIGKILL,9",
    "kill,9",
    "sigterm,15",
    "WINCH,28",
    "SYS,31",
    "64,64",
    "0,0",
    "RTMIN,34",
    "SIGRTMIN+3,37",
    "RTMAX,64",
    "RTMAX-14,50"
  })
  void spellings(String text, int number) {
    assertEquals(number, Signal.parse(text).number());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "65", "-9", "SIG", "FOO", "RTMIN+31", "RTMAX-31", "9x", "999999999"})
  void others(String text) {
    assertThrows(IllegalArgumentException.class, () -> Signal.parse(text));
  }

  @Test
  void someAreHarmless() {
    assertTrue(Signal.TERM.terminates());
    assertTrue(Signal.KILL.terminates());
    assertTrue(new Signal(34).terminates());
    assertFalse(Signal.parse("WINCH").terminates());
    assertFalse(Signal.parse("CONT").terminates());
    assertFalse(new Signal(0).terminates());
  }
}
