"""What every engine offers: a question in, a stream of bytes out."""

from __future__ import annotations

import abc
import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType
    from typing import Self

JSON_RESULTS = "application/sparql-results+json"
TURTLE = "text/turtle"


class Kind(enum.StrEnum):
    """What an answer is made of; it follows from the form of the query."""

    BINDINGS = "bindings"
    BOOLEAN = "boolean"
    GRAPH = "graph"


@dataclass(frozen=True)
class Question:
    """
    A query, the formats its answer may come in, and the graphs it is about.

    `default_graphs` and `named_graphs` stand for FROM and FROM NAMED and win over those in the query; None leaves the
    choice to the query. `seconds` is how long the engine may take, and `most_rows` how many rows or triples the answer
    may hold, None what the settings say.
    """

    query: str
    bindings_type: str = JSON_RESULTS
    graph_type: str = TURTLE
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    seconds: float | None = None
    most_rows: int | None = None


class Closing(abc.ABC):
    """What is closed by whoever leaves it as a context manager."""

    @abc.abstractmethod
    def close(self) -> None:
        """Let go of what is held."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass
class Answer(Closing):
    """
    An answer under way; leaving it, by `close` or as a context manager, frees whoever works on it.

    `digest` is that of the build the answer is made of. `truncated` tells how many rows or triples are left of one that
    was cut at its limit; None of a whole one.
    """

    kind: Kind
    media_type: str
    body: Iterator[bytes]
    digest: str = ""
    truncated: int | None = None

    def close(self) -> None:
        """Stop the work, if any is left."""
        close = getattr(self.body, "close", None)
        if close is not None:
            close()


@dataclass(frozen=True)
class Stats:
    """
    What an engine tells of itself at the moment; the service reports every number under its name.

    `stopped` counts the workers that were ended before their query was done, by the reason, and `cut` the answers that
    were cut at a limit; `seconds` is the processor time workers took for queries they came to the end of. All from the
    start on.
    """

    workers: int
    lane_taken: int = 0
    lane_waiting: int = 0
    slow_taken: int = 0
    slow_waiting: int = 0
    cut: int = 0
    seconds: float = 0.0
    stopped: Mapping[str, int] = field(default_factory=dict)


class Engine(Protocol):
    """Answers SPARQL queries over the build in use."""

    @property
    def digest(self) -> str:
        """The digest of the build that answers."""

    def answer(self, question: Question) -> Answer:
        """
        The answer, once its first bytes are certain.

        Raises `QuerySyntaxError`, `QueryRefused`, `QueryTimeout`, `QueryTooLarge`, `EngineBusy` or `EngineError` before
        the first byte; after it, the body raises them.
        """

    def stats(self) -> Stats:
        """How the engine is doing."""

    def close(self) -> None:
        """Let go of everything the engine holds."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


@runtime_checkable
class Changing(Protocol):
    """An engine whose build may change between two questions."""

    def view(self, is_left: Callable[[], bool]) -> Engine:
        """The engine as one request sees it: one build, and work that ends when `is_left` says nobody waits for it."""
