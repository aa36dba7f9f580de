// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import java.util.UUID;

/** One build of a domain by libxl, which nobody can break off. Any thread. */
final class Build implements AutoCloseable {
  private final Builds all;
  private final UUID uuid;
  private boolean decided;
  private boolean abandoned;

  Build(Builds all, UUID uuid) {
    this.all = all;
    this.uuid = uuid;
  }

  /**
   * Asked once, by the builder when the domain is there: false if nobody waits for it, so that the
   * builder must destroy it.
   */
  synchronized boolean isWanted() {
    decided = true;
    return !abandoned;
  }

  /** Nobody waits for it any more. */
  synchronized void abandon() {
    abandoned = !decided;
  }

  @Override
  public void close() {
    all.end(uuid, this);
  }
}
