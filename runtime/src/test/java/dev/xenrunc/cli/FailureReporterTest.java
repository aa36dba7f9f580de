// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailureReporterTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "open \"/k\": No such file or directory",
        "x: permission denied",
        "x: Is a directory",
        "x: Not a directory",
        "executable file not found in $PATH"
      })
  void ourOwnFailuresNeverSoundLikeTheCommands(String text) {
    String said = FailureReporter.text(new IllegalStateException(text)).toLowerCase(Locale.ROOT);

    assertFalse(said.contains("no such file or directory"), said);
    assertFalse(said.contains("permission denied"), said);
    assertFalse(said.contains("is a directory"), said);
    assertFalse(said.contains("not a directory"), said);
    assertFalse(said.contains("executable file not found"), said);
  }

  @Test
  void theTextIsOneLine() {
    assertEquals("a b", FailureReporter.text(new IllegalStateException(" a\n  b\n")));
  }

  @Test
  void noTerminalObeysTheText() {
    assertEquals(
        "a \\x1b[2J\\x07 $1",
        FailureReporter.text(new IllegalStateException("a \u001b[2J\u0007 $1")));
  }

  @Test
  void aLongTextIsCut() {
    String text = FailureReporter.text(new IllegalStateException("x".repeat(10_000)));

    assertEquals("x".repeat(4096) + "…", text);
  }

  @Test
  void anInputErrorSaysWhatItWas() {
    assertEquals(
        "read it: broken",
        FailureReporter.text(new UncheckedIOException("read it", new IOException("broken"))));
  }

  @Test
  void anExceptionWithoutATextHasItsName() {
    assertEquals("NullPointerException", FailureReporter.text(new NullPointerException()));
  }
}
