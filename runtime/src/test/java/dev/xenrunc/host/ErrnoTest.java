// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ErrnoTest {
  private static final Path NATIVE = Path.of("src/main/c/host/failure.c");
  private static final Pattern ROW = Pattern.compile("case (E\\w+):\\s+return \"([^\"]*)\";");

  private static Map<String, String> words() {
    Map<String, String> words = new TreeMap<>();
    for (Errno errno : Errno.values()) {
      errno.words().ifPresent(text -> words.put(errno.name(), text));
    }
    return words;
  }

  @Test
  void nativeProgramsSayTheSame() throws IOException {
    Map<String, String> theirs = new TreeMap<>();
    Matcher rows = ROW.matcher(Files.readString(NATIVE));
    while (rows.find()) {
      theirs.put(rows.group(1), rows.group(2));
    }

    assertEquals(words(), theirs);
  }

  @Test
  void noWordsHoldReservedOnes() {
    for (Errno errno : Errno.values()) {
      errno
          .reserved()
          .ifPresent(
              reserved ->
                  words().values().forEach(text -> assertFalse(text.contains(reserved), text)));
    }
  }
}
