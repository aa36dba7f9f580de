// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

/** The toolstack could not do what it was asked. */
public abstract sealed class ToolstackException extends RuntimeException
    permits LibxlException,
        NoMemoryException,
        ReadBackException,
        DomainGoneException,
        XenstoreException,
        HostException {
  private static final long serialVersionUID = 1L;

  ToolstackException(String message) {
    super(message);
  }

  ToolstackException(String message, Throwable cause) {
    super(message, cause);
  }
}
