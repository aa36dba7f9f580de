// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

/**
 * The number that Xen gives a domain while it exists. Numbers are used again: alone it proves
 * nothing.
 */
public record Domid(int value) {
  private static final int FIRST_RESERVED = 0x7ff0;

  public Domid {
    if (value < 0 || value >= FIRST_RESERVED) {
      throw new IllegalArgumentException("domid out of range: " + value);
    }
  }

  @Override
  public String toString() {
    return Integer.toString(value);
  }
}
