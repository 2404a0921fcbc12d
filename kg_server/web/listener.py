"""
The server between the app and the network, with bounds on everything a client can do.

waitress hangs up on idle connections, but not on a client that asks for much and then does not read: that one would
keep a thread, and behind it a worker, for as long as it likes. `Patience` closes such connections.
"""

from __future__ import annotations

import contextlib
import socket
import time
from typing import TYPE_CHECKING, Any

import waitress
from waitress.channel import HTTPChannel
from waitress.task import WSGITask

from kg_server.engine.admission import most_at_once
from kg_server.engine.stream import TRANSFER_SECONDS
from kg_server.web.app import MOST_BODY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kg_server.core.settings import Settings

PATIENCE_SECONDS = 20
_MOST_HEADER = 128 * 1024
_SPARE_THREADS = 6


class Patience:
    """Closes connections whose reader has taken nothing for a while, or keeps a thread waiting for much too long."""

    def __init__(self, seconds: float, transfer_seconds: float = TRANSFER_SECONDS) -> None:
        self._seconds = seconds
        self._transfer_seconds = transfer_seconds
        self._quiet: dict[Any, tuple[float, float]] = {}
        self._behind: dict[Any, float] = {}

    def look_after(self, channels: Iterable[Any], now: float) -> None:
        """Close those that are due; called again and again by the thread that owns the connections."""
        pending = [channel for channel in channels if channel.total_outbufs_len]
        behind = [one for one in pending if one.total_outbufs_len > one.adj.outbuf_high_watermark]
        quiet = {channel: self._since(channel, now) for channel in pending}
        self._quiet = {channel: (channel.last_activity, since) for channel, since in quiet.items()}
        self._behind = {channel: self._behind.get(channel, now) for channel in behind}
        due = {channel for channel, since in quiet.items() if now - since >= self._seconds}
        due |= {channel for channel, since in self._behind.items() if now - since >= self._transfer_seconds}
        for channel in due:
            _hang_up(channel)
            self._quiet.pop(channel, None)
            self._behind.pop(channel, None)

    def _since(self, channel: Any, now: float) -> float:
        """Since when nothing has moved, as far as we have looked."""
        activity, since = self._quiet.get(channel, (None, now))
        return since if activity == channel.last_activity else now


def _hang_up(channel: Any) -> None:
    """Have the loop close the connection: what is shut down can be written to at once, and fails."""
    channel.will_close = True
    with contextlib.suppress(OSError):
        channel.socket.shutdown(socket.SHUT_RDWR)


class KeepingTask(WSGITask):  # type: ignore[misc]
    """One request, after which the connection is kept whenever the client can tell where the answer ends."""

    def set_close_on_finish(self) -> None:
        """Close afterwards, but for answers in chunks or without a body, after which waitress would do so always."""
        wants_close = self.version != "1.1" or self.request.headers.get("CONNECTION", "").lower() == "close"
        if wants_close or (self.has_body and not self.chunked_response):
            super().set_close_on_finish()


class KeepingChannel(HTTPChannel):  # type: ignore[misc]
    """A connection whose requests are such tasks."""

    task_class = KeepingTask


def make_server(app: Callable[..., Any], settings: Settings, *, patience: float = PATIENCE_SECONDS) -> Any:
    """A waitress server that listens already; `run` serves until a signal ends it."""
    sockets: dict[int, Any] = {}
    server = waitress.create_server(
        app,
        map=sockets,
        host=settings.host,
        port=settings.port,
        threads=most_at_once(settings) + _SPARE_THREADS,
        channel_request_lookahead=1,  # so that a client who leaves is noticed while a query runs
        connection_limit=2000,
        channel_timeout=patience,
        cleanup_interval=max(1, round(patience / 4)),
        max_request_header_size=_MOST_HEADER,
        max_request_body_size=MOST_BODY,
        asyncore_use_poll=True,
        clear_untrusted_proxy_headers=not settings.proxies,
        ident=None,
    )
    for listener in list(sockets.values()):
        if hasattr(listener, "maintenance"):
            listener.channel_class = KeepingChannel
            _watch(listener, Patience(patience))
    return server


def _watch(listener: Any, patience: Patience) -> None:
    """Have the listener's own upkeep look after slow readers too."""
    usual = listener.maintenance

    def maintenance(now: float) -> None:
        usual(now)
        patience.look_after(list(listener.active_channels.values()), time.monotonic())

    listener.maintenance = maintenance
