"""What needs no HTTP: pyoxigraph in this very process, which is the limit, and our engine without its web front."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pyoxigraph as ox

import kg_server
from bench.client import JSON, NTRIPLES, Client, Reply, accepted
from bench.peers import DEADLINE_SECONDS, Peer
from kg_server.build.record import CURRENT, DATASET
from kg_server.core.errors import KgError
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
            store_dir=(self.folder / "store").resolve(), query_seconds=DEADLINE_SECONDS, project_dir=self.scratch
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


class _StoreClient(Client):
    def __init__(self, store: ox.Store) -> None:
        super().__init__("")
        self._store = store

    def ask(self, query: str, seconds: float, etag: str = "") -> Reply:  # noqa: ARG002 - nothing could stop it
        began = time.perf_counter()
        result = self._store.query(query)
        if isinstance(result, ox.QueryTriples):
            body = result.serialize(format=ox.RdfFormat.N_TRIPLES)
        else:
            body = result.serialize(format=ox.QueryResultsFormat.JSON)
        return Reply(200, body or b"", time.perf_counter() - began)


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
