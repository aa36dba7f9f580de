// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl.ffi;

/** A C function returned that it failed. */
public final class CallFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String call;
  private final int code;

  CallFailedException(String call, int code) {
    super(call + ": " + code);
    this.call = call;
    this.code = code;
  }

  public String call() {
    return call;
  }

  /** What it returned; one of libxl's error codes. */
  public int code() {
    return code;
  }
}
