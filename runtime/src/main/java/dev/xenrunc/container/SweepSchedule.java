// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** When the next {@link Sweep} is due. */
public final class SweepSchedule {
  /** A call that was given up may still build its domain when xenstored is back. */
  private static final Duration AFTERMATH = Duration.ofMinutes(2);

  private static final Duration ROUTINE = Duration.ofMinutes(1);

  private final AtomicLong soonUntil = new AtomicLong(System.nanoTime());
  private final AtomicLong lastSweep = new AtomicLong(System.nanoTime() - ROUTINE.toNanos());

  /** Some clean-up has failed: sweeps follow soon. */
  public void hasten() {
    soonUntil.set(System.nanoTime() + AFTERMATH.toNanos());
  }

  /** A sweep has ended. */
  void done() {
    lastSweep.set(System.nanoTime());
  }

  /** True if a sweep is due: soon after a failure, else from time to time. */
  public boolean isDue() {
    long now = System.nanoTime();
    return soonUntil.get() - now > 0 || now - lastSweep.get() >= ROUTINE.toNanos();
  }
}
