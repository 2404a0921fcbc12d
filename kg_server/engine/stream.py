"""An answer on its way from a worker to whoever reads it, within the time it may take."""

from __future__ import annotations

import json
import math
import signal
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from kg_server.core.errors import EngineBusy, EngineError, KgError, QueryTimeout, QueryTooLarge
from kg_server.engine.admission import POLL_SECONDS, cancelled
from kg_server.engine.base import Answer, Kind
from kg_server.engine.failures import failure_of
from kg_server.engine.wire import (
    DATA,
    END,
    FAILURE,
    HEAD,
    MEMORY_EXIT,
    MOST_AHEAD,
    PIECE,
    End,
    WireClosedError,
    read_head,
)

if TYPE_CHECKING:
    from typing import Self

    from kg_server.engine.admission import Turn
    from kg_server.engine.forker import Fork
    from kg_server.engine.gate import Outline
    from kg_server.engine.pool import Pool
    from kg_server.engine.wire import Head

TRANSFER_SECONDS = 60.0
"""How long a reader may keep a worker that has already found the answer."""

_MOST_STRETCH = 10
_LEAST_STAY = 0.005


class Stream:
    """The pieces of one answer. The time spent waiting for the worker counts, the reader's own does not."""

    def __init__(self, pool: Pool, fork: Fork, turn: Turn, *, seconds: float, megabytes: int) -> None:
        self._pool = pool
        self._fork: Fork | None = fork
        self._turn = turn
        self._seconds = seconds
        self._megabytes = megabytes
        self._left = seconds
        self._fast_left = turn.fast_seconds
        self._is_nice = False
        self._runs = True
        self._started = time.monotonic()
        self._end_of_transfer = time.monotonic() + max(TRANSFER_SECONDS, seconds)
        self._ready: deque[bytes] = deque()

    def open(self, request: bytes, outline: Outline) -> Answer:
        """Put the question and wait for the first bytes; an answer done within the lane's time frees its worker."""
        try:
            if self._fork is not None:
                self._fork.wire.send(request, self._seconds)
        except WireClosedError as exc:
            raise self._lost() from exc
        except TimeoutError as exc:
            raise self._timeout() from exc
        letter, payload = self._receive()
        while letter == DATA:
            self._ready.append(payload)
            letter, payload = self._receive()
        if letter == FAILURE:
            raise self._failure(json.loads(payload), outline)
        if letter != HEAD:
            raise self._lost()
        return self._begin(*read_head(payload))

    def _begin(self, head: Head, piece: bytes) -> Answer:
        """The answer, by the first word about it and the piece that comes with it."""
        self._left = math.inf  # it is evaluated; what is left is to hand it over
        if not head.start:
            self._ready.clear()
        if piece:
            self._ready.append(piece)
        if head.truncated is not None:
            self._turn.tally.add("cut")
        if head.end is not None:
            self._part(head.end)
        self._read_ahead()
        return Answer(Kind(head.kind), head.media_type, self, self._pool.digest, head.truncated)

    def _read_ahead(self) -> None:
        """Read what comes within the lane's time; an answer longer than that leaves the lane before it is read."""
        while not self._turn.is_slow and (piece := self._next_piece()):
            self._ready.append(piece)
            if len(self._ready) * PIECE >= MOST_AHEAD and not self._turn.is_slow:
                self._slow_down()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        if self._ready:
            return self._ready.popleft()
        piece = self._next_piece()
        if not piece:
            raise StopIteration
        return piece

    def close(self) -> None:
        """Stop the worker if it is not done."""
        self._ready.clear()
        self._stop("left")
        self._turn.end()

    def _next_piece(self) -> bytes:
        """The next piece, or nothing at the end."""
        if self._fork is None:
            return b""
        letter, payload = self._receive()
        if letter == DATA:
            return payload
        if letter == END:
            self._part(End(**json.loads(payload)))
            return b""
        if letter == FAILURE:
            raise self._failure(json.loads(payload))
        raise self._lost()

    def _receive(self) -> tuple[bytes, bytes]:
        while self._fork is not None:
            started = time.monotonic()
            spell = min(POLL_SECONDS, self._left, self._end_of_transfer - started)
            if not self._turn.is_slow:
                spell = min(spell, self._fast_left)
            try:
                return self._fork.wire.receive(max(0.0, spell))
            except TimeoutError:
                pass
            except WireClosedError as exc:
                raise self._lost() from exc
            finally:
                spent = time.monotonic() - started
                self._left -= spent
                self._fast_left -= spent
            self._look_up()
        raise _stopped()

    def _look_up(self) -> None:
        """What is due while the worker is silent: give up, stop for a reader who left, or leave the lane."""
        if self._left <= 0 or time.monotonic() >= self._end_of_transfer:
            raise self._timeout()
        if self._turn.is_left():
            self._stop("left")
            raise cancelled()
        if self._turn.is_slow:
            self._make_nice(runs=True)
        elif self._fast_left <= 0:
            self._fast_left = self._lane_seconds_left()
            if self._fast_left <= 0:
                self._slow_down()

    def _lane_seconds_left(self) -> float:
        """On a busy machine a short query may not have had its time yet; then it stays a little longer."""
        fast = self._turn.fast_seconds
        if self._fork is None or time.monotonic() - self._started > _MOST_STRETCH * fast:
            return 0.0
        left = self._fork.spent + fast - self._fork.processor_seconds()
        return max(left, _LEAST_STAY) if left > 0 else 0.0

    def _slow_down(self) -> None:
        """
        Go on among the slow ones, at once or after a wait in which the worker stands still.

        One that goes on at once becomes nice only with the next look at it: a query that ends before leaves a worker
        that can be lent again, with its own copies of what it has touched of the store.
        """
        if self._turn.slow_down_at_once():
            return
        self._make_nice(runs=False)
        started = time.monotonic()
        try:
            self._turn.wait_among_slow(self._left)
        except EngineBusy:
            self._stop("busy")
            raise
        finally:
            self._left -= time.monotonic() - started
        self._make_nice(runs=True)

    def _make_nice(self, *, runs: bool) -> None:
        """Leave the worker only the processor time others do not want, or with `runs` false none for now."""
        if self._fork is not None and not (self._is_nice and self._runs == runs):
            self._pool.slow_down(self._fork, runs=runs)
            self._is_nice, self._runs = True, runs

    def _part(self, end: End) -> None:
        """Let go of a worker that is done, for the next query or, when it retires or has become nice, for good."""
        fork, self._fork = self._fork, None
        if fork is None:
            return
        self._turn.tally.add_seconds(end.spent - fork.spent)
        fork.spent = end.spent
        try:
            if end.retires or self._is_nice:
                self._pool.end(fork, kills=True)
            else:
                self._pool.give_back(fork)
        finally:
            self._turn.end()

    def _end(self, *, kills: bool) -> int | None:
        fork, self._fork = self._fork, None
        if fork is None:
            return None
        try:
            return self._pool.end(fork, kills=kills)
        finally:
            self._turn.end()

    def _stop(self, reason: str) -> None:
        """Kill the worker, if it is not done, and count why."""
        if self._fork is not None:
            self._turn.tally.add(reason)
            self._end(kills=True)

    def _timeout(self) -> QueryTimeout:
        self._stop("deadline")
        return QueryTimeout(
            "The query was stopped after {seconds:g} seconds.",
            hint="Ask for less: add a LIMIT, or name more of what you look for.",
            seconds=self._seconds,
        )

    def _lost(self) -> KgError:
        """What it means that the worker is gone."""
        status = self._end(kills=False)
        if status in (-signal.SIGABRT, MEMORY_EXIT):
            self._turn.tally.add("memory")
            return QueryTooLarge(
                "The query was stopped at {megabytes} megabytes of memory.",
                hint="Ask for less: add a LIMIT, or join through something the parts have in common.",
                megabytes=self._megabytes,
            )
        if status in (-signal.SIGSEGV, -signal.SIGBUS):
            self._turn.tally.add("depth")
            return QueryTooLarge("The query is nested too deeply.", hint="Write it with fewer brackets in one another.")
        self._turn.tally.add("fault")
        return _stopped()

    def _failure(self, told: dict[str, Any], outline: Outline | None = None) -> KgError:
        """The error a worker told of."""
        self._part(End(told["retires"], told["spent"]))
        return failure_of(told, outline.undeclared if outline else [])


def _stopped() -> EngineError:
    return EngineError("The engine stopped unexpectedly.", hint="Try again: it starts once more by itself.")
