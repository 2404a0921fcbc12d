"""
Who may work when: a fast lane that every query enters, a few places for the slow ones, and a bounded line before each.

The states a query goes through stand in docs/decisions/0012-admission.md.
"""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from kg_server.core.errors import EngineBusy, QueryCancelled
from kg_server.engine.base import Stats
from kg_server.engine.tally import STOPPED, Tally

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg_server.core.settings import Settings

POLL_SECONDS = 0.1
"""How often somebody who waits looks whether the client is still there."""

_LANE_PLACES_PER_WORKER = 4
_MOST_RETRY_SECONDS = 60
_LEARNING = 0.2


class Line:
    """So many places, and a bounded line of those who wait for one: first come, first served."""

    def __init__(self, places: int, length: int, typical_seconds: float = 0.0) -> None:
        self._places = places
        self._free = places
        self._length = length
        self._waiting: deque[object] = deque()
        self._changed = threading.Condition()
        self._typical_seconds = typical_seconds

    @property
    def taken(self) -> int:
        """How many places are taken."""
        return self._places - self._free

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return len(self._waiting)

    def enter_at_once(self) -> bool:
        """Whether there was a place; it is the caller's then."""
        with self._changed:
            if not self._free or self._waiting:
                return False
            self._free -= 1
            return True

    def enter(self, seconds: float, is_left: Callable[[], bool]) -> None:
        """Take a place; raises `EngineBusy` when the line is full or the wait too long, and `QueryCancelled`."""
        if self.enter_at_once():
            return
        until = time.monotonic() + seconds
        me = object()
        with self._changed:
            if len(self._waiting) >= self._length and not (self._free and not self._waiting):
                raise self._busy()
            self._waiting.append(me)
            try:
                while not self._free or self._waiting[0] is not me:
                    left = until - time.monotonic()
                    if left <= 0:
                        raise self._busy()
                    self._changed.wait(min(left, POLL_SECONDS))
                    if is_left():
                        raise cancelled()
                self._free -= 1
            finally:
                self._waiting.remove(me)
                self._changed.notify_all()

    def leave(self, held: float) -> None:
        """Give a place back that was held for so many seconds."""
        with self._changed:
            self._free += 1
            self._typical_seconds += _LEARNING * (held - self._typical_seconds)
            if self._waiting:
                self._changed.notify_all()

    def _busy(self) -> EngineBusy:
        wait = self._typical_seconds * (len(self._waiting) + 1) / self._places
        return EngineBusy(
            "Every worker is occupied.",
            hint="Try again in {retry_after} seconds.",
            retry_after=min(_MOST_RETRY_SECONDS, max(1, math.ceil(wait))),
        )


class Turn:
    """The place of one query: in the lane at first, among the slow ones when it takes longer."""

    def __init__(self, admission: Admission, is_left: Callable[[], bool]) -> None:
        self.is_left = is_left
        self.is_slow = False
        self.fast_seconds = admission.fast_seconds
        self.tally = admission.tally
        self._admission = admission
        self._line: Line | None = None
        self._since = 0.0
        admission.lane.enter(admission.queue_seconds, is_left)
        self._hold(admission.lane)

    def slow_down_at_once(self) -> bool:
        """Leave the lane for a place among the slow ones, if one is free; otherwise for none at all."""
        self.end()
        self.is_slow = True
        if not self._admission.slow.enter_at_once():
            return False
        self._hold(self._admission.slow)
        return True

    def wait_among_slow(self, seconds: float) -> None:
        """Wait for a place among the slow ones; raises `EngineBusy` and `QueryCancelled`."""
        self._admission.slow.enter(min(seconds, self._admission.queue_seconds), self.is_left)
        self._hold(self._admission.slow)

    def end(self) -> None:
        """Give the place back, if there is one."""
        line, self._line = self._line, None
        if line is not None:
            line.leave(time.monotonic() - self._since)

    def _hold(self, line: Line) -> None:
        self._line = line
        self._since = time.monotonic()


class Admission:
    """The lane and the places of the slow, the same for every build this engine serves."""

    def __init__(self, settings: Settings) -> None:
        self._workers = settings.workers
        self.lane = Line(lane_places(settings), settings.queue_length)
        self.slow = Line(settings.workers, settings.queue_length, settings.query_seconds / 2)
        self.fast_seconds = settings.fast_seconds
        self.queue_seconds = settings.queue_seconds
        self.tally = Tally()

    def admit(self, is_left: Callable[[], bool]) -> Turn:
        """A place in the lane; raises `EngineBusy` and `QueryCancelled`."""
        return Turn(self, is_left)

    def stats(self) -> Stats:
        """Who works and who waits at the moment, and what has been counted."""
        return Stats(
            workers=self._workers,
            lane_taken=self.lane.taken,
            lane_waiting=self.lane.waiting,
            slow_taken=self.slow.taken,
            slow_waiting=self.slow.waiting,
            cut=self.tally["cut"],
            seconds=self.tally.seconds,
            stopped={reason: self.tally[reason] for reason in STOPPED},
        )


def lane_places(settings: Settings) -> int:
    """How many queries may be in the lane."""
    return _LANE_PLACES_PER_WORKER * settings.workers


def most_at_once(settings: Settings) -> int:
    """How many queries may be under way or waiting at the same time, also for the answer to another that is equal."""
    away = settings.workers + settings.queue_length if settings.services else 0
    return lane_places(settings) + settings.workers + 3 * settings.queue_length + away


def cancelled() -> QueryCancelled:
    """The error for a query nobody waits for any more."""
    return QueryCancelled("The client left before the answer was ready.")
