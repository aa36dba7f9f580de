// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Where a verb's time went: milliseconds for each of its steps, in the order in which they ended.
 */
public final class Timings {
  private final Map<String, Long> millis = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> order = new ConcurrentLinkedQueue<>();

  /** Does one step. */
  public <T> T measure(String step, Supplier<T> work) {
    long begin = System.nanoTime();
    try {
      return work.get();
    } finally {
      millis.merge(step, (System.nanoTime() - begin) / 1_000_000, Long::sum);
      if (!order.contains(step)) {
        order.add(step);
      }
    }
  }

  /** Does one step. */
  public void measure(String step, Runnable work) {
    this.<Boolean>measure(
        step,
        () -> {
          work.run();
          return true;
        });
  }

  /** As {@code spec:3,monitor:40}. */
  @Override
  public String toString() {
    return order.stream()
        .map(step -> step + ":" + millis.get(step))
        .collect(Collectors.joining(","));
  }
}
