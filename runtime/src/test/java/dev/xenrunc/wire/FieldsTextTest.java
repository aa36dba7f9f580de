// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FieldsTextTest {
  @Test
  void everyKindIsTold() {
    FieldWriter fields =
        new FieldWriter()
            .put(FieldTag.PATH, "/a b")
            .put(FieldTag.LIMIT, 0xffffffffL)
            .put(FieldTag.BYTES, new byte[7])
            .put(
                FieldTag.EXPORT,
                new FieldWriter().put(FieldTag.NUMBER, 0).put(FieldTag.PATH, "/r"));

    assertEquals(
        "PATH=\"/a b\" LIMIT=4294967295 BYTES=7 bytes EXPORT{NUMBER=0 PATH=\"/r\"}",
        fields.toString());
  }

  @Test
  void valuesOfVariablesAndArgumentsStaySecret() {
    FieldWriter fields =
        new FieldWriter()
            .putAll(FieldTag.ARG, List.of("/bin/sh", "--password", "hunter2"))
            .putAll(FieldTag.ENV, List.of("TOKEN=hunter2\nhunter2", "EMPTY"))
            .put(FieldTag.HOOK, new FieldWriter().put(FieldTag.ENV, "KEY=hunter2"));

    String text = fields.toString();

    assertFalse(text.contains("hunter2"), text);
    assertEquals(
        "ARG=\"/bin/sh\" ENV=\"TOKEN\" ENV=\"EMPTY\" HOOK{ENV=\"KEY\"} ARG and 2 more", text);
  }

  @Test
  void lengthIsBounded() {
    FieldWriter fields =
        new FieldWriter()
            .put(FieldTag.TEXT, "x".repeat(10_000))
            .putAll(FieldTag.MASKED_PATH, Collections.nCopies(10_000, "y".repeat(200)));

    String text = fields.toString();

    assertTrue(text.length() < 5000, "length " + text.length());
    assertTrue(text.endsWith("MASKED_PATH and 9936 more"), text);
  }
}
