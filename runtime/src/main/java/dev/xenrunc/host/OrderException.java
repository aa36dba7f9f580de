// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.host;

/** The launcher could not do what it was told. */
public final class OrderException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int errno;

  /** Says which order failed and what the launcher said of it. */
  public OrderException(String message, int errno) {
    super(message);
    this.errno = errno;
  }

  /** The launcher itself is gone. */
  public OrderException(String message, Throwable cause) {
    super(message, cause);
    this.errno = 0;
  }

  /** True if the thing that was named is not there. */
  public boolean isMissing() {
    return errno == Errno.ENOENT.number();
  }
}
