// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import dev.xenrunc.time.Deadline;
import dev.xenrunc.time.DeadlineExceededException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** The domains that libxl is building now, also those for which nobody waits any more. */
final class Builds {
  private final Map<UUID, Build> running = new HashMap<>();

  /** Begins the build of a domain; it lasts until it is closed. */
  synchronized Build begin(UUID uuid) {
    Build build = new Build(this, uuid);
    running.put(uuid, build);
    return build;
  }

  synchronized void end(UUID uuid, Build build) {
    if (running.remove(uuid, build)) {
      notifyAll();
    }
  }

  /** Waits until no build of this domain is running. */
  synchronized void awaitEnd(UUID uuid, Deadline deadline) {
    try {
      while (running.containsKey(uuid)) {
        long millis = deadline.remaining().toMillis();
        if (millis <= 0) {
          throw new DeadlineExceededException("libxl_domain_create_new of " + uuid);
        }
        TimeUnit.MILLISECONDS.timedWait(this, millis);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HostException("destroy " + uuid + ": interrupted", e);
    }
  }
}
