"""The engine on this machine: forked workers over the build that is current."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg_server.core.errors import BadParameter, NoBuild, NotAcceptable
from kg_server.core.terms import iri
from kg_server.engine.base import Stats
from kg_server.engine.forker import Forker
from kg_server.engine.gate import read_outline
from kg_server.engine.pool import Pool
from kg_server.engine.results import BINDINGS_TYPES, GRAPH_TYPES
from kg_server.engine.stream import Stream
from kg_server.engine.wire import REQUEST, note

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from kg_server.core.settings import Settings
    from kg_server.engine.base import Answer, Engine, Question
    from kg_server.engine.gate import Outline

_ABSOLUTE_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\\]*")


class EmbeddedEngine:
    """Serves `<store>/current` as it was when the engine was opened; a later build needs a new engine."""

    def __init__(self, settings: Settings) -> None:
        folder = (settings.store / "current").resolve()
        dataset = folder / "dataset.nq"
        if not dataset.is_file():
            raise NoBuild("There is no graph to use in {folder}.", hint="Run `kg build` first.", folder=settings.store)
        self._settings = settings
        self._digest = folder.name
        self._forker = Forker(dataset, settings.query_megabytes)
        self._pool = Pool(self._forker, settings.workers, settings.queue_seconds)
        self._forker.start()

    @property
    def digest(self) -> str:
        """The digest of the build that answers: the name of its folder."""
        return self._digest

    def answer(self, question: Question) -> Answer:
        """The answer, once its first bytes are certain; see `Engine.answer`."""
        outline = read_outline(question.query)
        request = _request(question, outline)
        seconds = self._settings.query_seconds if question.seconds is None else question.seconds
        fork = self._pool.take()
        stream = Stream(self._pool, fork, seconds=seconds, megabytes=self._settings.query_megabytes)
        try:
            return stream.open(request, outline.undeclared)
        except BaseException:
            stream.close()
            raise

    def stats(self) -> Stats:
        """How the engine is doing."""
        return Stats(workers=self._settings.workers)

    def close(self) -> None:
        """End the workers and their parent."""
        self._pool.close()
        self._forker.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_engine(settings: Settings) -> Engine:
    """The engine the settings choose."""
    return EmbeddedEngine(settings)


def _request(question: Question, outline: Outline) -> bytes:
    """The frame that puts the question to a worker."""
    for media_type, offered in ((question.bindings_type, BINDINGS_TYPES), (question.graph_type, GRAPH_TYPES)):
        if media_type not in offered:
            raise NotAcceptable("The engine does not write {media_type}.", media_type=media_type)
    for graph in (*(question.default_graphs or ()), *(question.named_graphs or ())):
        _check_iri(graph)
    return note(
        REQUEST,
        query=question.query,
        bindings_type=question.bindings_type,
        graph_type=question.graph_type,
        default_graphs=question.default_graphs,
        named_graphs=question.named_graphs,
        prologue=outline.prologue,
        prefixes={name: space for name, space in outline.prefixes.items() if _ABSOLUTE_IRI.fullmatch(space)},
        **{"from": outline.default_graphs, "from_named": outline.named_graphs},
    )


def _check_iri(graph: str) -> None:
    try:
        iri(graph).n3()
        absolute = _ABSOLUTE_IRI.fullmatch(graph)
    except ValueError:
        absolute = None
    if absolute is None:
        raise BadParameter("This is not the IRI of a graph: {graph}.", graph=graph)
