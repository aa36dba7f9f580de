// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl.store;

import dev.xenrunc.diagnosis.Cause;

/** xenstored refused a request, went away, or holds what nobody should have written there. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreException(String what) {
    super(what);
  }

  StoreException(String what, Throwable cause) {
    super(what + ": " + Cause.words(cause), cause);
  }
}
