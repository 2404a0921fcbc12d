"""Who is measured: each is started on loopback with the same graph, asked the same way, and ended again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import kg_server
from bench.client import Client
from bench.generate import NTRIPLES
from bench.process import Server, free_port
from kg_server.build.record import CURRENT, RECORD
from kg_server.core.layout import DATASET, STORE
from kg_server.core.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

DEADLINE_SECONDS = 5
_LOAD_SECONDS = 3600
_LOADED = "loaded.json"
_MOST_IN_RDFLIB = 1_000_000


_LAY_OUT = """\
import sys
from pathlib import Path
from kg_server.engine.disk import lay_out
lay_out(Path(sys.argv[1]), on_disk=sys.argv[2] == "disk")
"""


class Unavailable(Exception):
    """A peer that is not installed, or does not start."""


class Peer:
    """A server under test; `folder` holds the generated graph, `scratch` is its own."""

    name: ClassVar[str]
    version = ""
    load_seconds: float | None = None
    deadline: ClassVar[int] = DEADLINE_SECONDS
    """Seconds our service gives a query; others have no such limit that works."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        self.folder = folder
        self.scratch = scratch
        self.port = free_port()
        self.parameters: dict[str, str] = {}
        self.server: Server | None = None

    @property
    def endpoint(self) -> str:
        """Where it takes queries."""
        return f"http://127.0.0.1:{self.port}/sparql"

    @property
    def digest(self) -> str:
        """The digest of the graph."""
        return (self.folder / "store" / CURRENT).resolve().name

    def client(self) -> Client:
        """A client of its own for one thread."""
        return Client(self.endpoint, self.parameters)

    def make_ready(self) -> None:
        """Load the graph, unless it was loaded into this very place before; raises `Unavailable`."""
        note = self.scratch / _LOADED
        told = json.loads(note.read_text(encoding="utf-8")) if note.is_file() else {}
        if told.get("digest") == self.digest:
            self.version, self.load_seconds = told["version"], told["seconds"]
            return
        self.load()
        self.scratch.mkdir(parents=True, exist_ok=True)
        told = {"digest": self.digest, "version": self.version, "seconds": self.load_seconds}
        note.write_text(json.dumps(told), encoding="utf-8")

    def load(self) -> None:
        """Do what has to be done once before it can start; raises `Unavailable`."""

    def command(self) -> list[str]:
        """The program and its arguments."""
        raise NotImplementedError

    def environment(self) -> Mapping[str, str]:
        """What it reads from its environment."""
        return {}

    def start(self, lookup: str) -> float:
        """The seconds from the start of the program to its first answer; raises `Unavailable`."""
        began = time.perf_counter()
        self.server = Server(self.command(), self.scratch, environment=self.environment())
        client = self.client()
        while time.perf_counter() - began < _LOAD_SECONDS:
            if client.ask(lookup, _LOAD_SECONDS).is_answer:
                client.close()
                return time.perf_counter() - began
            if not self.server.is_running:
                break
            time.sleep(0.005)
        self.stop()
        raise Unavailable(f"does not start; see {self.scratch / 'log'}")

    def stop(self) -> None:
        """End it."""
        if self.server is not None:
            self.server.stop()
            self.server = None

    def run(self, *command: str, environment: Mapping[str, str] | None = None) -> None:
        """Run a program that loads the graph; raises `Unavailable`."""
        began = time.perf_counter()
        self.scratch.mkdir(parents=True, exist_ok=True)
        try:
            done = subprocess.run(  # noqa: S603 - the programs that are to be measured
                command,
                cwd=self.scratch,
                env=os.environ | (environment or {}),
                capture_output=True,
                timeout=_LOAD_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as exc:
            raise Unavailable(f"does not load: {exc}") from exc
        if done.returncode:
            raise Unavailable(f"does not load: {done.stderr.decode(errors='replace')[-200:]}")
        self.load_seconds = (self.load_seconds or 0.0) + time.perf_counter() - began


class Ours(Peer):
    """`kg serve` on the store."""

    name = "strategigraf"
    version = kg_server.__version__
    settings: ClassVar[dict[str, str]] = {}

    def load(self) -> None:
        """Lay the graph out for memory, or on disk where it is too large for that, as a build would."""
        dataset = self.folder / "store" / CURRENT / DATASET
        shutil.rmtree(dataset.with_name(STORE), ignore_errors=True)
        most = int(self.settings.get("KG_MEMORY_TRIPLES", read_settings().memory_triples))
        place = "disk" if _triples(dataset) > most else "memory"
        self.run(sys.executable, "-c", _LAY_OUT, str(dataset.resolve()), place, environment=self.environment())

    def command(self) -> list[str]:
        """The program and its arguments."""
        return [sys.executable, "-c", "from kg_server.cli import main; main()", "serve"]

    def environment(self) -> Mapping[str, str]:
        """Settings, and where this very code lies."""
        root = str(Path(kg_server.__file__).resolve().parents[1])
        return {
            "PYTHONPATH": root,
            "KG_PROJECT_DIR": root,
            "KG_STORE_DIR": str((self.folder / "store").resolve()),
            "KG_PORT": str(self.port),
            "KG_QUERY_SECONDS": str(self.deadline),
        } | self.settings


class Oxigraph(Peer):
    """`oxigraph serve-read-only` on an optimized store, without the time-out that leaks."""

    name = "oxigraph"

    @property
    def endpoint(self) -> str:
        """Where it takes queries."""
        return f"http://127.0.0.1:{self.port}/query"

    def load(self) -> None:
        """Load the very file our service loads."""
        self.version = _version("oxigraph")
        program, store = _program("oxigraph"), str(self.scratch / "store")
        dataset = str((self.folder / "store" / CURRENT / DATASET).resolve())
        shutil.rmtree(store, ignore_errors=True)
        self.run(program, "load", "--location", store, "--file", dataset)
        self.run(program, "optimize", "--location", store)

    def command(self) -> list[str]:
        """The program and its arguments."""
        store = str(self.scratch / "store")
        return [_program("oxigraph"), "serve-read-only", "--location", store, "--bind", f"127.0.0.1:{self.port}"]


class RdflibEndpoint(Peer):
    """`rdflib-endpoint serve` on the merged graph."""

    name = "rdflib-endpoint"

    @property
    def endpoint(self) -> str:
        """Where it takes queries."""
        return f"http://127.0.0.1:{self.port}/"

    def load(self) -> None:
        """It loads when it starts."""
        self.version = _version("rdflib-endpoint")
        if _triples(self.folder / "store" / CURRENT / DATASET) > _MOST_IN_RDFLIB:
            raise Unavailable(f"not tried above {_MOST_IN_RDFLIB:,} triples, as it takes more than 1 KB for each")

    def command(self) -> list[str]:
        """The program and its arguments."""
        graph = str((self.folder / NTRIPLES).resolve())
        return [_program("rdflib-endpoint"), "serve", "--host", "127.0.0.1", "--port", str(self.port), graph]


def _triples(dataset: Path) -> int:
    return int(json.loads(dataset.with_name(RECORD).read_text(encoding="utf-8"))["merged"])


def _program(name: str) -> str:
    found = Path(sysconfig.get_path("scripts")) / name
    if not found.is_file():
        raise Unavailable("is not installed")
    return str(found)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError as exc:
        raise Unavailable("is not installed") from exc
