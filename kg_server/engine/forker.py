"""The front's end of the parent process: start it, have it fork and end workers, start it again when it died."""

from __future__ import annotations

import contextlib
import json
import math
import os
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import kg_server
from kg_server.core.errors import EngineError
from kg_server.engine.wire import Wire

_MESSAGE = 65536
_LOAD_SECONDS = 600
_REPLY_SECONDS = 30
_STARTS = 4
_YOUNG_SECONDS = 1.0
_MOST_PAUSE = 3.0
_LARGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
"""Memory in pages of 2 MB where the system has them: a fork of a million triples takes 2 ms then, otherwise 16."""


class _LostError(EngineError):
    """The parent is gone, and may be started again."""


@dataclass
class Fork:
    """
    A worker as the front knows it.

    `family` tells which start of the parent it belongs to, `spent` how many processor seconds its queries before took.
    """

    pid: int
    wire: Wire
    family: int
    spent: float = 0.0

    def processor_seconds(self) -> float:
        """How long the worker has had a processor so far; endless where the system does not tell."""
        try:
            spent = Path(f"/proc/{self.pid}/schedstat").read_bytes().split()[0]
        except OSError:
            return math.inf
        return int(spent) / 1e9


class Forker:
    """Owns the parent process; safe to use from many threads."""

    def __init__(self, source: Path | str, megabytes: int) -> None:
        self._source = source
        self._megabytes = megabytes
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._is_closed = False
        self._started_at = 0.0
        self._young_deaths = 0
        self.family = 0

    def start(self) -> None:
        """Start the parent and wait until it has loaded the build."""
        with self._lock:
            self._start()

    def fork(self) -> Fork:
        """A fresh worker; a parent that died is started again, several times if need be."""
        with self._lock:
            for _ in range(_STARTS):
                try:
                    return self._fork()
                except _LostError as exc:
                    lost = exc
            raise lost

    def slow_down(self, fork: Fork, *, runs: bool) -> None:
        """Let the worker run only when nobody else wants to, or stop it for now when it does not run."""
        with self._lock, contextlib.suppress(_LostError):
            if self._control is not None and fork.family == self.family:
                self._call(do="slow", pid=fork.pid, runs=runs)

    def end(self, fork: Fork, *, kills: bool) -> int | None:
        """
        How the worker ended, as `subprocess` tells it: a signal is negative. None when nobody knows.

        With `kills` it is killed at once, otherwise only if it does not end by itself.
        """
        fork.wire.close()
        with self._lock:
            if self._control is None or fork.family != self.family:
                return None
            try:
                reply, _ = self._call(do="end", pid=fork.pid, kills=kills)
            except EngineError:
                return None
            return reply.get("exit")

    def close(self) -> None:
        """End the parent, and its workers with it."""
        with self._lock:
            self._is_closed = True
            self._stop()

    def _fork(self) -> Fork:
        if self._is_closed:
            raise EngineError("The engine is closed.")
        if self._control is None:
            self._restart()
        reply, descriptors = self._call(do="fork")
        if not descriptors:
            raise EngineError("No worker could be started: {reason}.", reason=reply.get("error", "no descriptor"))
        return Fork(reply["pid"], Wire(socket.socket(fileno=descriptors[0])), self.family)

    def _restart(self) -> None:
        """Start the parent again, after a pause that grows as long as it dies young."""
        is_young = time.monotonic() - self._started_at < _YOUNG_SECONDS
        self._young_deaths = self._young_deaths + 1 if is_young else 0
        if is_young:
            time.sleep(min(_MOST_PAUSE, 0.05 * 2**self._young_deaths))
        self._start()

    def _start(self) -> None:
        self._stop()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            arguments = [str(self._source), str(self._megabytes), str(theirs.fileno())]
            self._process = subprocess.Popen(  # noqa: S603 - our own module, started by our own interpreter
                [sys.executable, "-m", "kg_server.engine.parent", *arguments],
                cwd=Path(kg_server.__file__).resolve().parents[1],
                env=_LARGE_PAGES | os.environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self._control = ours
        self._started_at = time.monotonic()
        self.family += 1
        loaded, _ = self._receive(_LOAD_SECONDS)
        if "error" in loaded:
            self._stop()
            raise EngineError("The build could not be loaded: {reason}.", reason=loaded["error"])

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            try:
                self._process.wait(_REPLY_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def _call(self, **asked: Any) -> tuple[dict[str, Any], list[int]]:
        if self._control is None:
            raise _lost()
        try:
            self._control.settimeout(_REPLY_SECONDS)
            self._control.send(json.dumps(asked).encode())
        except OSError as exc:
            self._stop()
            raise _lost() from exc
        return self._receive(_REPLY_SECONDS)

    def _receive(self, seconds: float) -> tuple[dict[str, Any], list[int]]:
        if self._control is None:
            raise _lost()
        self._control.settimeout(seconds)
        try:
            data, descriptors, _, _ = socket.recv_fds(self._control, _MESSAGE, 1)
        except OSError as exc:
            self._stop()
            raise _lost() from exc
        if not data:
            self._stop()
            raise _lost()
        return json.loads(data), descriptors


def _lost() -> _LostError:
    return _LostError("The engine stopped unexpectedly.", hint="Try again: it starts once more by itself.")
