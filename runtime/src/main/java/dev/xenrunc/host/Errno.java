// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.host;

import java.util.Optional;

/**
 * The errnos of Linux on x86-64 that this runtime tells apart.
 *
 * <p>dockerd reads strerror's words for some of them, in any error, as a fault of the container's
 * command, and exits with 126 or 127 (moby, daemon/errors.go). For those this is the dictionary of
 * what is said instead; {@code errno_text} in host/failure.c has the same words.
 */
public enum Errno {
  ENOENT(2, "no such file or directory", "it does not exist"),
  ESRCH(3),
  EACCES(13, "permission denied", "access refused"),
  ENOTDIR(20, "not a directory", "a part of the path is a file"),
  EISDIR(21, "is a directory", "a directory, not a file"),
  ESTALE(116);

  private final int number;
  private final Optional<String> reserved;
  private final Optional<String> words;

  Errno(int number) {
    this.number = number;
    this.reserved = Optional.empty();
    this.words = Optional.empty();
  }

  Errno(int number, String reserved, String words) {
    this.number = number;
    this.reserved = Optional.of(reserved);
    this.words = Optional.of(words);
  }

  /** As the kernel numbers it. */
  public int number() {
    return number;
  }

  /** What strerror says, in lower case, where only a guest may say so. */
  public Optional<String> reserved() {
    return reserved;
  }

  /** What this runtime says instead of the reserved words. */
  public Optional<String> words() {
    return words;
  }
}
