// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

/** Hears once that a domain has ended. Called on the toolstack's own thread: must not wait. */
@FunctionalInterface
public interface DeathListener {
  /** The domain shut down, or is being destroyed or gone, then with {@link ShutdownReason#NONE}. */
  void died(Domain domain, ShutdownReason reason);
}
