// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** docs/spec-conformance.md has a row for every field of config.json, and each row is true. */
class SpecConformanceTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path DOCUMENT = Path.of("../docs/spec-conformance.md");
  private static final Pattern ROW =
      Pattern.compile(
          "\\| `([^`]+)` \\| (honoured|refused|ignored) \\| ([^|]+) \\| ([^|]+) \\| ?(.*?) ?\\|");

  /** It is no matter of this side. */
  private static final String NOTHING = "–";

  private static final Set<String> ON_THE_HOST = Set.of("done", "domain", "lacking", NOTHING);
  private static final Set<String> IN_THE_GUEST = Set.of("done", "idle", NOTHING);

  /** A field and a change of good.json that sets it. */
  private record Field(String path, JsonNode change) {}

  private record Row(String verdict, String host, String guest, String text) {
    /** What the runtime says, as the row quotes it. */
    String words() {
      int begin = text.indexOf('`');
      return begin < 0 ? "" : text.substring(begin + 1, text.indexOf('`', begin + 1));
    }

    /** Says on which side it has an effect, and if one lacks some of it, what. */
    boolean placesItsEffect() {
      return ON_THE_HOST.contains(host)
          && IN_THE_GUEST.contains(guest)
          && !(host + guest).equals(NOTHING + NOTHING)
          && !(host.equals("lacking") && text.isEmpty());
    }

    boolean placesNothing() {
      return host.equals(NOTHING) && guest.equals(NOTHING);
    }
  }

  @Test
  void everyFieldHasOneRowAndEveryRowAField() throws IOException {
    Set<String> fields = new TreeSet<>();
    for (Field field : fields()) {
      assertTrue(fields.add(field.path()), field.path() + " is listed twice");
    }

    assertEquals(fields, rows().keySet());
  }

  @TestFactory
  Stream<DynamicTest> everyRowIsTrue() throws IOException {
    Map<String, Row> rows = rows();
    return fields().stream()
        .filter(field -> rows.containsKey(field.path()))
        .map(
            field ->
                DynamicTest.dynamicTest(
                    field.path(), () -> check(field.change(), rows.get(field.path()))));
  }

  private static void check(JsonNode change, Row row) throws IOException {
    assertEquals(row.verdict().equals("honoured"), !row.placesNothing(), "sides of " + row);
    if (row.verdict().equals("refused")) {
      String message =
          assertThrows(BundleException.class, () -> warnings(change), row.text()).getMessage();
      assertTrue(says(List.of(message), row), row.text() + "\nbut it says " + message);
      return;
    }
    List<String> warnings = warnings(change);
    if (row.verdict().equals("ignored")) {
      assertTrue(says(warnings, row), row.text() + "\nbut it warns of " + warnings);
    } else {
      assertEquals(List.of(), warnings, row.text());
      assertTrue(row.placesItsEffect(), "on which side, in which word: " + row);
    }
  }

  /** What the engine would log of the good spec with this change. */
  private static List<String> warnings(JsonNode change) throws IOException {
    JsonNode spec;
    try (InputStream good = SpecConformanceTest.class.getResourceAsStream("good.json")) {
      ObjectNode document = (ObjectNode) JSON.readTree(good);
      // Its device rule is a field of its own here.
      ((ObjectNode) document.get("linux")).remove("resources");
      spec = merged(document, change);
    }
    Set<String> unread = new TreeSet<>();
    Spec read = SpecReader.read(JSON.writeValueAsBytes(spec), unread);
    List<String> warnings = new ArrayList<>(unread);
    warnings.addAll(SpecValidator.validate(read));
    return warnings;
  }

  /** RFC 7386, without deletion. */
  private static JsonNode merged(JsonNode target, JsonNode change) {
    if (!change.isObject() || !target.isObject()) {
      return change;
    }
    ObjectNode result = target.deepCopy();
    for (Map.Entry<String, JsonNode> member : change.properties()) {
      JsonNode old = result.get(member.getKey());
      result.set(member.getKey(), old == null ? member.getValue() : merged(old, member.getValue()));
    }
    return result;
  }

  private static boolean says(List<String> texts, Row row) {
    return !row.words().isEmpty() && texts.stream().anyMatch(text -> text.startsWith(row.words()));
  }

  private static List<Field> fields() throws IOException {
    List<Field> fields = new ArrayList<>();
    try (InputStream file = SpecConformanceTest.class.getResourceAsStream("fields.tsv")) {
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      for (String line : text.lines().filter(each -> !each.startsWith("#")).toList()) {
        String[] columns = line.split("\t", 3);
        fields.add(new Field(columns[0], JSON.readTree(columns[2])));
      }
    }
    return fields;
  }

  private static Map<String, Row> rows() throws IOException {
    Map<String, Row> rows = new TreeMap<>();
    for (String line : Files.readAllLines(DOCUMENT)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        Row old =
            rows.put(row.group(1), new Row(row.group(2), row.group(3), row.group(4), row.group(5)));
        assertTrue(old == null, row.group(1) + " has two rows");
      }
    }
    return rows;
  }
}
