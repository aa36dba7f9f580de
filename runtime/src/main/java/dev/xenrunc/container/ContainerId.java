// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import java.util.regex.Pattern;

/** A container's validated name; runc's rule. */
public record ContainerId(String value) {
  private static final Pattern WORD = Pattern.compile("[\\w+.-]+", Pattern.UNICODE_CASE);
  private static final int LENGTH_MAX = 1024;

  public ContainerId {
    if (!WORD.matcher(value).matches()
        || value.equals(".")
        || value.equals("..")
        || value.length() > LENGTH_MAX) {
      throw new ContainerException.InvalidId();
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
