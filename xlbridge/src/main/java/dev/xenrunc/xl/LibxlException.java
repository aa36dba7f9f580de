// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

/** A libxl call failed. */
public final class LibxlException extends ToolstackException {
  private static final long serialVersionUID = 1L;

  private final String call;
  private final LibxlError error;

  /**
   * An exception that says what libxl logged.
   *
   * @param detail the cause in plain words, or empty
   */
  public LibxlException(String call, LibxlError error, String detail) {
    super(call + ": " + (detail.isEmpty() ? error.text() : detail));
    this.call = call;
    this.error = error;
  }

  public String call() {
    return call;
  }

  public LibxlError error() {
    return error;
  }
}
