# SPDX-License-Identifier: Apache-2.0
"""Words over UDP and TCP.

serve PORT…                  answers each word with itself, by both protocols, on every address
say udp|tcp HOST PORT WORD   prints the answer, which must come within 10 s
join GROUP PORT              prints the next word that is sent to the multicast group, which must come within 60 s
"""

import selectors
import socket
import sys


def listener(kind, port):
    try:
        one = socket.socket(socket.AF_INET6, kind)
        one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        everywhere = "::"
    except OSError:
        one = socket.socket(socket.AF_INET, kind)
        everywhere = "0.0.0.0"
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind((everywhere, port))
    if kind == socket.SOCK_STREAM:
        one.listen(128)
    return one


def answer_one(ready):
    if ready.type == socket.SOCK_DGRAM:
        word, peer = ready.recvfrom(65535)
        ready.sendto(word, peer)
        return
    connection, _ = ready.accept()
    with connection:
        connection.settimeout(5)
        try:
            while word := connection.recv(65535):
                connection.sendall(word)
        except OSError:
            pass


def serve(ports):
    ready = selectors.DefaultSelector()
    for port in ports:
        for kind in socket.SOCK_DGRAM, socket.SOCK_STREAM:
            ready.register(listener(kind, int(port)), selectors.EVENT_READ)
    while True:
        for key, _ in ready.select():
            answer_one(key.fileobj)


def say(protocol, host, port, word):
    kind = socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM
    family, _, _, _, address = socket.getaddrinfo(host, int(port), type=kind)[0]
    with socket.socket(family, kind) as peer:
        peer.settimeout(10)
        peer.connect(address)
        peer.sendall(word.encode())
        answer = peer.recv(65535).decode()
        print(answer, flush=True)
        if answer != word:
            sys.exit(f"{word!r} was not answered with itself")


def join(group, port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind((group, int(port)))
        one.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group) + bytes(4))
        one.settimeout(60)
        print("joined", flush=True)
        print(one.recv(65535).decode(), flush=True)


def main(mode, *arguments):
    if mode == "serve":
        serve(arguments)
    elif mode == "say":
        say(*arguments)
    else:
        join(*arguments)


main(*sys.argv[1:])
