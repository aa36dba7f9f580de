// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FieldsTest {
  private static final byte[] PAYLOAD =
      new FieldWriter()
          .put(FieldTag.STATUS, 0xffffffffL)
          .put(FieldTag.START_TIME, Long.MIN_VALUE)
          .put(FieldTag.TEXT, "grüße")
          .putAll(FieldTag.ARG, List.of("a", "", "c"))
          .put(FieldTag.EXPORT, new FieldWriter().put(FieldTag.NUMBER, 7))
          .put(FieldTag.BYTES, new byte[] {0, 1, 2})
          .toBytes();

  @Test
  void whatIsWrittenIsRead() throws WireException {
    Fields fields = Fields.parse(PAYLOAD);

    assertEquals(0xffffffffL, fields.number(FieldTag.STATUS));
    assertEquals(Long.MIN_VALUE, fields.number(FieldTag.START_TIME));
    assertEquals("grüße", fields.text(FieldTag.TEXT));
    assertEquals(List.of("a", "", "c"), fields.texts(FieldTag.ARG));
    assertEquals(7, fields.groups(FieldTag.EXPORT).get(0).number(FieldTag.NUMBER));
    assertEquals(3, fields.bytes(FieldTag.BYTES).length);
    assertFalse(fields.optionalNumber(FieldTag.CODE).isPresent());
  }

  @Test
  void aPayloadCutAnywhereButBetweenFieldsIsRefused() {
    int refused = 0;
    for (int length = 0; length < PAYLOAD.length; length++) {
      byte[] cut = Arrays.copyOf(PAYLOAD, length);
      try {
        Fields.parse(cut);
      } catch (WireException e) {
        refused++;
      }
    }
    // Eight fields have eight places to be cut between them.
    assertEquals(PAYLOAD.length - 8, refused);
  }

  @Test
  void anUnknownTagIsRefused() {
    assertThrows(WireException.class, () -> Fields.parse(new byte[] {15, 0, 0, 0, 0, 0, 0, 0}));
  }

  @Test
  void aNumberOfTheWrongWidthIsRefused() {
    assertThrows(WireException.class, () -> Fields.parse(new byte[] {4, 0, 0, 0, 1, 0, 0, 0, 9}));
  }

  @Test
  void textWithNulIsRefusedBothWays() {
    assertThrows(WireException.class, () -> Fields.parse(new byte[] {5, 0, 0, 0, 1, 0, 0, 0, 0}));
    FieldWriter writer = new FieldWriter();
    assertThrows(IllegalArgumentException.class, () -> writer.put(FieldTag.TEXT, "a\0b"));
  }

  @Test
  void aNumberThatDoesNotFitIsRefused() {
    FieldWriter writer = new FieldWriter();

    assertThrows(IllegalArgumentException.class, () -> writer.put(FieldTag.CODE, 1L << 32));
    writer.put(FieldTag.OOM_SCORE_ADJ, -1000);
    assertTrue(writer.toBytes().length > 0);
  }

  @Test
  void aMissingFieldIsNamed() throws WireException {
    Fields empty = Fields.parse(new byte[0]);

    WireException e = assertThrows(WireException.class, () -> empty.number(FieldTag.PID));
    assertEquals("field PID is missing", e.getMessage());
  }
}
