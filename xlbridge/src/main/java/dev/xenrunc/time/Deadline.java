// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.time;

import java.time.Duration;

/** The moment until which the caller of something that waits is ready to wait. */
public final class Deadline {
  private final long nanos;

  private Deadline(long nanos) {
    this.nanos = nanos;
  }

  /** The deadline that is {@code wait} away from now. */
  public static Deadline after(Duration wait) {
    return new Deadline(System.nanoTime() + wait.toNanos());
  }

  /** This one, or the one that is {@code wait} away from now if that comes first. */
  public Deadline atMost(Duration wait) {
    Deadline other = after(wait);
    return other.nanos - nanos < 0 ? other : this;
  }

  /** What is left; zero when it has passed. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, nanos - System.nanoTime()));
  }

  public boolean hasPassed() {
    return nanos - System.nanoTime() <= 0;
  }

  /** Throws if it has passed; {@code what} was being waited for. */
  public void check(String what) {
    if (hasPassed()) {
      throw new DeadlineExceededException(what);
    }
  }
}
