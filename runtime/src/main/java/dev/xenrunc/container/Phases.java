// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Where a verb's time went: milliseconds a phase, in the order in which they ended. */
public final class Phases {
  private final Map<String, Long> millis = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> order = new ConcurrentLinkedQueue<>();

  /** Does one phase. */
  public <T> T measure(String phase, Supplier<T> work) {
    long begin = System.nanoTime();
    try {
      return work.get();
    } finally {
      millis.merge(phase, (System.nanoTime() - begin) / 1_000_000, Long::sum);
      if (!order.contains(phase)) {
        order.add(phase);
      }
    }
  }

  /** Does one phase. */
  public void measure(String phase, Runnable work) {
    this.<Boolean>measure(
        phase,
        () -> {
          work.run();
          return true;
        });
  }

  /** As {@code spec:3,monitor:40}. */
  @Override
  public String toString() {
    return order.stream()
        .map(phase -> phase + ":" + millis.get(phase))
        .collect(Collectors.joining(","));
  }
}
