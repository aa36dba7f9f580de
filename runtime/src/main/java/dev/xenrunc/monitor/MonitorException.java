// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.monitor;

import dev.xenrunc.diagnosis.Cause;

/** A monitor cannot be reached, or did not answer. */
public final class MonitorException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A request that could not even be sent. */
  public MonitorException(String message) {
    super(message);
  }

  MonitorException(String message, Throwable cause) {
    super(message + ": " + Cause.words(cause), cause);
  }
}
