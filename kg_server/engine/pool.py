"""The workers of one build, lent out one query at a time, for as long as anybody uses the build."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg_server.engine.columns import Columns
    from kg_server.engine.forker import Fork, Forker


class Pool:
    """
    Lends workers to threads; whoever takes one must give it back or end it.

    A pool that is retired closes once nobody holds it and no worker is lent.
    """

    def __init__(self, digest: str, forker: Forker, kept: int, columns: Columns | None = None) -> None:
        self.digest = digest
        self.columns = columns
        self._forker = forker
        self._kept = kept
        self._least_idle = 0
        self._lock = threading.Lock()
        self._idle: list[Fork] = []
        self._holders = 0
        self._is_retired = False
        self.is_closed = False

    def take(self) -> Fork:
        """A worker that is alive, from those that are idle or else a fresh one."""
        self.hold()
        try:
            while fork := self._take_idle():
                if fork.family == self._forker.family and not fork.wire.is_closed():
                    return fork
                self._forker.end(fork, kills=True)
            return self._forker.fork()
        except BaseException:
            self.release()
            raise

    def give_back(self, fork: Fork) -> None:
        """Lend the worker to the next query; one that comes back when all is closed is hung up on."""
        with self._lock:
            is_over = self.is_closed
            if not is_over:
                self._idle.append(fork)
        if is_over:
            fork.wire.close()
        self.release()

    def end(self, fork: Fork, *, kills: bool) -> int | None:
        """Take the worker out of use; gives its exit status as `Forker.end` does."""
        try:
            return self._forker.end(fork, kills=kills)
        finally:
            self.release()

    def slow_down(self, fork: Fork, *, runs: bool) -> None:
        """Let the worker have only the processor time others leave, or with `runs` false none for now."""
        self._forker.slow_down(fork, runs=runs)

    def trim(self) -> None:
        """End the workers nobody has needed since the last call, but for the few that are always kept."""
        with self._lock:
            spare = max(0, self._least_idle - self._kept)
            ending, self._idle = self._idle[:spare], self._idle[spare:]
            self._least_idle = len(self._idle)
        for fork in ending:
            self._forker.end(fork, kills=True)

    def hold(self) -> None:
        """Keep the build in use until `release`."""
        with self._lock:
            self._holders += 1

    def release(self) -> None:
        """Let go of the build; the last one closes it once it is retired."""
        with self._lock:
            self._holders -= 1
            is_over = self._is_retired and not self._holders
        if is_over:
            self.close()

    def retire(self) -> None:
        """Close as soon as nobody uses the build any more."""
        self.hold()
        with self._lock:
            self._is_retired = True
        self.release()

    def close(self) -> None:
        """End the workers and their parent, whoever still uses them."""
        with self._lock:
            idle, self._idle = self._idle, []
            self.is_closed = True
        for fork in idle:
            fork.wire.close()
        self._forker.close()

    def _take_idle(self) -> Fork | None:
        with self._lock:
            fork = self._idle.pop() if self._idle else None
            self._least_idle = min(self._least_idle, len(self._idle))
            return fork
