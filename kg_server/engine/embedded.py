"""Engines of forked workers: over the build that is current on this machine, or whatever build is in use elsewhere."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from kg_server.core.errors import BadParameter, NotAcceptable
from kg_server.core.terms import iri
from kg_server.engine.admission import Admission
from kg_server.engine.base import JSON_RESULTS, Answer, Closing, Kind
from kg_server.engine.builds import LocalBuilds
from kg_server.engine.federation import Federation
from kg_server.engine.gate import read_outline
from kg_server.engine.lookups import look_up
from kg_server.engine.results import BINDINGS_TYPES, GRAPH_TYPES
from kg_server.engine.stream import Stream
from kg_server.engine.wire import request

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg_server.core.settings import Settings
    from kg_server.engine.base import Question, Stats
    from kg_server.engine.builds import Builds
    from kg_server.engine.gate import Outline
    from kg_server.engine.pool import Pool

_ABSOLUTE_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\\]*")


class WorkersEngine(Closing):
    """Serves the build in use; a build that takes its place is taken over while this one answers."""

    def __init__(self, settings: Settings, builds: Builds) -> None:
        self._settings = settings
        self._builds = builds
        self._admission = Admission(settings)
        self._federation = Federation(settings)

    @property
    def digest(self) -> str:
        """The digest of the build that answers who asks now; a view's never changes."""
        return self._builds.digest

    def answer(self, question: Question) -> Answer:
        """The answer, once its first bytes are certain; see `Engine.answer`."""
        with self.view() as view:
            return view.answer(question)

    def view(self, is_left: Callable[[], bool] = lambda: False) -> View:
        """The engine as one request sees it; queries end soon after `is_left` says that nobody waits for them."""
        return View(self._settings, self._admission, self._federation, self._builds.hold(), is_left)

    def stats(self) -> Stats:
        """How the engine is doing."""
        return self._admission.stats()

    def close(self) -> None:
        """End the workers and their parent."""
        self._builds.close()


class EmbeddedEngine(WorkersEngine):
    """Serves `<store>/current`."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, LocalBuilds(settings))


class View(Closing):
    """One build from the first question to the last, whatever build comes meanwhile."""

    def __init__(
        self,
        settings: Settings,
        admission: Admission,
        federation: Federation,
        pool: Pool,
        is_left: Callable[[], bool],
    ) -> None:
        self._settings = settings
        self._admission = admission
        self._federation = federation
        self._pool = pool
        self._is_left = is_left
        self._is_open = True

    @property
    def digest(self) -> str:
        """The digest of the build that answers: the name of its folder."""
        return self._pool.digest

    def answer(self, question: Question) -> Answer:
        """The answer, once its first bytes are certain; see `Engine.answer`."""
        query = self._federation.resolve(question.query, self._is_left)
        if query is not question.query:
            question = dataclasses.replace(question, query=query)
        outline = read_outline(query)
        if (found := self._look_up(question, outline)) is not None:
            return found
        seconds = self._settings.query_seconds if question.seconds is None else question.seconds
        asked = _request(question, outline, self._settings, seconds)
        turn = self._admission.admit(self._is_left)
        try:
            fork = self._pool.take()
        except BaseException:
            turn.end()
            raise
        stream = Stream(self._pool, fork, turn, seconds=seconds, megabytes=self._settings.query_megabytes)
        try:
            return stream.open(asked, outline)
        except BaseException:
            stream.close()
            raise

    def _look_up(self, question: Question, outline: Outline) -> Answer | None:
        """The answer, where the columns of the build have it at hand."""
        columns = self._pool.columns
        most = _most_rows(question, self._settings)
        found = None if columns is None else look_up(columns, question, outline, most)
        return None if found is None else Answer(Kind.BINDINGS, JSON_RESULTS, iter((found,)), self._pool.digest)

    def stats(self) -> Stats:
        """How the engine is doing."""
        return self._admission.stats()

    def close(self) -> None:
        """Let go of the build; answers under way end on it all the same."""
        if self._is_open:
            self._is_open = False
            self._pool.release()


def _request(question: Question, outline: Outline, settings: Settings, seconds: float) -> bytes:
    """The frame that puts the question to a worker."""
    for media_type, offered in ((question.bindings_type, BINDINGS_TYPES), (question.graph_type, GRAPH_TYPES)):
        if media_type not in offered:
            raise NotAcceptable("The engine does not write {media_type}.", media_type=media_type)
    for graph in (*(question.default_graphs or ()), *(question.named_graphs or ())):
        _check_iri(graph)
    return request(
        query=outline.query,
        plain=outline.plain,
        written=question.query,
        seconds=seconds,
        bindings_type=question.bindings_type,
        graph_type=question.graph_type,
        default_graphs=question.default_graphs,
        named_graphs=question.named_graphs,
        form=outline.form,
        prologue=outline.prologue,
        path_ends=outline.path_ends,
        blocks=outline.blocks,
        conditions=outline.conditions,
        star=outline.star,
        variables=outline.variables,
        base=settings.base,
        most_rows=_most_rows(question, settings),
        most_bytes=min(settings.max_megabytes, settings.query_megabytes // 4) * 1024 * 1024,
        prefixes={name: space for name, space in outline.prefixes.items() if _ABSOLUTE_IRI.fullmatch(space)},
        **{"from": outline.default_graphs, "from_named": outline.named_graphs},
    )


def _most_rows(question: Question, settings: Settings) -> int:
    """The rows an answer may have."""
    return settings.max_rows if question.most_rows is None else min(question.most_rows, settings.max_rows)


def _check_iri(graph: str) -> None:
    try:
        iri(graph).n3()
        absolute = _ABSOLUTE_IRI.fullmatch(graph)
    except ValueError:
        absolute = None
    if absolute is None:
        raise BadParameter("This is not the IRI of a graph: {graph}.", graph=graph)
