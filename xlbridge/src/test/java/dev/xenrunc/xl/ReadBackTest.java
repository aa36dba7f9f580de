// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadBackTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                      | {}",
        "{\"a\":1}               | { \"b\": 2, \"a\": 1 }",
        "{\"a\":[0,1]}           | {\"a\":[0,1,2]}",
        "{\"a\":{\"b\":\"x\"}}   | {\"a\":{\"b\":\"x\",\"c\":\"y\"}}",
        "{\"t\":{}}              | {\"t\":{}}",
        "{\"a\":\"\\u00e9\\\"\"} | {\"a\":\"é\\\"\"}",
      })
  void documentThatCameBackWholeIsTaken(String sent, String kept) {
    assertDoesNotThrow(() -> ReadBack.check("libxl_x", sent, kept));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":1}             | {}                    | a       | 1      | nothing",
        "{\"a\":\"1\"}         | {\"a\":1}             | a       | \"1\"  | 1",
        "{\"a\":true}          | {\"a\":1}             | a       | true   | 1",
        "{\"a\":\"x\"}         | {\"a\":\"y\"}         | a       | \"x\"  | \"y\"",
        "{\"a\":[1,0]}         | {\"a\":[0]}           | a[0]    | 1      | 0",
        "{\"a\":[0,1]}         | {\"a\":[0]}           | a[1]    | 1      | nothing",
        "{\"a\":[{\"b\":1}]}   | {\"a\":[{}]}          | a[0].b  | 1      | nothing",
        "{\"t\":{}}            | {}                    | t       | {}     | nothing",
        "{\"x\":{\"a/b\":\"\"}}| {\"x\":{}}            | x.a/b   | \"\"   | nothing",
      })
  void leafThatDidNotIsNamed(String sent, String kept, String leaf, String value, String back) {
    ReadBackException e =
        assertThrows(ReadBackException.class, () -> ReadBack.check("libxl_x", sent, kept));

    assertEquals(
        "this libxl does not understand " + leaf + " of libxl_x: sent " + value + ", kept " + back,
        e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "{\"a\":", "[1,", "nonsense"})
  void answerThatIsNotJsonIsAnError(String kept) {
    assertThrows(UncheckedIOException.class, () -> ReadBack.check("libxl_x", "{}", kept));
  }

  @Test
  void emptyAnswerKeepsNothing() {
    assertThrows(ReadBackException.class, () -> ReadBack.check("libxl_x", "{\"a\":1}", "{}"));
  }
}
