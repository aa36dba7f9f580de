# SPDX-License-Identifier: Apache-2.0
"""Traffic between a container and who measures it.

serve           port 7000 answers each byte with itself, 7001 takes what comes, 7002 gives 32 MiB
out HOST        milliseconds until 32 MiB have come from the container
in HOST         … until it has taken 32 MiB
trips HOST      … for 200 round trips of one byte, one after another
connects HOST   … for 60 connections, one after another, each with one round trip
"""

import socket
import sys
import threading
import time

ECHO, SINK, SOURCE = 7000, 7001, 7002
BULK, BLOCK = 32 << 20, 1 << 18


def drain(connection):
    """Reads to the end; how many bytes that were."""
    block = bytearray(BLOCK)
    count = 0
    while got := connection.recv_into(block):
        count += got
    return count


def pour(connection):
    for _ in range(BULK // BLOCK):
        connection.sendall(bytes(BLOCK))
    connection.shutdown(socket.SHUT_WR)


def answer(connection, port):
    with connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if port == SOURCE:
            pour(connection)
        elif port == SINK:
            drain(connection)
            connection.sendall(b"\1")
        else:
            while byte := connection.recv(1):
                connection.sendall(byte)


def listen(port):
    with socket.create_server(("", port), backlog=128) as server:
        while True:
            connection, _ = server.accept()
            threading.Thread(target=answer, args=(connection, port), daemon=True).start()


def serve():
    for port in ECHO, SINK:
        threading.Thread(target=listen, args=(port,), daemon=True).start()
    listen(SOURCE)


def connect(host, port):
    connection = socket.create_connection((host, port), timeout=120)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def trip(connection):
    connection.sendall(b"\1")
    if connection.recv(1) != b"\1":
        sys.exit("no answer")


def take_out(host):
    with connect(host, SOURCE) as connection:
        if drain(connection) != BULK:
            sys.exit("not all has come")


def put_in(host):
    with connect(host, SINK) as connection:
        pour(connection)
        connection.recv(1)


def trips(host):
    with connect(host, ECHO) as connection:
        for _ in range(200):
            trip(connection)


def connects(host):
    for _ in range(60):
        with connect(host, ECHO) as connection:
            trip(connection)


mode = sys.argv[1]
if mode == "serve":
    serve()
else:
    begin = time.monotonic()
    {"out": take_out, "in": put_in, "trips": trips, "connects": connects}[mode](sys.argv[2])
    print(round((time.monotonic() - begin) * 1000))
