// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** A payload being written, field after field. */
public final class FieldWriter {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** Adds a number; the tag says how wide it is. */
  public FieldWriter put(FieldTag tag, long value) {
    int size =
        switch (tag.kind()) {
          case U32 -> 4;
          case U64 -> 8;
          case TEXT, BYTES, GROUP -> throw new IllegalArgumentException(tag + " is no number");
        };
    if (size == 4 && value != (int) value && value != (value & 0xffffffffL)) {
      throw new IllegalArgumentException(tag + " does not fit 32 bits: " + value);
    }
    header(tag, size);
    little(value, size);
    return this;
  }

  /** Adds a flag, as 1 or 0. */
  public FieldWriter put(FieldTag tag, boolean value) {
    return put(tag, value ? 1L : 0L);
  }

  /** Adds text, which must not hold NUL. */
  public FieldWriter put(FieldTag tag, String text) {
    require(tag, FieldTag.Kind.TEXT);
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(tag + " holds a NUL character");
    }
    return raw(tag, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds bytes. */
  public FieldWriter put(FieldTag tag, byte[] value) {
    require(tag, FieldTag.Kind.BYTES);
    return raw(tag, value);
  }

  /** Adds a group that holds the other writer's fields. */
  public FieldWriter put(FieldTag tag, FieldWriter group) {
    require(tag, FieldTag.Kind.GROUP);
    return raw(tag, group.toBytes());
  }

  /** Adds fields that were read, as they are. */
  public FieldWriter putAll(Fields fields) {
    fields.all().forEach(field -> raw(field.tag(), field.bytes()));
    return this;
  }

  /** Adds what the other writer has written. */
  public FieldWriter putAll(FieldWriter fields) {
    bytes.writeBytes(fields.toBytes());
    return this;
  }

  /** Adds one text field for each item. */
  public FieldWriter putAll(FieldTag tag, List<String> texts) {
    texts.forEach(text -> put(tag, text));
    return this;
  }

  /** Adds the text if there is any. */
  public FieldWriter putIfPresent(FieldTag tag, Optional<String> text) {
    text.ifPresent(present -> put(tag, present));
    return this;
  }

  /** The payload so far. */
  public byte[] toBytes() {
    return bytes.toByteArray();
  }

  /** As {@link Fields#toString} tells it. */
  @Override
  public String toString() {
    try {
      return Fields.parse(toBytes()).toString();
    } catch (WireException e) {
      throw new IllegalStateException("what was written here can be read", e);
    }
  }

  private static void require(FieldTag tag, FieldTag.Kind kind) {
    if (tag.kind() != kind) {
      throw new IllegalArgumentException(tag + " is not " + kind);
    }
  }

  private FieldWriter raw(FieldTag tag, byte[] value) {
    header(tag, value.length);
    bytes.writeBytes(value);
    return this;
  }

  private void header(FieldTag tag, int length) {
    little(tag.number(), 2);
    little(0, 2);
    little(length, 4);
  }

  private void little(long value, int size) {
    for (int i = 0; i < size; i++) {
      bytes.write((int) (value >>> (8 * i)) & 0xff);
    }
  }
}
