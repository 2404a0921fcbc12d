"""Virtuoso 7 as Debian packs it, with a database of its own in a scratch folder, and our service in front of it."""

from __future__ import annotations

import configparser
import json
import shutil
import subprocess
import time
from typing import TYPE_CHECKING

from bench.generate import NTRIPLES
from bench.peers import Ours, Peer, Unavailable
from bench.process import Server, free_port
from kg_server.build.record import CURRENT, RECORD
from kg_server.core.namespaces import BASE, PREFIXES, graph_iri, thing_iri
from kg_server.engine.dialects import MERGE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SERVER = "virtuoso-t"
_CONFIGURATION = "virtuoso.ini"
COMMAND = (_SERVER, "+foreground", "+configfile", _CONFIGURATION)
"""The program and its arguments, for a folder that `configure` has been at."""

_BUFFERS = 170_000
_CONSOLE = "isql-vt"
_INI = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
TempStorage = TempDatabase

[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx

[Parameters]
ServerPort = 127.0.0.1:{console}
ServerThreads = 20
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
DirsAllowed = {folder}

[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 20

[SPARQL]
ResultSetMaxRows = 1000000
"""


class Virtuoso(Peer):
    """A Virtuoso with buffers for about 1.4 GB, and the merged graph as its one graph."""

    name = "virtuoso"

    def __init__(self, folder: Path, scratch: Path) -> None:
        super().__init__(folder, scratch)
        self._console = free_port()
        self.parameters = {"default-graph-uri": MERGE}

    def load(self) -> None:
        """Load the merged graph, as Virtuoso counts a triple once for every graph that holds it."""
        program, console = shutil.which(_SERVER), shutil.which(_CONSOLE)
        if program is None or console is None:
            raise Unavailable("is not installed")
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(parents=True)
        self._configure()
        self.version = _version(program)
        self.server = Server(self.command(), self.scratch)
        try:
            self._wait(console)
            loads = f"ld_dir('{self.folder.resolve()}', '{NTRIPLES}', '{MERGE}'); rdf_loader_run();"
            for statements in (loads, f"SPARQL {_published(self.folder)};", "checkpoint;"):
                self.run(console, f"127.0.0.1:{self._console}", "dba", "dba", f"exec={statements}")
        finally:
            self.stop()

    def start(self, lookup: str) -> float:
        """The seconds from the start of the program to its first answer, on the ports of this very peer."""
        self._configure()
        return super().start(lookup)

    def command(self) -> list[str]:
        """The program and its arguments."""
        return list(COMMAND)

    def _configure(self) -> None:
        configure(self.scratch, port=self.port, console=self._console, loads_from=self.folder.resolve())

    def _wait(self, console: str) -> None:
        """Come back when it takes statements."""
        for _ in range(300):
            try:
                self.run(console, f"127.0.0.1:{self._console}", "dba", "dba", "exec=status();")
            except Unavailable:
                time.sleep(0.2)
            else:
                self.load_seconds = None
                return
        raise Unavailable("does not start")


class OverVirtuoso(Ours):
    """`kg serve` with the Virtuoso that is measured beside it as its remote engine."""

    name = "strategigraf over virtuoso"

    def load(self) -> None:
        """Nothing: the other peer has loaded the graph."""

    def environment(self) -> Mapping[str, str]:
        """Settings, with the address of the server behind."""
        behind = configparser.ConfigParser()
        if not behind.read(self.scratch.parent / Virtuoso.name / _CONFIGURATION):
            raise Unavailable("needs virtuoso beside it")
        url = f"http://{behind['HTTPServer']['ServerPort']}/sparql"
        return {**super().environment(), "KG_REMOTE_URL": url, "KG_REMOTE_DIALECT": "virtuoso"}


def _published(folder: Path) -> str:
    """An update that says which build the server holds, as `kg publish` leaves it."""
    record = json.loads((folder / "store" / CURRENT / RECORD).read_text(encoding="utf-8"))
    dataset, about = thing_iri("dataset/strategigraf", BASE), graph_iri("about", BASE)
    said = f"<{dataset}> <{PREFIXES['dcat']}version> '{record['digest']}'"
    graphs = " , ".join(f"<{graph_iri(name, BASE)}>" for name in record["triples"])
    return f"INSERT DATA {{ GRAPH <{about}> {{ {said} ; <{PREFIXES['void']}subset> {graphs} }} }}"


def configure(scratch: Path, *, port: int, console: int, loads_from: Path, buffers: int = _BUFFERS) -> None:
    """Make the folder ready for a server with so many buffers of 8 KB."""
    ini = _INI.format(console=console, port=port, folder=loads_from, buffers=buffers, dirty=buffers * 3 // 4)
    (scratch / _CONFIGURATION).write_text(ini, encoding="utf-8")


def _version(program: str) -> str:
    said = subprocess.run(  # noqa: S603 - the program that is to be measured
        [program, "-?"], capture_output=True, text=True, timeout=20, check=False
    )
    words = (said.stdout + said.stderr).split()
    return next((word.strip(",") for word in words if word[:2] == "7."), "7")
