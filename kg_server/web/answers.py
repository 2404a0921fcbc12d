"""An engine that remembers whole answers, so that the same question is evaluated once as long as a build is served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from flask import has_request_context, request

from kg_server.engine.base import Answer, Closing
from kg_server.engine.canonical import canonical, is_lasting
from kg_server.web.trace import trace_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from kg_server.engine.base import Engine, Kind, Question
    from kg_server.web.store import Store

_OVERHEAD = 500


class Whole(NamedTuple):
    """A whole answer, and how many bytes it takes up with what it is found by."""

    kind: Kind
    media_type: str
    digest: str
    truncated: int | None
    pieces: tuple[bytes, ...]
    size: int

    def again(self) -> Answer:
        """The answer, to be read once more."""
        return Answer(self.kind, self.media_type, iter(self.pieces), self.digest, self.truncated)


class RememberingEngine(Closing):
    """Answers from memory what the engine behind it has answered before; its other ways are those of that engine."""

    def __init__(self, engine: Engine, store: Store[Whole]) -> None:
        self._engine = engine
        self._store = store

    @property
    def digest(self) -> str:
        """The digest of the build that answers."""
        return self._engine.digest

    def answer(self, question: Question) -> Answer:
        """The answer, once its first bytes are certain; see `Engine.answer`."""
        if not is_lasting(question.query):
            if has_request_context():
                trace_of(request.environ).is_fleeting = True
            return self._engine.answer(question)
        digest = self._engine.digest
        graphs = question.default_graphs, question.named_graphs
        key = (digest, canonical(question.query), graphs, question.bindings_type, question.graph_type)
        found = self._store.get(key)
        if found is not None:
            return found.again()
        answer = self._engine.answer(question)
        if self._engine.digest == digest:
            answer.body = _Kept(answer, self._store, key)
        return answer

    def over(self, engine: Engine) -> RememberingEngine:
        """The same memory over another engine, such as a view of one build."""
        return RememberingEngine(engine, self._store)

    def close(self) -> None:
        """Let go of everything the engine holds."""
        self._engine.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


class _Kept:
    """The pieces of an answer, kept when the last of them has been read and they are not too many."""

    def __init__(self, answer: Answer, store: Store[Whole], key: tuple[Hashable, ...]) -> None:
        self._answer = answer
        self._body = answer.body
        self._store = store
        self._key = key
        self._pieces: list[bytes] = []
        self._size = _OVERHEAD + 2 * len(str(key[1]))
        self._is_kept = True

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            piece = next(self._body)
        except StopIteration:
            self._keep()
            raise
        if self._is_kept:
            self._pieces.append(piece)
            self._size += len(piece)
            if self._size > self._store.most_each:
                self._forget()
        return piece

    def close(self) -> None:
        """Stop the work, if any is left."""
        self._forget()
        close = getattr(self._body, "close", None)
        if close is not None:
            close()

    def _keep(self) -> None:
        if self._is_kept:
            told = self._answer
            pieces = tuple(self._pieces)
            kept = Whole(told.kind, told.media_type, told.digest, told.truncated, pieces, self._size)
            self._store.put(self._key, kept)
        self._forget()

    def _forget(self) -> None:
        self._is_kept = False
        self._pieces = []
