// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import java.nio.file.Path;

/**
 * What a text must be before it goes to C: libxl would cut it at a NUL, and xenstore, scripts and
 * kernels read control characters as ends of lines.
 */
final class PlainText {
  private static final int MAX_PATH = 4095;

  private PlainText() {}

  static void requirePrintable(String what, String text, int limit) {
    if (text.length() > limit) {
      throw new IllegalArgumentException(what + " is longer than " + limit + " characters");
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) || (Character.isSurrogate(c) && !isPaired(text, i))) {
        throw new IllegalArgumentException(
            what + " has the character U+" + String.format("%04X", (int) c) + " at " + i);
      }
    }
  }

  private static boolean isPaired(String text, int i) {
    return Character.isHighSurrogate(text.charAt(i))
        ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
  }

  static void requireWord(String what, String text, int limit) {
    if (text.isEmpty() || text.length() > limit || !text.chars().allMatch(PlainText::isWord)) {
      throw new IllegalArgumentException(
          what + " is not 1.." + limit + " of A-Z a-z 0-9 . _ - : \"" + printable(text) + "\"");
    }
  }

  static void requirePath(String what, Path path) {
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException(what + " is not an absolute path: \"" + path + "\"");
    }
    requirePrintable(what, path.toString(), MAX_PATH);
  }

  private static boolean isWord(int c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || "._-:".indexOf(c) >= 0;
  }

  private static String printable(String text) {
    return text.replaceAll("[^\\x20-\\x7e]", "?");
  }
}
