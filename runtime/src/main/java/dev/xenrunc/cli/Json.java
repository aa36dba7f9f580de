// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;

/** Documents as text. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final ObjectWriter INDENTED = MAPPER.writerWithDefaultPrettyPrinter();

  private Json() {}

  static String indented(Object document) {
    return written(INDENTED, document);
  }

  static String compact(Object document) {
    return written(MAPPER.writer(), document);
  }

  private static String written(ObjectWriter writer, Object document) {
    try {
      return writer.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("our own documents are always JSON", e);
    }
  }
}
