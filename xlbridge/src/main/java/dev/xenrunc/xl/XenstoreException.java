// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

/** xenstored refused a request or went away, or a guest wrote what no agent writes. */
public final class XenstoreException extends ToolstackException {
  private static final long serialVersionUID = 1L;

  public XenstoreException(Throwable cause) {
    super(String.valueOf(cause.getMessage()), cause);
  }
}
