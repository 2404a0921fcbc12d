"""As many workers as the settings allow, lent out one query at a time."""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING

from kg_server.core.errors import EngineBusy

if TYPE_CHECKING:
    from kg_server.engine.forker import Fork, Forker


class Pool:
    """Lends workers to threads; whoever takes one must give it back or end it."""

    def __init__(self, forker: Forker, workers: int, queue_seconds: float) -> None:
        self._forker = forker
        self._places = threading.BoundedSemaphore(workers)
        self._queue_seconds = queue_seconds
        self._lock = threading.Lock()
        self._idle: list[Fork] = []

    def take(self) -> Fork:
        """A worker that is alive; raises `EngineBusy` when none is free in time."""
        if not self._places.acquire(timeout=self._queue_seconds):
            raise EngineBusy(
                "Every worker is occupied.",
                hint="Try again in {retry_after} seconds.",
                retry_after=max(1, math.ceil(self._queue_seconds)),
            )
        try:
            while fork := self._take_idle():
                if fork.family == self._forker.family and not fork.wire.is_closed():
                    return fork
                self._forker.end(fork, kills=True)
            return self._forker.fork()
        except BaseException:
            self._places.release()
            raise

    def give_back(self, fork: Fork) -> None:
        """Lend the worker to the next query."""
        with self._lock:
            self._idle.append(fork)
        self._places.release()

    def end(self, fork: Fork, *, kills: bool) -> int | None:
        """Take the worker out of use; gives its exit status as `Forker.end` does."""
        try:
            return self._forker.end(fork, kills=kills)
        finally:
            self._places.release()

    def close(self) -> None:
        """Hang up on every idle worker."""
        with self._lock:
            idle, self._idle = self._idle, []
        for fork in idle:
            fork.wire.close()

    def _take_idle(self) -> Fork | None:
        with self._lock:
            return self._idle.pop() if self._idle else None
