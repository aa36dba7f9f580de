# SPDX-License-Identifier: Apache-2.0
"""A name server on port 53 of an address, UDP and TCP, that knows the zone `example`: name_server.py ADDRESS

nN.example        192.0.2.N, and back
large.example     100 addresses: by UDP it says that the answer is too large
huge.example      2500 addresses, 40 kB
Any other name does not exist.
"""

import socket
import struct
import sys
import threading

A, PTR, AAAA = 1, 12, 28
CUT, AUTHORITATIVE_ANSWER, NO_SUCH_NAME = 0x0200, 0x8480, 3
NO_QUERY = IndexError, UnicodeDecodeError, struct.error, OSError


def name_bytes(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def question(query):
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode().lower())
        at += 1 + query[at]
    return ".".join(labels), struct.unpack_from("!H", query, at + 1)[0], query[12 : at + 5]


def addresses(name):
    """The last two bytes of each address below 192.0."""
    if name == "large.example":
        return [(3, n) for n in range(100)]
    if name == "huge.example":
        return [(4 + n // 250, n % 250) for n in range(2500)]
    label = name.removesuffix(".example")
    if label != name and label[:1] == "n" and label[1:].isdigit() and int(label[1:]) < 256:
        return [(2, int(label[1:]))]
    return []


def records(name, kind):
    """What the zone has of this name and kind; None if there is no such name."""
    if name.endswith(".2.0.192.in-addr.arpa"):
        return [name_bytes(f"n{name.split('.')[0]}.example")] if kind == PTR else []
    found = addresses(name)
    if not found:
        return None
    return [bytes([192, 0, third, fourth]) for third, fourth in found] if kind == A else []


def answer(query, room):
    name, kind, asked = question(query)
    data = records(name, kind)
    flags = AUTHORITATIVE_ANSWER | (NO_SUCH_NAME if data is None else 0)
    body = b"".join(struct.pack("!HHHIH", 0xC00C, kind, 1, 60, len(one)) + one for one in data or [])
    if 12 + len(asked) + len(body) > room:
        flags, data, body = flags | CUT, [], b""
    return query[:2] + struct.pack("!HHHHH", flags, 1, len(data or []), 0, 0) + asked + body


def serve_datagrams(address):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((address, 53))
        while True:
            query, peer = server.recvfrom(4096)
            try:
                server.sendto(answer(query, 512), peer)
            except NO_QUERY as error:
                print(peer, error, flush=True)


def serve_connection(connection):
    with connection, connection.makefile("rb") as stream:
        try:
            while length := stream.read(2):
                reply = answer(stream.read(int.from_bytes(length, "big")), 65535)
                connection.sendall(len(reply).to_bytes(2, "big") + reply)
        except NO_QUERY as error:
            print(error, flush=True)


def serve_connections(address):
    with socket.create_server((address, 53), backlog=128) as server:
        while True:
            connection, _ = server.accept()
            threading.Thread(target=serve_connection, args=(connection,), daemon=True).start()


threading.Thread(target=serve_connections, args=(sys.argv[1],), daemon=True).start()
serve_datagrams(sys.argv[1])
