// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

/** What a domain is doing. */
public enum DomainState {
  /** It runs, or waits for an event. */
  RUNNING,
  /** The toolstack holds its vcpus. */
  PAUSED,
  /** It ended by itself; its memory is held until it is destroyed. */
  SHUTDOWN,
  /** It is being destroyed. */
  DYING
}
