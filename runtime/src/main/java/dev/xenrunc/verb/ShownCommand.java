// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import dev.xenrunc.oci.ProcessSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * What ps and docker top show of a guest's process: the words of config.json, which its monitor or
 * session in dom0 has as its own. It is no more than a process keeps in memory without harm.
 */
final class ShownCommand {
  private static final int CHARACTERS_MAX = 16384;

  /** Each word takes its share besides its letters, so that there are not too many. */
  private static final int WORD_SHARE = 8;

  private ShownCommand() {}

  /** The words, as far as they fit. */
  static List<String> of(ProcessSpec process) {
    List<String> shown = new ArrayList<>();
    int left = CHARACTERS_MAX;
    for (String word : process.args()) {
      left -= WORD_SHARE;
      if (left <= 0) {
        break;
      }
      shown.add(word.substring(0, Math.min(word.length(), left)));
      left -= word.length();
    }
    return shown;
  }
}
