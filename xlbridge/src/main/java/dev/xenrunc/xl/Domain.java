// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import java.util.UUID;

/** A domain that cannot be mistaken for another: its uuid tells whether the domid is still its. */
public record Domain(Domid domid, UUID uuid) {
  @Override
  public String toString() {
    return domid + " (" + uuid + ")";
  }
}
