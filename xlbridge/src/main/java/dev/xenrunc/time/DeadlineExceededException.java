// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.time;

/** Something did not happen in time. It may still happen later. */
public final class DeadlineExceededException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DeadlineExceededException(String what) {
    super(what + ": no answer in time");
  }
}
