"""What needs no HTTP: pyoxigraph in this very process, which is the limit, and our engine without its web front."""

from __future__ import annotations

import dataclasses
import os
import signal
import time
from typing import TYPE_CHECKING

import pyoxigraph as ox

import kg_server
from bench.client import JSON, NTRIPLES, Client, Reply, accepted
from bench.peers import Peer
from kg_server.build.record import CURRENT
from kg_server.core.errors import KgError
from kg_server.core.layout import DATASET
from kg_server.core.settings import read_settings
from kg_server.engine.base import Question
from kg_server.engine.opening import open_engine

if TYPE_CHECKING:
    from kg_server.engine.base import Engine


class InProcess(Peer):
    """pyoxigraph in memory, asked directly."""

    name = "pyoxigraph in process"
    version = ox.__version__

    def start(self, lookup: str) -> float:
        """The seconds it takes to load and to answer."""
        began = time.perf_counter()
        store = ox.Store()
        store.load(path=self.folder / "store" / CURRENT / DATASET, format=ox.RdfFormat.N_QUADS, lenient=True)
        self._store = store
        self.client().ask(lookup, 1)
        return time.perf_counter() - began

    def client(self) -> Client:
        """Something that asks like a client."""
        return _StoreClient(self._store)


class Inside(Peer):
    """Our engine with its workers, asked without HTTP."""

    name = "strategigraf engine"
    version = kg_server.__version__

    def start(self, lookup: str) -> float:
        """The seconds it takes to load and to answer."""
        began = time.perf_counter()
        settings = read_settings(
            store_dir=(self.folder / "store").resolve(), query_seconds=self.deadline, project_dir=self.scratch
        )
        self._engine = open_engine(settings)
        self.client().ask(lookup, 1)
        return time.perf_counter() - began

    def client(self) -> Client:
        """Something that asks like a client."""
        return _EngineClient(self._engine)

    def stop(self) -> None:
        """End the workers."""
        self._engine.close()


class InWorker(Inside):
    """The same, by the processor time the workers themselves took."""

    name = "strategigraf worker"

    def client(self) -> Client:
        """Something that asks like a client."""
        return _WorkerClient(self._engine)


class _StoreClient(Client):
    def __init__(self, store: ox.Store) -> None:
        super().__init__("")
        self._store = store
        self._is_tried = False

    def ask(self, query: str, seconds: float, etag: str = "") -> Reply:  # noqa: ARG002 - tags belong to HTTP
        if not self._is_tried and not self._ends_within(query, seconds):
            return Reply(0, b"", seconds)
        self._is_tried = True
        began = time.perf_counter()
        return Reply(200, self._answer(query), time.perf_counter() - began)

    def _answer(self, query: str) -> bytes:
        result = self._store.query(query)
        if isinstance(result, ox.QueryTriples):
            return result.serialize(format=ox.RdfFormat.N_TRIPLES) or b""
        return result.serialize(format=ox.QueryResultsFormat.JSON) or b""

    def _ends_within(self, query: str, seconds: float) -> bool:
        """Whether the query is over in time: nothing stops it in this process, so that another one tries it first."""
        pid = os.fork()
        if pid == 0:
            self._answer(query)
            os._exit(0)
        until = time.monotonic() + seconds
        while not os.waitpid(pid, os.WNOHANG)[0]:
            if time.monotonic() > until:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                return False
            time.sleep(0.001)
        return True


class _EngineClient(Client):
    def __init__(self, engine: Engine) -> None:
        super().__init__("")
        self._engine = engine

    def ask(self, query: str, seconds: float, etag: str = "") -> Reply:  # noqa: ARG002 - tags belong to HTTP
        began = time.perf_counter()
        question = Question(query, JSON, NTRIPLES if accepted(query) == NTRIPLES else "text/turtle", seconds=seconds)
        try:
            with self._engine.answer(question) as answer:
                body = b"".join(answer.body)
        except KgError:
            return Reply(0, b"", time.perf_counter() - began)
        return Reply(200, body, time.perf_counter() - began)


class _WorkerClient(_EngineClient):
    def ask(self, query: str, seconds: float, etag: str = "") -> Reply:
        before = self._engine.stats().seconds
        reply = super().ask(query, seconds, etag)
        return dataclasses.replace(reply, seconds=self._engine.stats().seconds - before) if reply.status else reply
