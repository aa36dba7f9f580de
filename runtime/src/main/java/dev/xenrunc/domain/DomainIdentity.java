// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.domain;

import java.util.UUID;

/**
 * Whose domain it is.
 *
 * @param key the hash that tells containers of the same id under different roots apart
 */
public record DomainIdentity(UUID uuid, String root, String id, String key) {
  private static final int ID_LENGTH_MAX = 40;

  /** The id, shortened, and the key: unique on the host. */
  public String name() {
    String word = id.replace('+', '_');
    String shortened = word.length() > ID_LENGTH_MAX ? word.substring(0, ID_LENGTH_MAX) : word;
    return shortened + "-" + key;
  }
}
