"""SPARQL servers of others on loopback, each with a scratch folder of its own, ended by process id."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bench.process import Server, free_port
from bench.virtuoso import COMMAND, configure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg_server.core.settings import Settings

KINDS = ("oxigraph", "virtuoso")
_PATIENCE_SECONDS = 60


class Remote:
    """A server of one kind, and the settings by which it is asked and published to."""

    def __init__(self, kind: str, folder: Path) -> None:
        port = free_port()
        self._folder = folder
        self._command = _prepare(kind, folder, port)
        self.given: dict[str, Any] = {"remote_url": f"http://127.0.0.1:{port}/query"}
        if kind == "virtuoso":
            self.given = {"remote_url": f"http://127.0.0.1:{port}/sparql", "remote_dialect": "virtuoso"}
            self.given |= {"remote_user": "dba", "remote_password": "dba"}
        self.start()

    def start(self) -> None:
        """Start it, with what it held when it ended."""
        self.server = Server(self._command, self._folder)
        _wait(self.given["remote_url"], self.server)

    def over(self, settings: Settings) -> Settings:
        """The settings with this server in them."""
        return type(settings)(**settings.model_dump() | self.given)


@contextlib.contextmanager
def running(kind: str, folder: Path) -> Iterator[Remote]:
    """A server of that kind; where Virtuoso is not installed the test is skipped, but fails in CI."""
    remote = Remote(kind, folder)
    try:
        yield remote
    finally:
        remote.server.stop()


def _prepare(kind: str, folder: Path, port: int) -> list[str]:
    if kind == "oxigraph":
        program = Path(sys.executable).with_name("oxigraph")
        return [str(program), "serve", "--location", str(folder / "data"), "--bind", f"127.0.0.1:{port}"]
    if shutil.which(COMMAND[0]) is None:
        reason = "Virtuoso is not installed (Debian: virtuoso-opensource-7-bin)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    configure(folder, port=port, console=free_port(), loads_from=folder, buffers=20_000)
    return list(COMMAND)


def _wait(url: str, server: Server) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline and server.is_running:
        try:
            with urllib.request.urlopen(f"{url}?query=ASK%7B%7D", timeout=_PATIENCE_SECONDS):
                return
        except urllib.error.URLError:
            time.sleep(0.1)
    pytest.fail(f"the server at {url} does not start")
