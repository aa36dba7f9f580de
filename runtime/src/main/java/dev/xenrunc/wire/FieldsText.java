// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;

/**
 * Fields in one line for a log, of a bounded length. A variable's value and a command's arguments
 * may be secrets: they are left out.
 */
final class FieldsText {
  private static final int LENGTH_MAX = 4096;
  private static final int TEXT_MAX = 256;

  /** How many of a list are shown; of a command the program alone. */
  private static final int LIST_MAX = 64;

  private final StringBuilder line = new StringBuilder();

  FieldsText addAll(Collection<Fields.Field> fields) {
    Map<FieldTag, Integer> shown = new EnumMap<>(FieldTag.class);
    for (Fields.Field field : fields) {
      int number = shown.merge(field.tag(), 1, Integer::sum);
      if (number <= (field.tag() == FieldTag.ARG ? 1 : LIST_MAX) && line.length() < LENGTH_MAX) {
        add(field);
      }
    }
    shown.forEach(this::addRest);
    return this;
  }

  private void addRest(FieldTag tag, int number) {
    int rest = number - (tag == FieldTag.ARG ? 1 : LIST_MAX);
    if (rest > 0) {
      separate();
      line.append(tag).append(" and ").append(rest).append(" more");
    }
  }

  private void add(Fields.Field field) {
    separate();
    line.append(field.tag());
    byte[] bytes = field.bytes();
    ByteBuffer number = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    switch (field.tag().kind()) {
      case U32 -> line.append('=').append(Integer.toUnsignedString(number.getInt()));
      case U64 -> line.append('=').append(Long.toUnsignedString(number.getLong()));
      case TEXT -> addText(field.tag(), new String(bytes, StandardCharsets.UTF_8));
      case BYTES -> line.append('=').append(bytes.length).append(" bytes");
      case GROUP -> addGroup(bytes);
    }
  }

  private void addText(FieldTag tag, String text) {
    String shown = tag == FieldTag.ENV ? text.replaceFirst("(?s)=.*", "") : text;
    line.append("=\"");
    line.append(shown.length() > TEXT_MAX ? shown.substring(0, TEXT_MAX) + "…" : shown);
    line.append('"');
  }

  private void addGroup(byte[] bytes) {
    line.append('{');
    try {
      Fields.parse(bytes).appendTo(this);
    } catch (WireException e) {
      line.append(e.getMessage());
    }
    line.append('}');
  }

  private void separate() {
    if (line.length() > 0 && line.charAt(line.length() - 1) != '{') {
      line.append(' ');
    }
  }

  @Override
  public String toString() {
    return line.toString();
  }
}
