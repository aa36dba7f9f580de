// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.monitor;

import dev.xenrunc.wire.FieldTag;
import dev.xenrunc.wire.Fields;
import dev.xenrunc.wire.WireException;
import dev.xenrunc.xl.MacAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * What the monitor found in the container's network namespace.
 *
 * @param routes in the order in which they can be made
 * @param sysctls settings of the namespace that somebody has changed; those of links are in their
 *     groups
 * @param resolver Docker's resolver, or another one, answers at 127.0.0.11
 */
public record NetworkScan(
    List<Link> links,
    List<Part> routes,
    List<Part> neighbours,
    List<Fields> sysctls,
    boolean resolver) {
  private static final int MTU_DEFAULT = 1500;

  public NetworkScan {
    links = List.copyOf(links);
    routes = List.copyOf(routes);
    neighbours = List.copyOf(neighbours);
    sysctls = List.copyOf(sysctls);
  }

  /**
   * An interface to which a vif is joined.
   *
   * @param index the kernel's number of it, which another one with the same name has not; 0 if the
   *     monitor does not tell
   * @param addresses as {@code 172.17.0.2/16}, in the order of their text
   * @param group as it was read, for the agent
   */
  public record Link(
      String name, MacAddress mac, int mtu, int index, List<String> addresses, Fields group) {
    public Link {
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * A route or a neighbour.
   *
   * @param link the name of its link
   * @param group as it was read, for the agent
   */
  public record Part(String link, Fields group) {}

  static NetworkScan of(Fields reply) throws WireException {
    List<Link> links = new ArrayList<>();
    for (Fields group : reply.groups(FieldTag.LINK)) {
      links.add(link(group));
    }
    return new NetworkScan(
        links,
        parts(reply.groups(FieldTag.ROUTE)),
        parts(reply.groups(FieldTag.NEIGHBOUR)),
        reply.groups(FieldTag.NETWORK_SYSCTL),
        reply.flag(FieldTag.RESOLVER));
  }

  private static Link link(Fields group) throws WireException {
    List<String> addresses = new ArrayList<>();
    for (Fields address : group.groups(FieldTag.ADDRESS)) {
      addresses.add(ip(address.bytes(FieldTag.IP)) + "/" + address.number(FieldTag.PREFIX));
    }
    addresses.sort(null);
    return new Link(
        group.text(FieldTag.NAME),
        mac(group.bytes(FieldTag.MAC)),
        (int) group.optionalNumber(FieldTag.MTU).orElse(MTU_DEFAULT),
        (int) group.optionalNumber(FieldTag.INDEX).orElse(0),
        addresses,
        group);
  }

  private static List<Part> parts(List<Fields> groups) throws WireException {
    List<Part> parts = new ArrayList<>();
    for (Fields group : groups) {
      parts.add(new Part(group.text(FieldTag.NAME), group));
    }
    return parts;
  }

  private static String ip(byte[] bytes) throws WireException {
    try {
      return InetAddress.getByAddress(bytes).getHostAddress();
    } catch (UnknownHostException e) {
      throw new WireException("an address of " + bytes.length + " bytes");
    }
  }

  private static MacAddress mac(byte[] bytes) {
    StringJoiner text = new StringJoiner(":");
    for (byte b : bytes) {
      text.add(String.format("%02x", b));
    }
    return new MacAddress(text.toString());
  }
}
