// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What a domain is made from. It is always PVH, has all its memory from the first, and stays after
 * its shutdown until it is destroyed.
 *
 * @param name unique on the host; letters, digits, {@code . _ -}
 * @param labels written below {@code /local/domain/N/xen-runc/}: the guest reads them and cannot
 *     write them
 */
public record DomainConfig(
    String name,
    UUID uuid,
    Boot boot,
    Size size,
    TscMode tscMode,
    Map<String, String> labels,
    List<Vif> vifs,
    List<Vbd> vbds) {
  private static final int MAX_NAME = 64;

  /** xenstored's limit for a node's value. */
  private static final int MAX_LABEL = 2048;

  public DomainConfig {
    PlainText.requireWord("domain name", name, MAX_NAME);
    labels.forEach(
        (key, value) -> {
          PlainText.requireWord("label", key, MAX_NAME);
          PlainText.requirePrintable("label " + key, value, MAX_LABEL);
        });
    labels = Map.copyOf(labels);
    vifs = List.copyOf(vifs);
    vbds = List.copyOf(vbds);
  }
}
