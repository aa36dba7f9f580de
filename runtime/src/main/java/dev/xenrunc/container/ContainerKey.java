// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A container's identity on this host: the canonical --root and the id.
 *
 * @param root where its state directory is
 */
public record ContainerKey(Path root, ContainerId id) {
  private static final int HASH_BYTES = 4;

  /** Eight hexadecimal digits: the name of its socket and of its entry in the index. */
  public String hash() {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(root.toString().getBytes(StandardCharsets.UTF_8));
      sha.update((byte) 0);
      sha.update(id.value().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha.digest(), 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Where everything known of it is kept. */
  public Path directory() {
    return root.resolve(id.value());
  }
}
