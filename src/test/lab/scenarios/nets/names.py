# SPDX-License-Identifier: Apache-2.0
"""Asks the resolver 127.0.0.11.

together NAME COUNT    COUNT queries at once, `%d` of NAME being the number of each; prints what became of them
one-by-one NAME COUNT  one after another; prints the milliseconds that all took
"""

import collections
import select
import socket
import struct
import sys
import time

RESOLVER = ("127.0.0.11", 53)
PATIENCE_S = 60


def query(number, name):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack("!HHHHHH", number, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", 1, 1)


def verdict(number, asked, reply):
    identity, flags, _, answers, _, _ = struct.unpack_from("!HHHHHH", reply)
    if identity != number or reply[12 : len(asked)] != asked[12:]:
        return "another's answer"
    return f"code {flags & 15}" if flags & 15 else "answered" if answers else "empty"


def ask(number, name):
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.connect(RESOLVER)
    asked = query(number, name)
    one.send(asked)
    return one, (number, asked)


def together(name, count):
    waiting = dict(ask(n, name % n if "%d" in name else name) for n in range(count))
    seen = collections.Counter()
    end = time.monotonic() + PATIENCE_S
    while waiting and (left := end - time.monotonic()) > 0:
        for one in select.select(list(waiting), [], [], left)[0]:
            number, asked = waiting.pop(one)
            try:
                seen[verdict(number, asked, one.recv(65535))] += 1
            except OSError as error:
                seen[str(error)] += 1
    if waiting:
        seen[f"not answered in {PATIENCE_S} s"] = len(waiting)
    print(", ".join(f"{times} {what}" for what, times in sorted(seen.items())))


def one_by_one(name, count):
    begin = time.monotonic()
    for n in range(count):
        one, (number, asked) = ask(n, name)
        with one:
            one.settimeout(PATIENCE_S)
            what = verdict(number, asked, one.recv(65535))
        if what != "answered":
            sys.exit(f"query {n}: {what}")
    print(round((time.monotonic() - begin) * 1000))


{"together": together, "one-by-one": one_by_one}[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
