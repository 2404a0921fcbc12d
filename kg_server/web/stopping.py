"""Ending well: no new connections, what is under way is finished, within bounds."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from waitress import wasyncore

if TYPE_CHECKING:
    import threading

_LOOK_SECONDS = 0.5
_LOOK_OFTEN_SECONDS = 0.02


def run_until(wants_stop: threading.Event, server: Any, seconds: float) -> None:
    """Serve until the event is set, then no longer than `seconds` more for what is under way."""
    sockets = server.map if hasattr(server, "map") else server._map  # noqa: SLF001 - one listener calls it so
    while not wants_stop.is_set():
        _turn(sockets, _LOOK_SECONDS)
    for listener in [item for item in sockets.values() if hasattr(item, "accept_connections")]:
        wasyncore.dispatcher.close(listener)
    end = time.monotonic() + seconds
    while _hang_up_on_idle(sockets) and time.monotonic() < end:
        _turn(sockets, _LOOK_OFTEN_SECONDS)


def _turn(sockets: dict[int, Any], seconds: float) -> None:
    wasyncore.loop(timeout=seconds, use_poll=True, map=sockets, count=1)


def _hang_up_on_idle(sockets: dict[int, Any]) -> int:
    """How many connections still have an answer to come; the others are closed."""
    channels = [item for item in list(sockets.values()) if hasattr(item, "total_outbufs_len")]
    busy = [channel for channel in channels if channel.requests or channel.total_outbufs_len]
    for channel in set(channels) - set(busy):
        channel.handle_close()
    return len(busy)
