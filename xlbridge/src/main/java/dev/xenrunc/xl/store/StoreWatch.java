// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl.store;

import dev.xenrunc.time.Deadline;
import dev.xenrunc.time.DeadlineExceededException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Tells that something at or below a path, or one of several, may have changed. It has an event
 * from the first: xenstored sends one for every new watch.
 */
public final class StoreWatch implements AutoCloseable {
  private final Semaphore events;
  private final BooleanSupplier broken;
  private final Runnable end;

  StoreWatch(Semaphore events, BooleanSupplier broken, Runnable end) {
    this.events = events;
    this.broken = broken;
    this.end = end;
  }

  /**
   * Returns when there was an event since the last return, however many. Throws {@link
   * StoreException} if xenstored closed the connection: then there is no watch any more.
   */
  public void await(String what, Deadline deadline) throws InterruptedException {
    if (!events.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
      throw new DeadlineExceededException(what);
    }
    events.drainPermits();
    if (broken.getAsBoolean()) {
      throw new StoreException(what + ": xenstored closed the connection");
    }
  }

  /** Lets {@link #await} return without an event. */
  public void wake() {
    events.release();
  }

  @Override
  public void close() {
    end.run();
  }
}
