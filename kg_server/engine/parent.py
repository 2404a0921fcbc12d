"""
The parent of the workers: has a build ready and forks a worker whenever the front asks.

It runs no query and has one thread, so that a fork always finds it in order. It is started as
`python -m kg_server.engine.parent SOURCE MEGABYTES DESCRIPTOR`. SOURCE is the N-Quads file of a build, the folder of
its store on disk, or JSON that tells which server holds one; DESCRIPTOR is the front's socket, one JSON message a
datagram. When the front hangs up, the parent ends its workers and itself.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg_server.engine import worker
from kg_server.engine.columns import open_columns
from kg_server.engine.datasets import Datasets
from kg_server.engine.disk import DiskDatasets
from kg_server.engine.quads import load_dataset

if TYPE_CHECKING:
    from kg_server.engine.remote_datasets import RemoteDatasets

_MESSAGE = 65536
_GRACE_SECONDS = 1.0
_REAP_SECONDS = 0.02
_NICE = 10


class Parent:
    """What workers answer from, and the workers that are alive."""

    def __init__(self, control: socket.socket, datasets: Datasets | RemoteDatasets, megabytes: int) -> None:
        self._control = control
        self._datasets = datasets
        self._megabytes = megabytes
        self._children: set[int] = set()
        self._dying: set[int] = set()

    def serve(self) -> None:
        """Do what the front asks until it hangs up."""
        while message := self._next_message():
            asked = json.loads(message)
            if asked["do"] == "fork":
                self._fork()
            elif asked["do"] == "slow":
                _say(self._control, **self._slow_down(asked["pid"], runs=asked["runs"]))
            else:
                _say(self._control, **self._end(asked["pid"], kills=asked["kills"]))
        for pid in tuple(self._children):
            self._end(pid, kills=True)

    def _next_message(self) -> bytes:
        """What the front says next; while it says nothing, those who were killed are buried."""
        while True:
            self._dying = {pid for pid in self._dying if not os.waitpid(pid, os.WNOHANG)[0]}
            self._control.settimeout(_REAP_SECONDS if self._dying else None)
            with contextlib.suppress(TimeoutError):
                return self._control.recv(_MESSAGE)

    def _fork(self) -> None:
        ours, theirs = socket.socketpair()
        me = os.getpid()
        try:
            pid = os.fork()
        except OSError as exc:
            ours.close()
            theirs.close()
            _say(self._control, error=exc.strerror)
            return
        if pid == 0:
            ours.close()
            self._control.close()
            worker.run(theirs, self._datasets, self._megabytes, me)
        theirs.close()
        self._children.add(pid)
        with ours:
            socket.send_fds(self._control, [json.dumps({"pid": pid}).encode()], [ours.fileno()])

    def _slow_down(self, pid: int, *, runs: bool) -> dict[str, Any]:
        """Let a worker have the processor only when nobody else wants it, or stop it until it may run again."""
        if pid not in self._children:
            return {"error": "no such worker"}
        nice = min(19, os.getpriority(os.PRIO_PROCESS, 0) + _NICE)
        os.setpriority(os.PRIO_PROCESS, pid, nice)
        os.kill(pid, signal.SIGCONT if runs else signal.SIGSTOP)
        return {}

    def _end(self, pid: int, *, kills: bool) -> dict[str, Any]:
        """
        How the worker ended; one that does not end by itself soon is killed.

        Whoever has it killed at once does not wait for the memory it held to be given back, and learns no status.
        """
        if pid not in self._children:
            return {"error": "no such worker"}
        self._children.discard(pid)
        deadline = time.monotonic() + _GRACE_SECONDS
        while not kills:
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                return {"exit": os.waitstatus_to_exitcode(status)}
            kills = time.monotonic() > deadline
            time.sleep(0.001)
        os.kill(pid, signal.SIGKILL)
        self._dying.add(pid)
        return {}


def _say(control: socket.socket, **fields: Any) -> None:
    control.send(json.dumps(fields).encode())


def _load(source: str) -> Datasets | RemoteDatasets:
    """What workers answer from; raises `OSError`, `ValueError` or `SyntaxError`."""
    if source.startswith("{"):
        from kg_server.engine.remote_datasets import read_source  # noqa: PLC0415 - the HTTP client is for a server only

        return read_source(source)
    path = Path(source)
    if path.is_dir():
        on_disk = DiskDatasets(path)
        on_disk.check()
        return on_disk
    return Datasets(load_dataset(path), open_columns(path))


def main(arguments: list[str]) -> int:
    """Load the build, say so, and serve."""
    source, megabytes, descriptor = arguments
    with contextlib.suppress(BrokenPipeError, ConnectionResetError), socket.socket(fileno=int(descriptor)) as control:
        try:
            datasets = _load(source)
        except (OSError, ValueError, SyntaxError) as exc:
            _say(control, error=getattr(exc, "strerror", None) or str(exc))
            return 1
        gc.collect()
        gc.freeze()
        _say(control, loaded=True)
        Parent(control, datasets, int(megabytes)).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
