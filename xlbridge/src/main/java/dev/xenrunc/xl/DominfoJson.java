// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** libxl's {@code libxl_dominfo} documents. What has its default value is left out of them. */
final class DominfoJson {
  private DominfoJson() {}

  static DomainInfo parse(String document) {
    Map<String, String> leaves = JsonLeaves.of(document);
    Domid domid = new Domid(Integer.parseInt(leaves.getOrDefault("domid", "0")));
    UUID uuid = UUID.fromString(text(leaves, "uuid"));
    return new DomainInfo(
        new Domain(domid, uuid),
        state(leaves),
        reason(leaves),
        number(leaves, "current_memkb"),
        Duration.ofNanos(number(leaves, "cpu_time")),
        Math.toIntExact(number(leaves, "vcpu_online")));
  }

  private static DomainState state(Map<String, String> leaves) {
    if (isTrue(leaves, "dying")) {
      return DomainState.DYING;
    }
    if (isTrue(leaves, "shutdown")) {
      return DomainState.SHUTDOWN;
    }
    return isTrue(leaves, "paused") ? DomainState.PAUSED : DomainState.RUNNING;
  }

  private static ShutdownReason reason(Map<String, String> leaves) {
    if (!isTrue(leaves, "shutdown")) {
      return ShutdownReason.NONE;
    }
    // Zero, poweroff, is left out by some versions.
    String name =
        leaves.containsKey("shutdown_reason") ? text(leaves, "shutdown_reason") : "poweroff";
    try {
      return ShutdownReason.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      return ShutdownReason.UNKNOWN;
    }
  }

  private static boolean isTrue(Map<String, String> leaves, String key) {
    return leaves.getOrDefault(key, "false").equals("true");
  }

  private static long number(Map<String, String> leaves, String key) {
    return Long.parseUnsignedLong(leaves.getOrDefault(key, "0"));
  }

  private static String text(Map<String, String> leaves, String key) {
    String quoted = leaves.getOrDefault(key, "\"\"");
    return quoted.substring(1, quoted.length() - 1);
  }
}
