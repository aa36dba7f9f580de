// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A document as a flat map from each leaf's path, such as {@code nics[0].mac}, to its value as JSON
 * text. An empty object or array is a leaf too.
 */
final class JsonLeaves {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final Map<String, String> leaves = new LinkedHashMap<>();
  private final JsonParser parser;

  private JsonLeaves(JsonParser parser) {
    this.parser = parser;
  }

  static Map<String, String> of(String document) {
    try (JsonParser parser = FACTORY.createParser(document)) {
      JsonLeaves all = new JsonLeaves(parser);
      parser.nextToken();
      all.add("");
      return all.leaves;
    } catch (IOException e) {
      throw new UncheckedIOException("libxl's document is not JSON", e);
    }
  }

  private void add(String path) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      addObject(path);
    } else if (token == JsonToken.START_ARRAY) {
      addArray(path);
    } else if (token == JsonToken.VALUE_STRING) {
      leaves.put(path, "\"" + parser.getText() + "\"");
    } else {
      leaves.put(path, parser.getText());
    }
  }

  private void addObject(String path) throws IOException {
    boolean empty = true;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      empty = false;
      String name = parser.currentName();
      parser.nextToken();
      add(path.isEmpty() ? name : path + "." + name);
    }
    if (empty) {
      leaves.put(path, "{}");
    }
  }

  private void addArray(String path) throws IOException {
    int index = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      add(path + "[" + index++ + "]");
    }
    if (index == 0) {
      leaves.put(path, "[]");
    }
  }
}
