// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import java.util.Locale;
import java.util.Optional;

/** How a guest reads the time stamp counter, as {@code tsc_mode} of xl.cfg(5). */
public enum TscMode {
  /** The processor's own where Xen holds it reliable; else each read is an exit to Xen. */
  DEFAULT,
  ALWAYS_EMULATE,
  NATIVE,
  NATIVE_PARAVIRT;

  /** xl's and libxl's word for it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The mode with this word. */
  public static Optional<TscMode> of(String word) {
    for (TscMode mode : values()) {
      if (mode.word().equals(word)) {
        return Optional.of(mode);
      }
    }
    return Optional.empty();
  }
}
