# SPDX-License-Identifier: Apache-2.0
"""As much as it can for so many seconds; prints how much that was.

datagrams SECONDS HOST  UDP to port 9 of the host
names SECONDS           queries to 127.0.0.11, answers unread
garbage SECONDS         to 127.0.0.11: bytes that are no queries, connections that end in the middle of one, and some
                        that ask and never read
"""

import os
import random
import socket
import struct
import sys
import time

RESOLVER = ("127.0.0.11", 53)
QUERY = struct.pack("!HHHHHH", 7, 0x0100, 1, 0, 0, 0) + b"\4none\7example\0" + struct.pack("!HH", 1, 1)


def many(send):
    count = refused = 0
    end = time.monotonic() + float(sys.argv[2])
    while time.monotonic() < end:
        for _ in range(64):
            try:
                send()
                count += 1
            except OSError:
                refused += 1
    print("sent", count, "refused", refused)


def datagrams(to, content):
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    return lambda: one.sendto(content(), to)


def connection(held):
    """Keeps the last hundred connections open."""
    one = socket.create_connection(RESOLVER, timeout=2)
    held.append(one)
    kind = random.randrange(3)
    one.sendall([b"\xff\xff" + QUERY, b"\0", (len(QUERY).to_bytes(2, "big") + QUERY) * 50][kind])
    if len(held) > 100:
        held.pop(0).close()


def garbage():
    held = []
    send = datagrams(RESOLVER, lambda: os.urandom(random.randrange(5000)))

    def either():
        if random.randrange(20):
            send()
        else:
            connection(held)

    return either


mode = sys.argv[1]
if mode == "datagrams":
    many(datagrams((sys.argv[3], 9), lambda: bytes(1000)))
elif mode == "names":
    many(datagrams(RESOLVER, lambda: QUERY))
else:
    many(garbage())
