// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import dev.xenrunc.diagnosis.LogKeys;
import dev.xenrunc.time.Deadline;
import dev.xenrunc.time.DeadlineExceededException;
import dev.xenrunc.xl.store.StoreException;
import dev.xenrunc.xl.store.StoreWatch;
import dev.xenrunc.xl.store.XenStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners that their domains ended.
 *
 * <p>xenstored says that some domain did, as it says it to libxl, and one hypercall for each
 * watched domain tells which. libxl's own events would need a context that waits for ever inside
 * libxl.
 */
final class DomainDeaths implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DomainDeaths.class);
  private static final Duration CONNECT = Duration.ofSeconds(10);

  /** An event that xenstored failed to send is made good for by looking this often. */
  private static final Duration LOOK = Duration.ofSeconds(30);

  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final long STACK = 256 * 1024;

  private final XenStore store;
  private final Function<Domain, Optional<DomainInfo>> info;
  private final Map<Integer, Watch> watches = new ConcurrentHashMap<>();
  private final AtomicInteger lastNumber = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);
  private @Nullable Thread thread;
  private @Nullable StoreWatch events;

  DomainDeaths(XenStore store, Function<Domain, Optional<DomainInfo>> info) {
    this.store = store;
    this.info = info;
  }

  /** One listener's interest in one domain. */
  private record Watch(Domain domain, DeathListener listener) {}

  synchronized DeathWatch watch(Domain domain, DeathListener listener) {
    int number = lastNumber.incrementAndGet();
    watches.put(number, new Watch(domain, listener));
    if (thread == null) {
      thread = new Thread(null, LogKeys.dropped(this::run), "domain deaths", STACK);
      thread.setDaemon(true);
      thread.start();
    } else if (events != null) {
      events.wake();
    }
    return () -> watches.remove(number);
  }

  private void run() {
    try {
      while (!isClosed()) {
        lookAtEachEvent();
      }
    } catch (InterruptedException e) {
      LOG.debug("interrupted");
    }
  }

  private void lookAtEachEvent() throws InterruptedException {
    try (StoreWatch opened = store.watch(List.of("@releaseDomain"), Deadline.after(CONNECT))) {
      publish(opened);
      while (!isClosed()) {
        awaitEvent(opened);
        look();
      }
    } catch (StoreException | DeadlineExceededException | ToolstackException e) {
      if (!closed.await(RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("watch for the ends of domains: {}", e.getMessage());
      }
    }
  }

  private static void awaitEvent(StoreWatch opened) throws InterruptedException {
    try {
      opened.await("end of a domain", Deadline.after(LOOK));
    } catch (DeadlineExceededException e) {
      LOG.trace("no domain ended in {}", LOOK);
    }
  }

  private void look() {
    watches.forEach(
        (number, watch) -> {
          Optional<DomainInfo> found = info.apply(watch.domain());
          // Removed first: a listener that has closed its watch meanwhile is not called.
          if (found.map(DomainDeaths::hasEnded).orElse(true) && watches.remove(number) != null) {
            tell(watch, found.map(DomainInfo::reason).orElse(ShutdownReason.NONE));
          }
        });
  }

  private static void tell(Watch watch, ShutdownReason reason) {
    try {
      watch.listener().died(watch.domain(), reason);
    } catch (RuntimeException e) {
      // Other domains' listeners hang on this thread too.
      LOG.error("end of domain {} was not dealt with", watch.domain(), e);
    }
  }

  private static boolean hasEnded(DomainInfo info) {
    return switch (info.state()) {
      case SHUTDOWN, DYING -> true;
      case RUNNING, PAUSED -> false;
    };
  }

  private synchronized void publish(StoreWatch opened) {
    events = opened;
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  @Override
  public synchronized void close() {
    closed.countDown();
    if (events != null) {
      events.wake();
    }
  }
}
