// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The numbers here and in protocol.h are the same. */
class WireConstantsTest {
  private static final Path HEADER = Path.of("../initramfs/wire/protocol.h");
  private static final Path RULES = Path.of("../initramfs/wire/payload_rules.c");
  private static final List<Path> C_CODE =
      List.of(
          Path.of("../initramfs/agent"),
          Path.of("../initramfs/child"),
          Path.of("../initramfs/wire"),
          Path.of("src/main/c"));
  private static final Path JAVA_CODE = Path.of("src/main/java");
  private static final Set<String> LISTS =
      Set.of("payload_rules.c", "FieldTag.java", "FrameType.java");
  private static final Path VALIDATOR = Path.of("src/main/java/dev/xenrunc/oci/SpecValidator.java");

  @Test
  void frameTypesAreProtocolH() throws IOException {
    Map<String, Integer> ours = new TreeMap<>();
    for (FrameType type : FrameType.values()) {
      ours.put(type.name(), type.code());
    }

    assertEquals(enumerators("FRAME_(\\w+) = (0x[0-9a-f]+),"), ours);
  }

  @Test
  void fieldTagsAreProtocolH() throws IOException {
    Map<String, Integer> ours = new TreeMap<>();
    for (FieldTag tag : FieldTag.values()) {
      ours.put(tag.name(), tag.number());
    }

    assertEquals(enumerators("FIELD_(\\w+) = (\\d+),"), ours);
  }

  @Test
  void noTwoFieldsShareANumber() {
    for (FieldTag tag : FieldTag.values()) {
      assertEquals(Optional.of(tag), FieldTag.of(tag.number()));
    }
  }

  @Test
  void fieldKindsAreProtocolHsComments() throws IOException {
    Matcher lines =
        Pattern.compile("FIELD_(\\w+) = \\d+,\\s*/\\* (u32|u64|text|bytes|group)\\b")
            .matcher(Files.readString(HEADER));
    int found = 0;
    while (lines.find()) {
      found++;
      assertEquals(
          FieldTag.Kind.valueOf(lines.group(2).toUpperCase(java.util.Locale.ROOT)),
          FieldTag.valueOf(lines.group(1)).kind(),
          lines.group(1));
    }
    assertEquals(true, found > 60, "only " + found + " lines say what they hold");
  }

  @Test
  void limitsAreProtocolH() throws IOException {
    Map<String, Integer> defined =
        enumerators("#define (\\w+) (\\d+|0x[0-9a-f]{1,4})u?\\b(?! *<<)");

    assertEquals(defined.get("PROTOCOL_VERSION"), Protocol.VERSION);
    assertEquals(defined.get("PROTOCOL_VERSION_MIN"), Protocol.VERSION_MIN);
    assertEquals(defined.get("FRAME_HEADER_SIZE"), Protocol.FRAME_HEADER_SIZE);
    assertEquals(defined.get("FRAME_PAYLOAD_MAX"), Protocol.FRAME_PAYLOAD_MAX);
    assertEquals(defined.get("FRAME_MORE"), Protocol.FRAME_MORE);
    assertEquals(defined.get("PROCESS_MAIN"), Protocol.PROCESS_MAIN);
    assertEquals(defined.get("ENTROPY_SIZE"), Protocol.ENTROPY_SIZE);
    String header = Files.readString(HEADER);
    assertEquals(Protocol.MESSAGE_MAX_TO_ENGINE, megabytes(header, "MESSAGE_MAX_TO_ENGINE"));
  }

  /** {@code oci} does not see the wire: what it lets through must fit it, beside the rootfs. */
  @Test
  void bindMountsThatAreAllowedHaveExports() throws IOException {
    int exports = enumerators("#define (EXPORT_MAX) (\\d+)u\\b").get("EXPORT_MAX");
    Matcher allowed = Pattern.compile("EXPORTS_MAX = (\\d+);").matcher(Files.readString(VALIDATOR));

    assertEquals(true, allowed.find());
    assertEquals(exports - 1, Integer.parseInt(allowed.group(1)));
  }

  @Test
  void theRulesOfPayloadsHoldWhatTheFieldsHold() throws IOException {
    Map<String, FieldTag.Kind> forms =
        Map.of(
            "U32", FieldTag.Kind.U32,
            "U64", FieldTag.Kind.U64,
            "TEXT", FieldTag.Kind.TEXT,
            "LONG_TEXT", FieldTag.Kind.TEXT,
            "EXACTLY", FieldTag.Kind.BYTES,
            "AT_MOST", FieldTag.Kind.BYTES,
            "IP", FieldTag.Kind.BYTES,
            "FILTER", FieldTag.Kind.BYTES,
            "GROUP", FieldTag.Kind.GROUP);
    Set<FieldTag> ruled = EnumSet.noneOf(FieldTag.class);
    Matcher rules =
        Pattern.compile(
                "(?:FIELD|LIMITED)\\((\\w+), (\\w+),|\\{ FIELD_(\\w+), (\\w+),|(GROUP)ED\\((\\w+),")
            .matcher(Files.readString(RULES).replaceAll("(?m)^#define.*$", ""));
    while (rules.find()) {
      FieldTag tag = FieldTag.valueOf(first(rules.group(1), rules.group(3), rules.group(6)));
      String form = first(rules.group(2), rules.group(4), rules.group(5));
      assertEquals(tag.kind(), forms.get(form), tag + " is " + form);
      ruled.add(tag);
    }
    assertEquals(EnumSet.allOf(FieldTag.class), ruled);
  }

  @Test
  void everyTypeOfFrameHasItsRules() throws IOException {
    Set<FrameType> ruled =
        EnumSet.of(FrameType.REPLY, FrameType.DATA, FrameType.END, FrameType.WINDOW);
    Matcher rules = Pattern.compile("\\tMESSAGE\\(\\w+, (\\w+),").matcher(Files.readString(RULES));
    while (rules.find()) {
      ruled.add(FrameType.valueOf(rules.group(1)));
    }
    assertEquals(EnumSet.allOf(FrameType.class), ruled);
  }

  /** A field that one end forgets is one that nothing comes of. */
  @Test
  void everyFieldIsKnownToTheCodeOfBothEnds() throws IOException {
    Set<FieldTag> passedOnUnread =
        EnumSet.of(
            FieldTag.BROADCAST,
            FieldTag.SCOPE,
            FieldTag.GATEWAY,
            FieldTag.METRIC,
            FieldTag.SOURCE_IP,
            FieldTag.ONLINK,
            FieldTag.UP,
            FieldTag.TCP);
    String c = code(C_CODE, ".c");
    String java = code(List.of(JAVA_CODE), ".java");
    for (FieldTag tag : FieldTag.values()) {
      assertEquals(true, names(c, "FIELD_" + tag), "C knows " + tag);
      assertEquals(
          !passedOnUnread.contains(tag), names(java, "FieldTag." + tag), "Java knows " + tag);
    }
  }

  @Test
  void everyTypeOfFrameIsKnownToTheCodeOfBothEnds() throws IOException {
    Set<FrameType> betweenOthers =
        EnumSet.of(
            FrameType.PING,
            FrameType.DATA,
            FrameType.END,
            FrameType.WINDOW,
            FrameType.RESIZE,
            FrameType.SHUTDOWN,
            FrameType.CLOCK_SET,
            FrameType.TIME_ASKED,
            FrameType.TIME,
            FrameType.DNS_QUERY,
            FrameType.DNS_ANSWER,
            FrameType.ATTACH);
    String c = code(C_CODE, ".c");
    String java = code(List.of(JAVA_CODE), ".java");
    for (FrameType type : FrameType.values()) {
      assertEquals(true, names(c, "FRAME_" + type), "C knows " + type);
      assertEquals(
          !betweenOthers.contains(type),
          names(java, "FrameType." + type) || names(java, "case " + type),
          "Java knows " + type);
    }
  }

  private static boolean names(String code, String name) {
    return Pattern.compile("\\b" + Pattern.quote(name) + "\\b").matcher(code).find();
  }

  /** What is installed, but for the lists of all numbers. */
  private static String code(List<Path> roots, String suffix) throws IOException {
    StringBuilder code = new StringBuilder();
    for (Path root : roots) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file :
            files
                .filter(file -> file.toString().endsWith(suffix))
                .filter(file -> !file.toString().contains("/tests/"))
                .filter(file -> !file.toString().contains("/fuzz/"))
                .filter(file -> !LISTS.contains(file.getFileName().toString()))
                .toList()) {
          code.append(Files.readString(file));
        }
      }
    }
    return code.toString();
  }

  private static String first(String... given) {
    return Stream.of(given).filter(Objects::nonNull).findFirst().orElseThrow();
  }

  private static int megabytes(String header, String name) {
    Matcher shift = Pattern.compile("#define " + name + " \\((\\d+)u << 20\\)").matcher(header);
    assertEquals(true, shift.find(), name);
    return Integer.parseInt(shift.group(1)) << 20;
  }

  private static Map<String, Integer> enumerators(String pattern) throws IOException {
    Map<String, Integer> found = new TreeMap<>();
    Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(HEADER));
    while (matcher.find()) {
      found.put(matcher.group(1), Integer.decode(matcher.group(2)));
    }
    return found;
  }
}
