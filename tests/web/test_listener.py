"""Clients that ask for much and do not read."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

from kg_server.core.settings import read_settings
from kg_server.web.listener import Patience
from kg_server.web.serve import address

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from kg_server.core.settings import read_settings
from kg_server.web.listener import make_server

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

server = make_server(app, read_settings(port=0), patience=1)
print(server.effective_port, flush=True)
server.run()
"""


@dataclass(eq=False)
class Channel:
    """As much of a connection as is looked at."""

    total_outbufs_len: int
    last_activity: float = 0.0
    will_close: bool = False
    adj: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(outbuf_high_watermark=1000))
    socket: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(shutdown=lambda _how: None))


def test_a_reader_who_takes_nothing_is_hung_up_on() -> None:
    stuck, idle, moving = Channel(10), Channel(0), Channel(10)
    patience = Patience(20)
    for now in range(0, 21, 5):
        moving.last_activity = now
        patience.look_after([stuck, idle, moving], now)
    assert (stuck.will_close, idle.will_close, moving.will_close) == (True, False, False)


def test_the_first_bytes_of_a_slow_answer_are_not_mistaken_for_a_stuck_reader() -> None:
    late = Channel(0, last_activity=-100.0)
    patience = Patience(20)
    patience.look_after([late], 0)
    late.total_outbufs_len = 10
    patience.look_after([late], 25)
    assert not late.will_close


def test_a_reader_who_keeps_a_thread_waiting_too_long_is_hung_up_on() -> None:
    slow, fast = Channel(5000), Channel(5000)
    patience = Patience(20, transfer_seconds=60)
    for now in range(0, 61, 10):
        slow.last_activity = fast.last_activity = now
        fast.total_outbufs_len = 5000 if now < 30 else 500
        patience.look_after([slow, fast], now)
    assert (slow.will_close, fast.will_close) == (True, False)


def test_a_connection_nobody_reads_frees_its_thread() -> None:
    with subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: e\r\n\r\n")
            started = time.monotonic()
            assert server.stdout.readline() == "closed\n"
            assert time.monotonic() - started < 10
        server.terminate()


def test_the_address_is_the_one_people_use() -> None:
    one = SimpleNamespace(effective_port=8123)
    several = SimpleNamespace(effective_listen=[("127.0.0.1", 8124), ("::1", 8124)])
    assert address(read_settings(), one) == "http://127.0.0.1:8123/"
    assert address(read_settings(host="localhost"), several) == "http://localhost:8124/"
    assert address(read_settings(host="::1"), one) == "http://[::1]:8123/"
    assert address(read_settings(public_url="https://example.org/"), one) == "https://example.org/"
