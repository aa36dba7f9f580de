// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.monitor;

import dev.xenrunc.wire.FieldTag;
import dev.xenrunc.wire.Fields;
import dev.xenrunc.wire.WireException;
import dev.xenrunc.xl.MacAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * What the monitor found in the container's network namespace.
 *
 * @param linkGroups LINK groups as they were read, for the agent
 * @param sysctlGroups settings of the namespace that somebody has changed; those of links are in
 *     their groups
 */
public record NetworkScan(
    List<Link> links,
    List<byte[]> linkGroups,
    List<byte[]> routeGroups,
    List<byte[]> neighbourGroups,
    List<byte[]> sysctlGroups) {
  private static final int MTU_DEFAULT = 1500;

  /** An interface to which a vif is joined. */
  public record Link(String name, MacAddress mac, int mtu) {}

  static NetworkScan of(Fields reply) throws WireException {
    List<Link> links = new ArrayList<>();
    for (Fields group : reply.groups(FieldTag.LINK)) {
      links.add(
          new Link(
              group.text(FieldTag.NAME),
              mac(group.bytes(FieldTag.MAC)),
              (int) group.optionalNumber(FieldTag.MTU).orElse(MTU_DEFAULT)));
    }
    return new NetworkScan(
        List.copyOf(links),
        reply.rawGroups(FieldTag.LINK),
        reply.rawGroups(FieldTag.ROUTE),
        reply.rawGroups(FieldTag.NEIGHBOUR),
        reply.rawGroups(FieldTag.NETWORK_SYSCTL));
  }

  private static MacAddress mac(byte[] bytes) {
    StringJoiner text = new StringJoiner(":");
    for (byte b : bytes) {
      text.add(String.format("%02x", b));
    }
    return new MacAddress(text.toString());
  }
}
