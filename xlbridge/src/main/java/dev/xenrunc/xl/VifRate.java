// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

/**
 * How much of what a guest sends netback takes, counted for each of the vif's queues; what goes to
 * the guest has no such bound.
 *
 * @param bytesPerInterval 0 for no bound
 */
public record VifRate(long bytesPerInterval) {
  /** As xl(1) has it when nobody says how often a vif is given its share. */
  static final int INTERVAL_MICROSECONDS = 50_000;

  public static final VifRate UNBOUNDED = new VifRate(0);

  private static final long BYTES_PER_MEGABIT = 125_000;
  private static final int INTERVALS_PER_SECOND = 1_000_000 / INTERVAL_MICROSECONDS;

  public VifRate {
    if (bytesPerInterval < 0) {
      throw new IllegalArgumentException("rate out of range: " + bytesPerInterval);
    }
  }

  public static VifRate ofMegabits(int perSecond) {
    return new VifRate(perSecond * BYTES_PER_MEGABIT / INTERVALS_PER_SECOND);
  }

  boolean isBounded() {
    return bytesPerInterval > 0;
  }
}
