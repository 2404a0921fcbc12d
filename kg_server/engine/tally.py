"""What an engine counts from its start on."""

from __future__ import annotations

import threading
from collections import Counter

STOPPED = ("deadline", "memory", "depth", "left", "busy", "fault")
"""
Why a worker was ended before its query was done: time, memory, a stack that overflowed, nobody waiting any more, no
place among the slow ones, or a fault of its own.
"""


class Tally:
    """Counts by name; safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._seconds = 0.0

    def add(self, name: str) -> None:
        """Count one more."""
        with self._lock:
            self._counts[name] += 1

    def add_seconds(self, seconds: float) -> None:
        """Count the processor time of a query that a worker has done."""
        with self._lock:
            self._seconds += seconds

    @property
    def seconds(self) -> float:
        """Processor seconds of all queries that workers have done."""
        return self._seconds

    def __getitem__(self, name: str) -> int:
        """How often it has been counted."""
        return self._counts[name]
