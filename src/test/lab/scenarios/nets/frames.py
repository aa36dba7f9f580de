# SPDX-License-Identifier: Apache-2.0
"""Frames that a container may not send, and some that it may; each carries its name.

names                                 all of them, sorted
send IFACE MAC IPV4 IPV6 GATEWAY      sends them to the neighbour that has these addresses
hear IFACE                            prints, sorted, the names of those that come in on the interface, until 3 s after the
                                      last legal one has come, or for 90 s
"""

import fcntl
import re
import socket
import struct
import sys
import time

FOREIGN_MAC = bytes.fromhex("02decaf00001")
EVERYBODY = b"\xff" * 6
ALL_NODES_MAC = bytes.fromhex("333300000001")
ALL_NODES = socket.inet_pton(socket.AF_INET6, "ff02::1")
ARP, IPV4, IPV6, VLAN, SERVICE_VLAN, EXPERIMENT = 0x0806, 0x0800, 0x86DD, 0x8100, 0x88A8, 0x88B5
HOP_BY_HOP, ICMP, UDP, FRAGMENT, ICMPV6 = 0, 1, 17, 44, 58
ROUTER, NEIGHBOUR, REDIRECT = 134, 136, 137
LEGAL = {"legal-arp", "legal-ipv4", "legal-ipv6"}
SIOCGIFADDR = 0x8915


def mark(name):
    return b"frame:%s;" % name.encode()


def checksum(content):
    content += b"\0" * (len(content) % 2)
    total = sum(struct.unpack(f"!{len(content) // 2}H", content))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!H", ~total & 0xFFFF)


def ethernet(target, source, kind, payload):
    return (target + source + struct.pack("!H", kind) + payload).ljust(60, b"\0")


def arp(operation, mac, ip, target_mac, target_ip, name):
    return struct.pack("!HHBBH", 1, IPV4, 6, 4, operation) + mac + ip + target_mac + target_ip + mark(name)


def udp(source_port, target_port, name):
    return struct.pack("!HHHH", source_port, target_port, 8 + len(mark(name)), 0) + mark(name)


def ipv4(source, target, payload, options=b"", protocol=UDP):
    length = 20 + len(options) + len(payload)
    head = struct.pack("!BBHHHBBH", 0x45 + len(options) // 4, 0, length, 7, 0, 64, protocol, 0) + source + target + options
    return head[:10] + checksum(head) + head[12:] + payload


def ipv6(source, target, protocol, content, checksum_at, extension=b"", extension_kind=None):
    """A packet whose content gets its checksum; an extension header in front of the content names the protocol itself."""
    pseudo = source + target + struct.pack("!II", len(content), protocol)
    content = content[:checksum_at] + checksum(pseudo + content) + content[checksum_at + 2 :]
    following = protocol if extension_kind is None else extension_kind
    return struct.pack("!IHBB", 6 << 28, len(extension + content), following, 255) + source + target + extension + content


def option(kind, content):
    """One of neighbour discovery's, padded to whole 8 bytes."""
    length = (len(content) + 9) // 8
    return bytes([kind, length]) + content.ljust(length * 8 - 2, b"\0")


def discovery(kind, body, mac, name):
    """A message of neighbour discovery; its name is an option that nobody knows."""
    return bytes([kind, 0, 0, 0]) + body + option(2 if kind != ROUTER else 1, mac) + option(253, mark(name))


def advertisement(mac, name):
    """A router that wants to be the default one and gives a prefix."""
    prefix = struct.pack("!BBIII", 64, 0xC0, 600, 600, 0) + socket.inet_pton(socket.AF_INET6, "fdba:d::")
    return discovery(ROUTER, struct.pack("!BBHII", 64, 0, 600, 0, 0) + option(3, prefix), mac, name)


class Addresses:
    """This container's own on the interface."""

    def __init__(self, interface):
        with open(f"/sys/class/net/{interface}/address", encoding="ascii") as file:
            self.mac = bytes.fromhex(file.read().strip().replace(":", ""))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            self.ip4 = fcntl.ioctl(one, SIOCGIFADDR, struct.pack("256s", interface.encode()))[20:24]
        with open("/proc/net/if_inet6", encoding="ascii") as file:
            lines = [line.split() for line in file]
        self.ip6 = next(bytes.fromhex(one[0]) for one in lines if one[5] == interface and one[3] == "00")
        self.link_local = bytes.fromhex("fe80") + bytes(6) + bytes([self.mac[0] ^ 2]) + self.mac[1:3] + b"\xff\xfe" + self.mac[3:]


def forbidden4(me, mac, ip4, gateway):
    everywhere = b"\xff" * 4
    tagged = struct.pack("!HH", 5, IPV4)

    def to_neighbour(name, source, source_mac=me.mac):
        return name, ethernet(mac, source_mac, IPV4, ipv4(source, ip4, udp(4000, 4000, name)))

    def offer(name, options=b""):
        return name, ethernet(EVERYBODY, me.mac, IPV4, ipv4(me.ip4, everywhere, udp(67, 68, name), options))

    def claim(name, sender_mac, sender_ip):
        return name, ethernet(EVERYBODY, me.mac, ARP, arp(2, sender_mac, sender_ip, mac, ip4, name))

    def packet(name):
        return ipv4(me.ip4, ip4, udp(4000, 4000, name))

    def other_way(name):
        told = bytes([5, 1, 0, 0]) + me.ip4 + ipv4(ip4, gateway, udp(4000, 4000, name))
        redirect = told[:2] + checksum(told) + told[4:]
        return name, ethernet(mac, me.mac, IPV4, ipv4(me.ip4, ip4, redirect, protocol=ICMP))

    return dict([
        to_neighbour("mac", me.ip4, FOREIGN_MAC),
        to_neighbour("ipv4", ip4[:3] + b"\xc8"),
        to_neighbour("ipv4-of-the-gateway", gateway),
        offer("dhcp"),
        offer("dhcp-behind-options", b"\1\1\1\1"),
        other_way("icmp-redirect"),
        claim("arp-for-the-gateway", me.mac, gateway),
        claim("arp-of-a-foreign-mac", FOREIGN_MAC, me.ip4),
        ("vlan", ethernet(mac, me.mac, VLAN, tagged + packet("vlan"))),
        ("vlan-of-a-service", ethernet(mac, me.mac, SERVICE_VLAN, tagged + packet("vlan-of-a-service"))),
        ("another-protocol", ethernet(mac, me.mac, EXPERIMENT, mark("another-protocol"))),
    ])


def forbidden6(me, mac, ip6):
    foreign = ip6[:15] + b"\xc8"

    def to_neighbour(name, source, source_port, target_port):
        return name, ethernet(mac, me.mac, IPV6, ipv6(source, ip6, UDP, udp(source_port, target_port, name), 6))

    def router(name, *extension):
        packet = ipv6(me.link_local, ALL_NODES, ICMPV6, advertisement(me.mac, name), 2, *extension)
        return name, ethernet(ALL_NODES_MAC, me.mac, IPV6, packet)

    def claim(name, kind, body):
        packet = ipv6(me.link_local, ip6, ICMPV6, discovery(kind, body, me.mac, name), 2)
        return name, ethernet(mac, me.mac, IPV6, packet)

    return dict([
        to_neighbour("ipv6", foreign, 4000, 4000),
        to_neighbour("dhcpv6", me.link_local, 547, 546),
        router("router"),
        router("router-behind-hop-by-hop", bytes([ICMPV6, 0, 1, 4, 0, 0, 0, 0]), HOP_BY_HOP),
        router("router-in-a-fragment", bytes([ICMPV6, 0, 0, 0, 0, 0, 0, 9]), FRAGMENT),
        claim("neighbour-of-a-foreign-address", NEIGHBOUR, b"\x20\0\0\0" + foreign),
        claim("redirect", REDIRECT, bytes(4) + me.link_local + foreign),
    ])


def legal(me, mac, ip4, ip6):
    return {
        "legal-arp": ethernet(EVERYBODY, me.mac, ARP, arp(1, me.mac, me.ip4, bytes(6), ip4, "legal-arp")),
        "legal-ipv4": ethernet(mac, me.mac, IPV4, ipv4(me.ip4, ip4, udp(4000, 4000, "legal-ipv4"))),
        "legal-ipv6": ethernet(mac, me.mac, IPV6, ipv6(me.ip6, ip6, UDP, udp(4000, 4000, "legal-ipv6"), 6)),
    }


def send(interface, mac, ip4, ip6, gateway):
    me = Addresses(interface)
    mac = bytes.fromhex(mac.replace(":", ""))
    ip4, gateway = socket.inet_aton(ip4), socket.inet_aton(gateway)
    ip6 = socket.inet_pton(socket.AF_INET6, ip6)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as wire:
        wire.bind((interface, 0))
        for frames in forbidden4(me, mac, ip4, gateway) | forbidden6(me, mac, ip6), legal(me, mac, ip4, ip6):
            for _ in range(3):
                for frame in frames.values():
                    wire.send(frame)
                    time.sleep(0.02)


def hear(interface):
    heard = set()
    end = time.monotonic() + 90
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) as wire:
        wire.bind((interface, 3))
        print("hears", flush=True)
        while (left := end - time.monotonic()) > 0:
            wire.settimeout(left)
            try:
                frame, (_, _, direction, *_) = wire.recvfrom(65535)
            except TimeoutError:
                break
            found = re.search(rb"frame:([a-z0-9-]+);", frame)
            if not found or direction == socket.PACKET_OUTGOING:
                continue
            heard.add(found[1].decode())
            if heard >= LEGAL:
                end = min(end, time.monotonic() + 3)
    print("\n".join(sorted(heard)))


def names():
    class Nobody:
        mac, ip4, ip6, link_local = bytes(6), bytes(4), bytes(16), bytes(16)

    nobody = Nobody(), bytes(6)
    print("\n".join(sorted(LEGAL | set(forbidden4(*nobody, bytes(4), bytes(4))) | set(forbidden6(*nobody, bytes(16))))))


{"names": names, "send": send, "hear": hear}[sys.argv[1]](*sys.argv[2:])
