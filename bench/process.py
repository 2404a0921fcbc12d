"""Servers as child processes on loopback: a free port, the memory of the whole family, and an end by process id."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_GRACE_SECONDS = 10


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Server:
    """A program that runs until `stop`; what it writes goes to a log."""

    def __init__(self, command: Sequence[str], folder: Path, *, environment: Mapping[str, str] | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - the programs that are to be measured
                command,
                cwd=folder,
                env=os.environ | (environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    @property
    def is_running(self) -> bool:
        """Whether the program itself is still there."""
        return self._process.poll() is None

    def megabytes(self) -> float:
        """The proportional set size of the program and of everything it started."""
        return sum(_kilobytes(pid) for pid in family(self._process.pid)) / 1024

    def kill(self) -> None:
        """End the program as a power cut would."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """End the program, and what it started, at the latest after a few seconds."""
        pids = family(self._process.pid)
        self._process.terminate()
        try:
            self._process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        deadline = time.monotonic() + _GRACE_SECONDS
        while any(_parent(pid) for pid in pids) and time.monotonic() < deadline:
            time.sleep(0.05)
        for pid in pids:
            if _parent(pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def family(root: int) -> list[int]:
    """The process with that id and all that descend from it."""
    parents = {int(path.name): _parent(int(path.name)) for path in Path("/proc").iterdir() if path.name.isdigit()}
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def _parent(pid: int) -> int:
    """The id of the process's parent, 0 where there is no such process any more."""
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()[:2]
    except OSError:
        return 0
    return 0 if state == "Z" else int(parent)


def _kilobytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
