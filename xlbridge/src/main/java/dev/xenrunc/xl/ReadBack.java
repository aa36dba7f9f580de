// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import java.util.Map;

/**
 * Whether libxl understood a document: it drops unknown keys and values of a wrong type in silence,
 * so what was sent is compared with what it kept.
 */
final class ReadBack {
  private ReadBack() {}

  /** Throws {@link ReadBackException} for the first leaf that did not come back as it was sent. */
  static void check(String type, String sent, String kept) {
    Map<String, String> keptLeaves = JsonLeaves.of(kept);
    JsonLeaves.of(sent)
        .forEach(
            (leaf, value) -> {
              String back = keptLeaves.getOrDefault(leaf, "nothing");
              if (!back.equals(value)) {
                throw new ReadBackException(type, leaf, value, back);
              }
            });
  }
}
