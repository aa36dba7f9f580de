// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

/**
 * libxl took a document but not all that it says: a key or a type that this libxl does not know.
 */
public final class ReadBackException extends ToolstackException {
  private static final long serialVersionUID = 1L;

  public ReadBackException(String type, String leaf, String sent, String back) {
    super(
        "this libxl does not understand "
            + leaf
            + " of "
            + type
            + ": sent "
            + sent
            + ", kept "
            + back);
  }
}
