// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.host;

import dev.xenrunc.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what cannot be waited for otherwise. */
public final class Poll {
  private static final Duration STEP_FIRST = Duration.ofMillis(1);
  private static final Duration STEP_MAX = Duration.ofMillis(20);

  private Poll() {}

  /** Returns true when the condition holds, false at the deadline. */
  public static boolean until(BooleanSupplier condition, Deadline deadline) {
    Duration step = STEP_FIRST;
    while (!condition.getAsBoolean()) {
      if (deadline.hasPassed()) {
        return false;
      }
      LockSupport.parkNanos(step.toNanos());
      step = step.multipliedBy(2).compareTo(STEP_MAX) < 0 ? step.multipliedBy(2) : STEP_MAX;
    }
    return true;
  }

  /** What the attempt gives, as soon as it gives something; empty at the deadline. */
  public static <T> Optional<T> retry(Supplier<Optional<T>> attempt, Deadline deadline) {
    List<T> result = new ArrayList<>(1);
    until(() -> attempt.get().map(result::add).orElse(false), deadline);
    return result.stream().findFirst();
  }
}
