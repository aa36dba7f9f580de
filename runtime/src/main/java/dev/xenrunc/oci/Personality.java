// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import java.util.List;
import java.util.Map;

/** Which system the kernel pretends to be (config-linux.md "Personality"). */
public record Personality(String domain, List<String> flags) {
  /** linux/personality.h. */
  private static final Map<String, Integer> DOMAINS = Map.of("LINUX", 0, "LINUX32", 8);

  public Personality {
    domain = domain == null ? "" : domain;
    flags = Lists.copy(flags);
  }

  void check() {
    if (!DOMAINS.containsKey(domain)) {
      throw new BundleException("invalid personality domain " + domain);
    }
  }

  /** What personality(2) takes. */
  public int number() {
    return DOMAINS.getOrDefault(domain, 0);
  }
}
