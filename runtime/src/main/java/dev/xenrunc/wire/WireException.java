// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.wire;

import dev.xenrunc.diagnosis.Cause;
import java.io.IOException;

/** The peer broke the protocol, closed the connection or did not answer in time. */
public final class WireException extends IOException {
  private static final long serialVersionUID = 1;

  /** Says in one line what the peer did. */
  public WireException(String message) {
    super(message);
  }

  /** The same, with what the operating system said. */
  public WireException(String message, Throwable cause) {
    super(message + ": " + Cause.words(cause), cause);
  }
}
