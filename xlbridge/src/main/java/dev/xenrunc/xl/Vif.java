// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import java.nio.file.Path;

/**
 * A paravirtual network interface of a domain.
 *
 * @param script the program that libxl runs to plug it in and out; must write hotplug-status
 * @param note handed to the script in the environment variable {@code netdev}, and nothing else
 */
public record Vif(int devid, MacAddress mac, int mtu, Path script, String note, VifRate rate) {
  private static final int MAX_DEVID = 127;
  private static final int MIN_MTU = 68;
  private static final int MAX_MTU = 65535;
  private static final int MAX_NOTE = 128;

  public Vif {
    if (devid < 0 || devid > MAX_DEVID) {
      throw new IllegalArgumentException("vif number out of range: " + devid);
    }
    if (mtu < MIN_MTU || mtu > MAX_MTU) {
      throw new IllegalArgumentException("MTU out of range: " + mtu);
    }
    PlainText.requirePath("vif script", script);
    PlainText.requireWord("vif note", note, MAX_NOTE);
  }
}
