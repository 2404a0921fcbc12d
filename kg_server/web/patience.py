"""How long a client may take over its request, and over taking what waits for it: longer than waitress minds."""

from __future__ import annotations

import contextlib
import math
import socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_WHOLE = 3


class Patience:
    """
    Closes connections of those who ask too slowly, or take too little of what waits for them.

    The head of a request has to arrive within `seconds`, and the whole of it within three times that. A reader has to
    take so many bytes a second over every spell of `seconds`, and may not keep a thread waiting for longer than
    `transfer_seconds`. When more than `most_unread` bytes wait for all readers together, the slowest go.
    """

    def __init__(self, seconds: float, rate: float, most_unread: int, transfer_seconds: float) -> None:
        self._seconds = seconds
        self._rate = rate
        self._most_unread = most_unread
        self._transfer_seconds = transfer_seconds
        self._spells: dict[Any, tuple[float, int]] = {}
        self._behind: dict[Any, float] = {}
        self._arriving: dict[Any, tuple[Any, float]] = {}

    def look_after(self, channels: Iterable[Any], now: float) -> None:
        """Close those that are due; called again and again by the thread that owns the connections."""
        channels = list(channels)
        pending = [channel for channel in channels if channel.total_outbufs_len]
        behind = [one for one in pending if one.total_outbufs_len > one.adj.outbuf_high_watermark]
        self._behind = {channel: self._behind.get(channel, now) for channel in behind}
        self._spells = {channel: self._spells.get(channel, (now, channel.sent)) for channel in pending}
        speeds = {channel: self._speed(channel, now) for channel in pending}
        due = {channel for channel, since in self._behind.items() if now - since >= self._transfer_seconds}
        for channel in pending:
            if now - self._spells[channel][0] >= self._seconds:
                due |= {channel} if speeds[channel] < self._rate else set()
                self._spells[channel] = now, channel.sent
        for channel in due | self._slowest(speeds) | self._late(channels, now):
            _hang_up(channel)
            self._spells.pop(channel, None)
            self._behind.pop(channel, None)

    def _late(self, channels: Iterable[Any], now: float) -> set[Any]:
        """Those whose request should have arrived by now."""
        arriving = [channel for channel in channels if channel.request is not None and not channel.requests]
        begun = {channel: self._arriving.get(channel, (None, now)) for channel in arriving}
        self._arriving = {
            channel: (channel.request, since if request is channel.request else now)
            for channel, (request, since) in begun.items()
        }
        return {
            channel
            for channel, (request, since) in self._arriving.items()
            if now - since >= self._seconds * (_WHOLE if request.headers_finished else 1)
        }

    def _speed(self, channel: Any, now: float) -> float:
        """How many bytes a second the reader took in this spell; endless where it has only begun."""
        since, sent = self._spells[channel]
        return (channel.sent - sent) / (now - since) if now > since else math.inf

    def _slowest(self, speeds: Mapping[Any, float]) -> set[Any]:
        """Those who have to go so that no more waits for the others than may."""
        unread = sum(channel.total_outbufs_len for channel in speeds)
        slowest = set()
        for channel in sorted(speeds, key=lambda one: speeds[one]):
            if unread <= self._most_unread:
                break
            slowest.add(channel)
            unread -= channel.total_outbufs_len
        return slowest


def _hang_up(channel: Any) -> None:
    """Have the loop close the connection: what is shut down can be written to at once, and fails."""
    channel.will_close = True
    with contextlib.suppress(OSError):
        channel.socket.shutdown(socket.SHUT_RDWR)
