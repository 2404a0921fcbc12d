"""
The server between the app and the network, with bounds on everything a client can do.

What a reader does not take at once of an answer is kept in memory, and beyond a megabyte in a file without a name;
whoever made it is free from then on, however slowly it is read. waitress hangs up on idle connections, but not on a
client that asks for much and hardly reads: `Patience` closes such connections. What waitress itself refuses, because it
is too large or no HTTP, is told of by the app, and told to the end: hanging up on a client that still sends would lose
the words.
"""

from __future__ import annotations

import io
import math
import select
import socket
import time
from typing import TYPE_CHECKING, Any

import waitress
from waitress.channel import HTTPChannel
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import InternalServerError, build_http_date
from werkzeug.exceptions import default_exceptions

from kg_server.engine.admission import most_at_once
from kg_server.engine.stream import TRANSFER_SECONDS
from kg_server.web.app import MOST_BODY
from kg_server.web.patience import Patience
from kg_server.web.threads import Threads
from kg_server.web.trace import trace_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from wsgiref.types import WSGIEnvironment

    from kg_server.core.settings import Settings

PATIENCE_SECONDS = 20
_MOST_HEADER = 128 * 1024
_MOST_UNHEARD = 8 * MOST_BODY
"""Bytes taken from a client that sends on after it was refused."""

_UNREAD = {"command": "GET", "path": "/", "request_uri": "/", "query": "", "url_scheme": "http"}
"""What stands for the parts of a request that could not be read."""

_SPARE_THREADS = 6
_MEGABYTE = 1024 * 1024
_SMALL = 64 * 1024
_PORTION = 256 * 1024
_AT_ONCE_SECONDS = 0.1


class KeepingTask(WSGITask):  # type: ignore[misc]
    """One request, after which the connection is kept whenever the client can tell where the answer ends."""

    def build_response_header(self) -> bytes:
        """Nothing yet: the head goes out with the first bytes of the body."""
        self.channel.head = self._usual_head() or super().build_response_header()
        return b""

    def _usual_head(self) -> bytes:
        """
        The head of an answer of known length on a connection that is kept, as the app has written it.

        waitress spells and sorts every header anew, which takes as long as all else it does with an answer.
        """
        told = dict(self.response_headers)
        is_usual = self.version == "1.1" and self.has_body and "CONNECTION" not in self.request.headers
        if not is_usual or "Content-Length" not in told or not told.keys().isdisjoint(("Date", "Server")):
            return b""
        date = "Date", build_http_date(self.start_time)
        lines = [f"{name}: {value}\r\n" for name, value in (*self.response_headers, date)]
        return f"HTTP/1.1 {self.status}\r\n{''.join(lines)}\r\n".encode("latin-1")

    def finish(self) -> None:
        """End the answer, be it without a body."""
        super().finish()
        self.channel.write_head()

    def set_close_on_finish(self) -> None:
        """Close afterwards, but for answers in chunks or without a body, after which waitress would do so always."""
        wants_close = self.version != "1.1" or self.request.headers.get("CONNECTION", "").lower() == "close"
        if wants_close or (self.has_body and not self.chunked_response):
            super().set_close_on_finish()


class RefusedTask(WSGITask):  # type: ignore[misc]
    """A request that is too large or no HTTP: the app tells what is wrong with it."""

    def execute(self) -> None:
        """Answer, after which nothing more is taken."""
        self.set_close_on_finish()
        super().execute()

    def get_environment(self) -> WSGIEnvironment:
        """What the app is given: as much as could be read, without a body."""
        for name, value in _UNREAD.items():
            if not hasattr(self.request, name):
                setattr(self.request, name, value)
        environ: WSGIEnvironment = super().get_environment()
        environ |= {"wsgi.input": io.BytesIO(), "CONTENT_LENGTH": "0"}
        trace_of(environ).failure = default_exceptions[self.request.error.code]()
        return environ


def _error_task(channel: Channel, request: Any) -> Any:
    """Who tells of an error: the app, unless it is the app that failed."""
    return (ErrorTask if isinstance(request.error, InternalServerError) else RefusedTask)(channel, request)


class Channel(HTTPChannel):  # type: ignore[misc]
    """
    A connection that is kept between requests, and knows how many bytes its reader has taken.

    One that is refused is heard for a while before it is closed, so that it can read why.
    """

    task_class = KeepingTask
    error_task_class = staticmethod(_error_task)
    head = b""
    sent = 0
    _is_refused = False
    _unheard = _MOST_UNHEARD
    _hears_until = math.inf

    def received(self, data: bytes) -> bool:
        """Take what a client sends, but nothing of what comes after a request that is refused."""
        if not self._is_refused:
            taken = bool(super().received(data))
            self._is_refused = any(request.error for request in self.requests)
            return taken
        self._unheard -= len(data)
        if self._unheard < 0 or time.monotonic() > self._hears_until:
            super().handle_close()
        return True

    def readable(self) -> bool:
        """Whether there may be something to take."""
        return self._hears_until < math.inf or bool(super().readable())

    def handle_close(self) -> None:
        """Close; a client that was refused is first told that nothing more comes."""
        if not self._is_refused or self._hears_until < math.inf or not self.connected:
            super().handle_close()
            return
        self.will_close = False
        self._hears_until = time.monotonic() + PATIENCE_SECONDS
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            super().handle_close()

    def write_soon(self, data: Any) -> int:
        """How many bytes are on their way: those of the head that waits for them, and of the body."""
        if not data:
            return 0
        if isinstance(data, bytes) and len(data) <= _SMALL:
            head, self.head = self.head, b""
            return int(super().write_soon(head + data))
        ahead = self.write_head()
        if isinstance(data, bytes) and len(data) > self.adj.outbuf_overflow:
            data = self._hand_over(data)
        return ahead + int(super().write_soon(data))

    def write_head(self) -> int:
        """How many bytes of the head are on their way, if it still waits."""
        head, self.head = self.head, b""
        return int(super().write_soon(head))

    def _hand_over(self, data: bytes) -> bytes:
        """What is left of the data when the reader has taken what they take at once; only that needs a place."""
        ready = select.poll()
        ready.register(self.socket, select.POLLOUT)
        until = time.monotonic() + _AT_ONCE_SECONDS
        at = 0
        with self.outbuf_lock, memoryview(data) as view:
            while at < len(data) and self.connected and not self.total_outbufs_len:
                left = until - time.monotonic()
                if left <= 0 or not ready.poll(left * 1000):
                    break
                at += self.send(view[at : at + _PORTION], do_close=False)
        self.last_activity = time.time()
        return data[at:]

    def send(self, data: Any, do_close: bool = True) -> int:
        """How many of the bytes went out."""
        taken = int(super().send(data, do_close=do_close))
        self.sent += taken
        return taken


def make_server(app: Callable[..., Any], settings: Settings, *, patience: float = PATIENCE_SECONDS) -> Any:
    """A waitress server that listens already; `run` serves until a signal ends it."""
    sockets: dict[int, Any] = {}
    server = waitress.create_server(
        app,
        map=sockets,
        host=settings.host,
        port=settings.port,
        _dispatcher=Threads(most_at_once(settings) + _SPARE_THREADS),
        channel_request_lookahead=1,  # so that a client who leaves is noticed while a query runs
        connection_limit=2000,
        channel_timeout=patience,
        cleanup_interval=1,
        outbuf_high_watermark=2 * settings.max_megabytes * _MEGABYTE,
        max_request_header_size=_MOST_HEADER,
        max_request_body_size=MOST_BODY,
        asyncore_use_poll=True,
        clear_untrusted_proxy_headers=not settings.proxies,
        ident=None,
    )
    for listener in list(sockets.values()):
        if hasattr(listener, "maintenance"):
            listener.channel_class = Channel
            unread, rate = settings.unread_megabytes * _MEGABYTE, settings.reader_kilobytes * 1024
            _watch(listener, Patience(patience, rate, unread, TRANSFER_SECONDS))
    return server


def _watch(listener: Any, patience: Patience) -> None:
    """Have the listener's own upkeep look after slow readers too."""
    usual = listener.maintenance

    def maintenance(now: float) -> None:
        usual(now)
        patience.look_after(list(listener.active_channels.values()), time.monotonic())

    listener.maintenance = maintenance
