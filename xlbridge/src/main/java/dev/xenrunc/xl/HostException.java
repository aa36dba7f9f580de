// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

/** This host cannot run domains: no Xen, no libxl for it, no xenstored. */
public final class HostException extends ToolstackException {
  private static final long serialVersionUID = 1L;

  public HostException(String message) {
    super(message);
  }

  public HostException(String message, Throwable cause) {
    super(message, cause);
  }
}
