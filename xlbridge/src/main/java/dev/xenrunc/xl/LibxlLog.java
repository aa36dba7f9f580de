// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What one context logs from a moment on: libxl says there why a call failed. */
final class LibxlLog {
  private static final int MAX_READ = 64 * 1024;
  private static final int MAX_TEXT = 300;

  /**
   * A line such as "2026-01-01 10:00:00 UTC libxl: error: libxl_dom.c:1:function: Domain 5:text".
   */
  private static final Pattern ERROR =
      Pattern.compile(
          "^(?:\\S+ \\S+ \\S+ )?(?:xc|libxl): error: (?:[\\w.]+:\\d+:\\w+: )?(?:Domain"
              + " \\d+:)?(.*)$",
          Pattern.MULTILINE);

  /**
   * What a program that libxl ran for a device wrote to hotplug-error. libxl logs it after its own
   * line about the program's exit status (libxl_device.c, device_hotplug_child_death_cb).
   */
  private static final Pattern PROGRAM = Pattern.compile("^script: (.*)$");

  private static final Pattern UNPRINTABLE = Pattern.compile("[^\\x20-\\x7e]");

  private final Path file;
  private final long start;

  private LibxlLog(Path file, long start) {
    this.file = file;
    this.start = start;
  }

  /** From now on. */
  static LibxlLog mark(Path file) {
    try {
      return new LibxlLog(file, Files.size(file));
    } catch (IOException e) {
      return new LibxlLog(file, 0);
    }
  }

  /**
   * The first error since then; the later ones tell what failed because of it, but for the words of
   * a program that libxl ran, which tell why it failed.
   */
  Optional<String> cause() {
    List<String> errors = errors();
    if (errors.isEmpty()) {
      return Optional.empty();
    }
    String first = printable(errors.get(0));
    return errors.stream()
        .map(PROGRAM::matcher)
        .filter(Matcher::matches)
        .map(program -> printable(program.group(1)))
        .findFirst()
        .map(words -> first + ": " + words)
        .or(() -> Optional.of(first));
  }

  private List<String> errors() {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer bytes = ByteBuffer.allocate(MAX_READ);
      channel.read(bytes, start);
      return ERROR
          .matcher(StandardCharsets.UTF_8.decode(bytes.flip()))
          .results()
          .map(error -> error.group(1))
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static String printable(String text) {
    String printable = UNPRINTABLE.matcher(text.strip()).replaceAll("?");
    return printable.substring(0, Math.min(MAX_TEXT, printable.length()));
  }
}
