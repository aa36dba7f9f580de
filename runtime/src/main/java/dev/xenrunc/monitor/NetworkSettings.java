// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.monitor;

import dev.xenrunc.wire.FieldTag;
import dev.xenrunc.wire.FieldWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a guest's network is to be: the container's links that it has vifs for, with their
 * addresses, routes and neighbours, and whether names are asked at 127.0.0.11.
 */
public final class NetworkSettings {
  private final FieldWriter fields;
  private final FieldWriter sysctls;

  private NetworkSettings(FieldWriter fields, FieldWriter sysctls) {
    this.fields = fields;
    this.sysctls = sysctls;
  }

  /**
   * As scanned, but only of the links that have a vif.
   *
   * @param vifs the number of each one's vif, in the order in which the guest is to take the links
   */
  public static NetworkSettings of(NetworkScan scan, Map<NetworkScan.Link, Integer> vifs) {
    FieldWriter fields = new FieldWriter();
    vifs.forEach((link, vif) -> fields.put(FieldTag.LINK, group(link, vif)));
    Set<String> names =
        vifs.keySet().stream().map(NetworkScan.Link::name).collect(Collectors.toSet());
    put(fields, FieldTag.ROUTE, scan.routes(), names);
    put(fields, FieldTag.NEIGHBOUR, scan.neighbours(), names);
    if (scan.resolver()) {
      fields.put(FieldTag.RESOLVER, true);
    }
    FieldWriter sysctls = new FieldWriter();
    scan.sysctls()
        .forEach(group -> sysctls.put(FieldTag.NETWORK_SYSCTL, new FieldWriter().putAll(group)));
    return new NetworkSettings(fields, sysctls);
  }

  private static FieldWriter group(NetworkScan.Link link, int vif) {
    FieldWriter group = new FieldWriter().putAll(link.group());
    // A monitor that tells no index is older than this engine, and so is the agent: it knows none.
    return link.index() == 0 ? group : group.put(FieldTag.NUMBER, vif);
  }

  private static void put(
      FieldWriter fields, FieldTag tag, List<NetworkScan.Part> parts, Set<String> names) {
    parts.stream()
        .filter(part -> names.contains(part.link()))
        .forEach(part -> fields.put(tag, new FieldWriter().putAll(part.group())));
  }

  /** The fields that PREPARE and NETWORK share. */
  FieldWriter fields() {
    return fields;
  }

  /** The namespace's settings, which PREPARE brings once: config.json's come after them. */
  FieldWriter sysctls() {
    return sysctls;
  }

  /** True if a guest that was told the one knows the other. */
  public boolean isAs(NetworkSettings other) {
    return Arrays.equals(fields.toBytes(), other.fields.toBytes());
  }
}
