// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a configuration refuses before C sees it. */
class ConfigurationTest {
  private static DomainConfig named(String name) {
    return new DomainConfig(
        name,
        Samples.ID,
        Samples.boot(),
        Size.of(1, 65536),
        TscMode.DEFAULT,
        Map.of(),
        List.of(),
        List.of());
  }

  private static DomainConfig labelled(String key, String value) {
    return new DomainConfig(
        "web",
        Samples.ID,
        Samples.boot(),
        Size.of(1, 65536),
        TscMode.DEFAULT,
        Map.of(key, value),
        List.of(),
        List.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "A.b_c-9", "0123456789012345678901234567890123456789"})
  void nameOfWordCharactersIsTaken(String name) {
    assertEquals(name, named(name).name());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a/b", "a\0b", "a\nb", "é", "\u001b[2J"})
  void nameOfOtherCharactersIsRefused(String name) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> named(name));
    assertTrue(e.getMessage().chars().noneMatch(Character::isISOControl));
  }

  @Test
  void overlongTextsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> named("a".repeat(65)));
    assertThrows(IllegalArgumentException.class, () -> labelled("id", "a".repeat(2049)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Boot(Path.of("/k"), Path.of("/r"), "a".repeat(2048)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "plain", "spaces and é and 🐳", "\"quotes\\"})
  void printableLabelIsTaken(String value) {
    assertEquals(value, labelled("id", value).labels().get("id"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\0b", "a\nb", "\u007f", "\u0085", "\ud800", "\udc00", "\udc00\ud800"})
  void unprintableTextIsRefused(String value) {
    assertThrows(IllegalArgumentException.class, () -> labelled("id", value));
    assertThrows(
        IllegalArgumentException.class, () -> new Boot(Path.of("/k"), Path.of("/r"), value));
  }

  @Test
  void relativePathIsRefused() {
    Path relative = Path.of("vmlinux");
    Path absolute = Path.of("/vmlinux");

    assertThrows(IllegalArgumentException.class, () -> new Boot(relative, absolute, ""));
    assertThrows(IllegalArgumentException.class, () -> new Boot(absolute, relative, ""));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Vbd("xvda", relative, Vbd.Access.READ_ONLY, absolute));
  }

  @ParameterizedTest
  @CsvSource({
    "0,1,65536,65536,256,0,0",
    "1,129,65536,65536,256,0,0",
    "3,2,65536,65536,256,0,0",
    "1,1,16383,65536,256,0,0",
    "1,1,65536,65535,256,0,0",
    "1,1,65536,65536,0,0,0",
    "1,1,65536,65536,65536,0,0",
    "1,2,65536,65536,256,-1,0",
    "1,2,65536,65536,256,101,0",
    "2,2,65536,65536,256,201,0",
    "2,2,65536,65536,256,200,-1",
    "2,2,65536,65536,256,200,4096"
  })
  void sizeOutOfRangeIsRefused(
      int vcpus, int vcpusMax, long memory, long memoryMax, int weight, int cap, int processor) {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Size(vcpus, vcpusMax, memory, memoryMax, weight, cap, List.of(processor)));
  }

  @Test
  void processorsMustRise() {
    assertThrows(
        IllegalArgumentException.class, () -> new Size(1, 1, 65536, 65536, 256, 0, List.of(2, 2)));
    assertEquals(List.of(2, 3), new Size(1, 1, 65536, 65536, 256, 0, List.of(2, 3)).processors());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "02:42:ac:11:00",
        "02-42-ac-11-00-02",
        "01:00:5e:00:00:01",
        "ff:ff:ff:ff:ff:ff"
      })
  void addressThatIsNoUnicastMacIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> new MacAddress(text));
  }

  @Test
  void macIsWrittenInLowerCase() {
    assertEquals("02:42:ac:11:00:0f", new MacAddress("02:42:AC:11:00:0F").text());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0x7ff0, 0x7fff, Integer.MAX_VALUE})
  void domidThatXenReservesIsRefused(int value) {
    assertThrows(IllegalArgumentException.class, () -> new Domid(value));
  }
}
