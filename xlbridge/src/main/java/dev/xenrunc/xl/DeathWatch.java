// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

/** A listener's registration; closing it ends the calls. */
@FunctionalInterface
public interface DeathWatch extends AutoCloseable {
  @Override
  void close();
}
