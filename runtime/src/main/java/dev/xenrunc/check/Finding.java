// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.check;

/**
 * One line of {@code xen-runc check}.
 *
 * @param right whether there is nothing to do
 * @param subject what was looked at
 * @param text what was found, and what to do if it is not right
 */
public record Finding(boolean right, String subject, String text) {
  /** Something that is as it must be. */
  public static Finding right(String subject, String found) {
    return new Finding(true, subject, found);
  }

  /** Something that is not, and what to do. */
  public static Finding wrong(String subject, String found, String remedy) {
    return new Finding(false, subject, found + " — " + remedy);
  }

  /** As it is printed. */
  public String line() {
    return String.format("%-6s %s: %s", right ? "ok" : "wrong", subject, text);
  }
}
