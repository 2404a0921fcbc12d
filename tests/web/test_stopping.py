"""A service that is told to stop finishes what it has begun, within bounds."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SIZE = 3_000_000
PROGRAM = f"""
import signal, sys, threading, time
from kg_server.core.settings import read_settings
from kg_server.web.listener import make_server
from kg_server.web.stopping import run_until

def app(environ, start_response):
    time.sleep(float(environ["PATH_INFO"].strip("/")))
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "{SIZE}")])
    return [b"x" * {SIZE}]

wants_stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: wants_stop.set())
server = make_server(app, read_settings(port=0, host=sys.argv[2]))
listeners = getattr(server, "effective_listen", None)
print(listeners[0][1] if listeners else server.effective_port, flush=True)
run_until(wants_stop, server, float(sys.argv[1]))
"""


@contextmanager
def service(seconds: float, host: str = "127.0.0.1") -> Iterator[tuple[subprocess.Popen[str], int]]:
    arguments = [sys.executable, "-c", PROGRAM, str(seconds), host]
    with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


def connect(port: int, request: str = "") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(request.encode())
    return connection


def read_all(connection: socket.socket) -> bytes:
    read = bytearray()
    while piece := connection.recv(65536):
        read += piece
    return bytes(read)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_request_under_way_is_answered_whole(host: str) -> None:
    with service(20, host) as (process, port), connect(port, "GET /0.7 HTTP/1.1\r\nHost: e\r\n\r\n") as asking:
        with connect(port) as idle:
            time.sleep(0.3)
            process.send_signal(signal.SIGTERM)
            assert idle.recv(10) == b""
        with pytest.raises(ConnectionError):
            connect(port)
        head, _, body = read_all(asking).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200")
        assert len(body) == SIZE
        assert process.wait(10) == 0


def test_what_takes_too_long_is_given_up() -> None:
    with service(0.5) as (process, port), connect(port, "GET /60 HTTP/1.1\r\nHost: e\r\n\r\n"):
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0


def test_an_idle_service_stops_at_once() -> None:
    with service(60) as (process, port), connect(port):
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
