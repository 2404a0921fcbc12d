"""
Same work at the same time is done once: the first does it, the others wait for what comes of it.

Whoever waits keeps a thread, so that only so many do; the others do the work themselves, if they may.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator


class Flights:
    """What is under way, by its key; safe to use from many threads."""

    def __init__(self, wait_seconds: float, most_waiting: int) -> None:
        self._wait_seconds = wait_seconds
        self._places = threading.Semaphore(most_waiting)
        self._lock = threading.Lock()
        self._under_way: dict[Hashable, threading.Lock] = {}

    @contextmanager
    def turn(self, key: Hashable) -> Iterator[bool]:
        """Whether one is the first; the others come in when the first is done, or takes too long."""
        with self._lock:
            other = self._under_way.get(key)
            if other is None:
                mine = self._under_way[key] = threading.Lock()
                mine.acquire()
        if other is not None:
            if self._places.acquire(blocking=False):
                try:
                    if other.acquire(timeout=self._wait_seconds):
                        other.release()
                finally:
                    self._places.release()
            yield False
            return
        try:
            yield True
        finally:
            with self._lock:
                del self._under_way[key]
            mine.release()
