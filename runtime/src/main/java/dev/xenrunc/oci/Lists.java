// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists of the spec, where absent and null mean empty. */
final class Lists {
  private Lists() {}

  static <T> List<T> copy(@Nullable List<T> list) {
    return list == null ? List.of() : List.copyOf(list);
  }
}
