// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Whether there may be something that only a {@link Sweep} puts right. */
public final class Disorder {
  /** A call that was given up may still build its domain when xenstored is back. */
  private static final Duration AFTERMATH = Duration.ofMinutes(2);

  private static final Duration ROUTINE = Duration.ofMinutes(1);

  private final AtomicLong watchUntil = new AtomicLong(System.nanoTime());
  private final AtomicLong lastSweep = new AtomicLong(System.nanoTime() - ROUTINE.toNanos());

  /** Some clean-up did not succeed. */
  public void report() {
    watchUntil.set(System.nanoTime() + AFTERMATH.toNanos());
  }

  /** A sweep has ended. */
  void swept() {
    lastSweep.set(System.nanoTime());
  }

  /** True if a sweep is due: soon after something was reported, else now and then. */
  boolean needsSweep() {
    long now = System.nanoTime();
    return watchUntil.get() - now > 0 || now - lastSweep.get() >= ROUTINE.toNanos();
  }
}
