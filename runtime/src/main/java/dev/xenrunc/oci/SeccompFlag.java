// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Flags of seccomp(2), with their numbers in linux/seccomp.h. */
public enum SeccompFlag {
  /** One thread installs the filter: nothing to synchronise, as runc says. */
  TSYNC(0),
  SPEC_ALLOW(1 << 2),
  LOG(1 << 1),
  /** Needs a listener, without which the kernel refuses it. */
  WAIT_KILLABLE_RECV(1 << 5);

  private final int number;

  SeccompFlag(int number) {
    this.number = number;
  }

  /** The flag that the spec calls {@code SECCOMP_FILTER_FLAG_…}. */
  public static Optional<SeccompFlag> of(String word) {
    for (SeccompFlag flag : values()) {
      if (word.equals(flag.word())) {
        return Optional.of(flag);
      }
    }
    return Optional.empty();
  }

  /** Its name in the spec. */
  public String word() {
    return "SECCOMP_FILTER_FLAG_" + name();
  }

  /** What seccomp(2) is called with; SPEC_ALLOW if the spec does not speak of flags, as runc. */
  public static int numbers(@Nullable List<String> words) {
    if (words == null) {
      return SPEC_ALLOW.number;
    }
    return words.stream()
        .flatMap(word -> of(word).stream())
        .mapToInt(flag -> flag.number)
        .reduce(0, (all, one) -> all | one);
  }
}
