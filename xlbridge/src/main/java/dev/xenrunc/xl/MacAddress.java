// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import java.util.Locale;
import java.util.regex.Pattern;

/** A vif's unicast MAC address, in lower case with colons. */
public record MacAddress(String text) {
  private static final Pattern UNICAST = Pattern.compile("[0-9a-f][02468ace](:[0-9a-f]{2}){5}");

  public MacAddress {
    text = text.toLowerCase(Locale.ROOT);
    if (!UNICAST.matcher(text).matches()) {
      throw new IllegalArgumentException("not a unicast MAC address: \"" + text + "\"");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
