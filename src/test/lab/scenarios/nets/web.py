# SPDX-License-Identifier: Apache-2.0
"""Serves pages on port 8000, each a line: what the database has made of six times seven, how often the cache has been asked."""

import glob
import http.server
import socket
import subprocess

ROW = [glob.glob("/usr/lib/postgresql/*/bin/psql")[0], "-At", "-h", "database", "-U", "postgres", "-c", "select 6 * 7"]


def row():
    return subprocess.run(ROW, capture_output=True, text=True, timeout=60, check=True).stdout.strip()


def count():
    with socket.create_connection(("counter", 6379), timeout=30) as cache:
        cache.sendall(b"INCR pages\r\n")
        return cache.recv(64).decode().strip(":\r\n")


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            line, code = f"{row()} {count()}\n", 200
        except (OSError, subprocess.SubprocessError) as error:
            line, code = f"{error}\n{getattr(error, 'stderr', '')}\n", 500
        self.send_response(code)
        self.end_headers()
        self.wfile.write(line.encode())


http.server.ThreadingHTTPServer(("", 8000), Page).serve_forever(poll_interval=60)
