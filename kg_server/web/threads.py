"""
The threads that answer: the one that was busy last gets the next request, as what it needs is still at hand.

waitress takes the thread that has been idle the longest, so that each request meets another one of them, cold.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from queue import SimpleQueue
from typing import Any

_logger = logging.getLogger(__name__)


class Threads:
    """Does tasks as waitress gives them, up to so many at once; a thread is started when none is idle, and stays."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._changed = threading.Condition()
        self._started = 0
        self._idle: list[SimpleQueue[Any]] = []
        self._waiting: deque[Any] = deque()
        self._ends = False

    @property
    def idle(self) -> int:
        """How many threads wait for a task."""
        return len(self._idle)

    def add_task(self, task: Any) -> None:
        """Have the task done, as soon as a thread is idle."""
        with self._changed:
            if self._idle:
                self._idle.pop().put(task)
            elif self._started == self._most or self._ends or not self._start(task):
                self._waiting.append(task)

    def _start(self, task: Any) -> bool:
        """Whether the system gives a new thread, which does the task first."""
        try:
            threading.Thread(target=self._work, args=(task,), name="answers", daemon=True).start()
        except RuntimeError:
            return False
        self._started += 1
        return True

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        """End the threads once they are done, and cancel what nobody has begun; whether there was any."""
        until = time.monotonic() + timeout
        with self._changed:
            self._ends = True
            for mine in self._idle:
                mine.put(None)
            self._idle.clear()
            waiting, self._waiting = self._waiting, deque()
            self._changed.wait_for(lambda: not self._started, max(0.0, until - time.monotonic()))
        if cancel_pending:
            for task in waiting:
                task.cancel()
        return bool(cancel_pending and waiting)

    def _work(self, task: Any) -> None:
        mine: SimpleQueue[Any] = SimpleQueue()
        while task is not None:
            try:
                task.service()
            except BaseException:
                _logger.exception("a request failed outside the app")
            task = self._next(mine)
        with self._changed:
            self._started -= 1
            self._changed.notify_all()

    def _next(self, mine: SimpleQueue[Any]) -> Any:
        with self._changed:
            if self._waiting:
                return self._waiting.popleft()
            if self._ends:
                return None
            self._idle.append(mine)
        return mine.get()
