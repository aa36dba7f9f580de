// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

/** Why a domain shut down. */
public enum ShutdownReason {
  NONE,
  POWEROFF,
  REBOOT,
  SUSPEND,
  CRASH,
  WATCHDOG,
  SOFT_RESET,
  /** A reason that this code does not know. */
  UNKNOWN
}
