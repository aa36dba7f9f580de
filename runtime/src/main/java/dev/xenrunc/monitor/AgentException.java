// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.monitor;

/** The monitor or the guest's agent refused a request; the text is what it said of it. */
public final class AgentException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int TEXT_MAX = 1024;

  private final int errno;

  AgentException(String text, int errno) {
    super(printable(text));
    this.errno = errno;
  }

  /** The errno that came with the text. */
  public int errno() {
    return errno;
  }

  /** A guest may say anything: control characters must not reach logs and terminals. */
  private static String printable(String text) {
    String bounded = text.length() > TEXT_MAX ? text.substring(0, TEXT_MAX) + "…" : text;
    return bounded.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Co}\\p{Cn}]", "?");
  }
}
