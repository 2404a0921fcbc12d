"""Clients that ask for much and do not read."""

from __future__ import annotations

import contextlib
import http.client
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import SimpleNamespace
from typing import IO, TYPE_CHECKING

import pytest

from kg_server.core.settings import read_settings
from kg_server.web.patience import Patience
from kg_server.web.serve import address

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PROGRAM = """
from kg_server.core.settings import read_settings
from kg_server.web.listener import make_server

{app}
server = make_server(app, read_settings(port=0), patience=1)
print(server.effective_port, flush=True)
server.run()
"""
ENDLESS = """
class Endless:
    def __iter__(self):
        return self

    def __next__(self):
        return b"x" * 65536

    def close(self):
        print("closed", flush=True)

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return Endless()
"""
PARTLY = """
def app(environ, start_response):
    start_response("304 Not Modified" if environ["PATH_INFO"] == "/same" else "200 OK", [])
    return [] if environ["PATH_INFO"] == "/same" else iter([b"one ", b"two"])
"""

WHOLE = """
def app(environ, start_response):
    headers = [("Content-Type", "text/plain"), ("X-Twice", "one"), ("X-Twice", "två")]
    if environ["PATH_INFO"] != "/unknown":
        headers.append(("content-length" if environ["PATH_INFO"] == "/small" else "Content-Length", "5"))
    if environ["PATH_INFO"] == "/dated":
        headers += [("Date", "Thu, 01 Jan 1970 00:00:00 GMT"), ("Server", "app")]
    start_response("200 OK", headers)
    return [b"whole"]
"""


@dataclass(eq=False)
class Channel:
    """As much of a connection as is looked at."""

    total_outbufs_len: int
    sent: int = 0
    will_close: bool = False
    request: SimpleNamespace | None = None
    requests: tuple[object, ...] = ()
    adj: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(outbuf_high_watermark=1000))
    socket: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(shutdown=lambda _how: None))


@contextlib.contextmanager
def served(app: str) -> Iterator[tuple[int, IO[str]]]:
    """The port of a server of the app in a process of its own, and the lines it prints."""
    program = [sys.executable, "-c", PROGRAM.format(app=app)]
    with subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline()), server.stdout
        finally:
            server.terminate()


def test_a_reader_who_takes_nothing_is_hung_up_on() -> None:
    stuck, idle = Channel(10), Channel(0)
    patience = Patience(20, 0.001, 1000, 60)
    for now in range(0, 21, 5):
        patience.look_after([stuck, idle], now)
    assert (stuck.will_close, idle.will_close) == (True, False)


def test_a_reader_has_to_take_so_much_in_every_spell() -> None:
    fast, slow, slower = Channel(10**6), Channel(10**6), Channel(10**6)
    patience = Patience(20, 1000, 10**9, 600)
    for now in range(0, 61, 5):
        fast.sent, slow.sent = 1000 * now, 900 * now
        slower.sent = min(1000 * now, 25_000)
        patience.look_after([fast, slow, slower], now)
        if now == 20:
            assert (slow.will_close, slower.will_close) == (True, False)
    assert (fast.will_close, slower.will_close) == (False, True)


def test_when_too_much_waits_the_slowest_readers_go() -> None:
    fast, slow, fresh = Channel(400), Channel(400), Channel(400)
    patience = Patience(20, 0, 1000, 60)
    patience.look_after([fast, slow], 0)
    fast.sent, slow.sent = 300, 200
    patience.look_after([fast, slow, fresh], 1)
    assert (fast.will_close, slow.will_close, fresh.will_close) == (False, True, False)


def test_the_first_bytes_of_a_slow_answer_are_not_mistaken_for_a_stuck_reader() -> None:
    late = Channel(0)
    patience = Patience(20, 1000, 1000, 60)
    patience.look_after([late], 0)
    late.total_outbufs_len = 10
    patience.look_after([late], 25)
    assert not late.will_close


def test_a_reader_who_keeps_a_thread_waiting_too_long_is_hung_up_on() -> None:
    slow, fast = Channel(5000), Channel(5000)
    patience = Patience(20, 1000, 10**6, 60)
    for now in range(0, 61, 10):
        slow.sent = fast.sent = 1000 * now
        fast.total_outbufs_len = 5000 if now < 30 else 500
        patience.look_after([slow, fast], now)
    assert (slow.will_close, fast.will_close) == (True, False)


def test_a_request_has_to_arrive_in_time() -> None:
    head, body = (SimpleNamespace(headers_finished=finished) for finished in (False, True))
    slow, long, again, served = Channel(0, request=head), Channel(0, request=body), Channel(0), Channel(0)
    served.request, served.requests = head, (object(),)
    patience = Patience(20, 1000, 1000, 60)
    for now in range(0, 61, 5):
        again.request = SimpleNamespace(headers_finished=False)
        patience.look_after([slow, long, again, served], now)
        assert (slow.will_close, long.will_close) == (now >= 20, now >= 60)
    assert (again.will_close, served.will_close) == (False, False)


@pytest.mark.parametrize("head", [b"GET / HTTP/1.1\r\nHost: e\r\n", b"POST / HTTP/1.1\r\nContent-Length: 99\r\n\r\n"])
def test_a_request_that_drips_in_is_hung_up_on(head: bytes) -> None:
    with served(ENDLESS) as (port, _), socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(head)
        assert drip(client, 15) < 8


def drip(client: socket.socket, most_seconds: float) -> float:
    """Send byte after byte; how long the other end went along with it."""
    started = time.monotonic()
    with contextlib.suppress(OSError):
        while time.monotonic() - started < most_seconds:
            client.sendall(b"X")
            time.sleep(0.1)
    return time.monotonic() - started


def test_a_connection_nobody_reads_frees_its_thread() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(app=ENDLESS)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: e\r\n\r\n")
            started = time.monotonic()
            assert server.stdout.readline() == "closed\n"
            assert time.monotonic() - started < 10
        server.terminate()


def test_a_connection_is_kept_after_answers_without_a_body_or_in_pieces_of_unknown_number() -> None:
    with served(PARTLY) as (port, _), contextlib.closing(http.client.HTTPConnection("127.0.0.1", port)) as client:
        client.connect()
        kept = client.sock
        for path, wanted in (("/same", (304, b"")), ("/", (200, b"one two"))) * 2:
            client.request("GET", path)
            reply = client.getresponse()
            assert (reply.status, reply.read()) == wanted
            assert client.sock is kept
        client.request("GET", "/same", headers={"Connection": "close"})
        assert client.getresponse().headers["Connection"] == "close"


@pytest.mark.parametrize("path", ["/", "/small", "/unknown", "/dated"])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.parametrize("connection", ["", "close", "keep-alive"])
def test_the_head_of_an_answer_is_whole(path: str, version: str, connection: str) -> None:
    with served(WHOLE) as (port, _), socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        kept = f"Connection: {connection}\r\n" if connection else ""
        client.sendall(f"GET {path} HTTP/{version}\r\nHost: e\r\n{kept}\r\n".encode())
        with http.client.HTTPResponse(client) as reply:
            reply.begin()
            told = [(name.title(), value) for name, value in reply.getheaders()]
            assert reply.read() == b"whole"
    named = dict(told)
    assert [value for name, value in told if name == "X-Twice"] == ["one", "två"]
    assert [name for name, _ in told].count("Content-Length") == [name for name, _ in told].count("Date") == 1
    assert named["Content-Length"] == "5"
    assert parsedate_to_datetime(named["Date"]).year == (1970 if path == "/dated" else datetime.now(UTC).year)
    wants_close = connection == "close" or (version == "1.0" and connection != "keep-alive")
    assert named.get("Connection", "").lower() == ("close" if wants_close else "keep-alive" if version == "1.0" else "")


def test_the_address_is_the_one_people_use() -> None:
    one = SimpleNamespace(effective_port=8123)
    several = SimpleNamespace(effective_listen=[("127.0.0.1", 8124), ("::1", 8124)])
    assert address(read_settings(), one) == "http://127.0.0.1:8123/"
    assert address(read_settings(host="localhost"), several) == "http://localhost:8124/"
    assert address(read_settings(host="::1"), one) == "http://[::1]:8123/"
    assert address(read_settings(public_url="https://example.org/"), one) == "https://example.org/"
