// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The fields of a payload or of a group, checked as they were read. */
public final class Fields {
  private static final int HEADER_SIZE = 8;
  private static final int FIELDS_MAX = 1 << 16;

  /** One of them. */
  static final class Field {
    private final FieldTag tag;
    private final byte[] bytes;

    Field(FieldTag tag, byte[] bytes) {
      this.tag = tag;
      this.bytes = bytes;
    }

    FieldTag tag() {
      return tag;
    }

    byte[] bytes() {
      return bytes;
    }
  }

  private final List<Field> fields;

  private Fields(List<Field> fields) {
    this.fields = fields;
  }

  /** Reads all fields, or says which one breaks its row in protocol.h. */
  public static Fields parse(byte[] payload) throws WireException {
    ByteBuffer buffer = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
    List<Field> fields = new ArrayList<>();
    while (buffer.hasRemaining()) {
      if (buffer.remaining() < HEADER_SIZE) {
        throw new WireException("a field's header is cut short");
      }
      int number = Short.toUnsignedInt(buffer.getShort());
      int zero = buffer.getShort();
      int length = buffer.getInt();
      if (zero != 0 || length < 0 || length > buffer.remaining()) {
        throw new WireException("field " + number + " lies about its length");
      }
      FieldTag tag =
          FieldTag.of(number).orElseThrow(() -> new WireException("unknown field " + number));
      byte[] bytes = new byte[length];
      buffer.get(bytes);
      check(tag, bytes);
      if (fields.size() == FIELDS_MAX) {
        throw new WireException("more than " + FIELDS_MAX + " fields");
      }
      fields.add(new Field(tag, bytes));
    }
    return new Fields(fields);
  }

  private static void check(FieldTag tag, byte[] bytes) throws WireException {
    boolean good =
        switch (tag.kind()) {
          case U32 -> bytes.length == 4;
          case U64 -> bytes.length == 8;
          case TEXT -> !contains(bytes, (byte) 0);
          case BYTES, GROUP -> true;
        };
    if (!good) {
      throw new WireException("malformed field " + tag);
    }
  }

  private static boolean contains(byte[] bytes, byte wanted) {
    for (byte b : bytes) {
      if (b == wanted) {
        return true;
      }
    }
    return false;
  }

  /** A number that must be there; a u32 as 0 .. 2^32-1. */
  public long number(FieldTag tag) throws WireException {
    return optionalNumber(tag).orElseThrow(() -> missing(tag));
  }

  /** A number that may be there. */
  public OptionalLong optionalNumber(FieldTag tag) {
    Optional<Field> field = first(tag);
    if (field.isEmpty()) {
      return OptionalLong.empty();
    }
    ByteBuffer buffer = ByteBuffer.wrap(field.get().bytes()).order(ByteOrder.LITTLE_ENDIAN);
    return OptionalLong.of(
        tag.kind() == FieldTag.Kind.U32
            ? Integer.toUnsignedLong(buffer.getInt())
            : buffer.getLong());
  }

  /** True if the flag is there and not zero. */
  public boolean flag(FieldTag tag) {
    return optionalNumber(tag).orElse(0) != 0;
  }

  /** Text that must be there. */
  public String text(FieldTag tag) throws WireException {
    return optionalText(tag).orElseThrow(() -> missing(tag));
  }

  /** Text that may be there. */
  public Optional<String> optionalText(FieldTag tag) {
    return first(tag).map(field -> new String(field.bytes(), StandardCharsets.UTF_8));
  }

  /** Every text with this tag, in order. */
  public List<String> texts(FieldTag tag) {
    return fields.stream()
        .filter(field -> field.tag() == tag)
        .map(field -> new String(field.bytes(), StandardCharsets.UTF_8))
        .toList();
  }

  /** Bytes that may be there. */
  public Optional<byte[]> optionalBytes(FieldTag tag) {
    return first(tag).map(Field::bytes);
  }

  /** Bytes that must be there. */
  public byte[] bytes(FieldTag tag) throws WireException {
    return optionalBytes(tag).orElseThrow(() -> missing(tag));
  }

  /** Every group with this tag, in order. */
  public List<Fields> groups(FieldTag tag) throws WireException {
    List<Fields> groups = new ArrayList<>();
    for (Field field : fields) {
      if (field.tag() == tag) {
        groups.add(parse(field.bytes()));
      }
    }
    return groups;
  }

  List<Field> all() {
    return fields;
  }

  private Optional<Field> first(FieldTag tag) {
    return fields.stream().filter(field -> field.tag() == tag).findFirst();
  }

  /** One line that tells what is in it; of a variable its name alone, of a command its program. */
  @Override
  public String toString() {
    FieldsText text = new FieldsText();
    appendTo(text);
    return text.toString();
  }

  void appendTo(FieldsText text) {
    text.addAll(fields);
  }

  private static WireException missing(FieldTag tag) {
    return new WireException("field " + tag + " is missing");
  }
}
