"""`kg serve` in a process of its own, over files a test wrote, and plain requests to it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from email.message import Message

ROOT = Path(__file__).parents[1]
KG = (sys.executable, "-c", "from kg_server.cli import main; main(prog_name='kg')")
PATIENCE_SECONDS = 60


class Reply(NamedTuple):
    """What came back."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@contextlib.contextmanager
def serving(*arguments: str | Path, **settings: str | Path) -> Iterator[str]:
    """The address of a service started with these arguments and settings; it ends without an error afterwards."""
    environment = os.environ | {f"KG_{name.upper()}": str(value) for name, value in settings.items()}
    command = [*KG, "serve", "--port", "0", *map(str, arguments)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        try:
            assert address.startswith("http://127.0.0.1:")
            yield address
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_SECONDS) == 0


def fetch(
    address: str, headers: Mapping[str, str] | None = None, *, method: str = "GET", body: bytes | None = None
) -> Reply:
    """What the address answers, whatever its status."""
    request = urllib.request.Request(address, data=body, headers=dict(headers or {}), method=method)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            return Reply(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as answer:
        with answer:
            return Reply(answer.code, answer.headers, answer.read())
