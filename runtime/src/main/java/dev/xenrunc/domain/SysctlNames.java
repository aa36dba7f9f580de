// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.domain;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names of kernel settings, as vm.max_map_count: with dots, and below /proc/sys whatever they say.
 */
final class SysctlNames {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)+");
  private static final int LENGTH_MAX = 200;
  private static final int COUNT_MAX = 200;

  private SysctlNames() {}

  /** The first that is none. */
  static Optional<String> wrong(List<String> names) {
    return names.stream()
        .filter(name -> name.length() > LENGTH_MAX || !NAME.matcher(name).matches())
        .findFirst()
        .or(() -> names.stream().skip(COUNT_MAX).findFirst());
  }
}
