// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import dev.xenrunc.time.Deadline;

/**
 * Whether this engine leaves: then it begins no act of its own accord any more, and waits for those
 * under way. What a launcher asked for is not counted here.
 */
public final class Departure {
  private boolean begun;
  private int acts;

  /** False if the engine leaves; else an act begins, whose end is {@link #done}. */
  synchronized boolean enter() {
    if (begun) {
      return false;
    }
    acts++;
    return true;
  }

  synchronized boolean hasBegun() {
    return begun;
  }

  /** An act has ended. */
  synchronized void done() {
    acts--;
    notifyAll();
  }

  /** The engine leaves. */
  public synchronized void begin() {
    begun = true;
  }

  /** True if no act is under way by then. */
  public synchronized boolean await(Deadline deadline) {
    try {
      while (acts > 0 && !deadline.hasPassed()) {
        wait(Math.max(1, deadline.remaining().toMillis()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return acts == 0;
  }
}
