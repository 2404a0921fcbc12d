"""
The parent of the workers: loads a build into memory once and forks a worker whenever the front asks.

It runs no query and has one thread, so that a fork always finds it in order. It is started as
`python -m kg_server.engine.parent DATASET MEGABYTES DESCRIPTOR`; DESCRIPTOR is the front's socket, one JSON message a
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
from typing import Any

import pyoxigraph

from kg_server.engine import worker

_MESSAGE = 65536
_GRACE_SECONDS = 1.0


class Parent:
    """The loaded store, and the workers that are alive."""

    def __init__(self, control: socket.socket, store: pyoxigraph.Store, megabytes: int) -> None:
        self._control = control
        self._store = store
        self._megabytes = megabytes
        self._children: set[int] = set()

    def serve(self) -> None:
        """Do what the front asks until it hangs up."""
        while message := self._control.recv(_MESSAGE):
            asked = json.loads(message)
            if asked["do"] == "fork":
                self._fork()
            else:
                _say(self._control, **self._end(asked["pid"], kills=asked["kills"]))
        for pid in tuple(self._children):
            self._end(pid, kills=True)

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
            worker.run(theirs, self._store, self._megabytes, me)
        theirs.close()
        self._children.add(pid)
        with ours:
            socket.send_fds(self._control, [json.dumps({"pid": pid}).encode()], [ours.fileno()])

    def _end(self, pid: int, *, kills: bool) -> dict[str, Any]:
        """How the worker ended; one that does not end by itself soon is killed."""
        if pid not in self._children:
            return {"error": "no such worker"}
        deadline = time.monotonic() + _GRACE_SECONDS
        while not kills:
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                break
            kills = time.monotonic() > deadline
            time.sleep(0.001)
        else:
            os.kill(pid, signal.SIGKILL)
            _, status = os.waitpid(pid, 0)
        self._children.discard(pid)
        return {"exit": os.waitstatus_to_exitcode(status)}


def _say(control: socket.socket, **fields: Any) -> None:
    control.send(json.dumps(fields).encode())


def main(arguments: list[str]) -> int:
    """Load the dataset, say so, and serve."""
    dataset, megabytes, descriptor = arguments
    with contextlib.suppress(BrokenPipeError, ConnectionResetError), socket.socket(fileno=int(descriptor)) as control:
        store = pyoxigraph.Store()
        try:
            store.load(path=dataset, format=pyoxigraph.RdfFormat.N_QUADS, lenient=True)
        except (OSError, ValueError, SyntaxError) as exc:
            _say(control, error=str(exc))
            return 1
        gc.collect()
        gc.freeze()
        _say(control, triples=len(store))
        Parent(control, store, int(megabytes)).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
