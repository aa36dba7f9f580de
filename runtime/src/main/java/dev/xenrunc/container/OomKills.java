// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** How many processes a container's OOM killer has ended, as its guest tells. */
public final class OomKills {
  private static final Logger LOG = LoggerFactory.getLogger(OomKills.class);

  /** A guest may say what it likes as often as it likes; the log has one line in this time. */
  private static final Duration LOG_PERIOD = Duration.ofSeconds(1);

  private final String id;
  private final AtomicLong kills = new AtomicLong();
  private long logged = System.nanoTime() - LOG_PERIOD.toNanos();

  OomKills(ContainerId id) {
    this.id = id.value();
  }

  /** The guest has told of so many; fewer than before are nonsense and count for nothing. */
  synchronized void told(long number) {
    if (number <= kills.get()) {
      return;
    }
    kills.set(number);
    notifyAll();
    if (System.nanoTime() - logged >= LOG_PERIOD.toNanos()) {
      logged = System.nanoTime();
      MDC.put("id", id);
      LOG.warn("out of memory: {} processes were killed by now", number);
      MDC.remove("id");
    }
  }

  /** Waits until there are more than these; returns how many there are. */
  public synchronized long awaitMore(long known, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    try {
      for (long left = limit.toMillis(); kills.get() <= known && left > 0; ) {
        wait(left);
        left = (end - System.nanoTime()) / 1_000_000;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return kills.get();
  }

  /** So many by now. */
  public long count() {
    return kills.get();
  }
}
