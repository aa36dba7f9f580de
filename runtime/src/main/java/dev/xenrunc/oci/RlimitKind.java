// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import java.util.Optional;

/** Resource limits with their numbers in asm-generic/resource.h. */
public enum RlimitKind {
  CPU(0),
  FSIZE(1),
  DATA(2),
  STACK(3),
  CORE(4),
  RSS(5),
  NPROC(6),
  NOFILE(7),
  MEMLOCK(8),
  AS(9),
  LOCKS(10),
  SIGPENDING(11),
  MSGQUEUE(12),
  NICE(13),
  RTPRIO(14),
  RTTIME(15);

  private final int number;

  RlimitKind(int number) {
    this.number = number;
  }

  /** The kind that the spec calls {@code RLIMIT_…}. */
  public static Optional<RlimitKind> of(String type) {
    for (RlimitKind kind : values()) {
      if (type.equals("RLIMIT_" + kind.name())) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /** The number that setrlimit(2) takes. */
  public int number() {
    return number;
  }
}
