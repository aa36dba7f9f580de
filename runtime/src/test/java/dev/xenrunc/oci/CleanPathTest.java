// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CleanPathTest {
  @ParameterizedTest
  @CsvSource({
    "/nodes/, /nodes, /nodes",
    "nodes//x, /nodes/x, /nodes/x",
    "/./a/../../b/., /b, /a/../../b",
    "/.., /, /..",
    "'', /, /",
    "/..a/.b/c.., /..a/.b/c.., /..a/.b/c..",
  })
  void itIsWhatFilepathCleanLeaves(String given, String rooted, String plain) {
    assertEquals(rooted, CleanPath.rooted(given));
    assertEquals(plain, CleanPath.plain(given));
  }

  @ParameterizedTest
  @CsvSource({"../x/./y, /b/x/y", "/a/../x, /a/../x", "'', /b/c"})
  void aRelativePathIsTheBundles(String given, String expected) {
    assertEquals(Path.of(expected), CleanPath.below(Path.of("/b/c"), given));
  }
}
