"""Property paths that may have no step at all, and the terms they start or end in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kg_server.core.errors import QueryRefused
from kg_server.engine.alternatives import Statement

if TYPE_CHECKING:
    from kg_server.engine.tokens import Token


def no_step(term: str) -> QueryRefused:
    """The error for a path that may have no step, to or from a term the engine does not find in the graph."""
    return QueryRefused(
        "The engine would answer a path without steps wrongly, as the graph does not hold {term}.",
        hint="Write + in place of * or ?, or leave the path out.",
        term=term,
    )


class PathEnd(NamedTuple):
    """A triple pattern whose path may have no step: its ends as the query writes them, empty for a variable."""

    graph: str
    subject: str
    object: str


class Triples:
    """The triples of one group, read token by token; with `is_path` a path in brackets."""

    _any: bool
    _whole: bool
    _step: bool
    _has_primary: bool
    _is_negated: bool

    def __init__(
        self,
        graph: str,
        ends: list[PathEnd],
        statements: list[Statement] | None = None,
        *,
        has_subject: bool = False,
        is_path: bool = False,
    ) -> None:
        self._graph = graph
        self._ends = ends
        self._statements = statements
        self._block: int | None = None
        self._subject = ""
        self._is_path = is_path
        self._place = "verb" if has_subject else "subject"
        self.variables: set[str] = set()
        self.has_any = False
        self._begin_path()

    @property
    def expects_verb(self) -> bool:
        """Whether a bracket that opens here would hold a path."""
        return self._place == "verb" and not self._has_primary

    @property
    def path_is_nullable(self) -> bool:
        """Whether the path read last may have no step."""
        return self._any or (self._whole and self._step)

    def stop(self, *, is_test: bool = False) -> None:
        """End the triple: a keyword or a group follows; triples on both sides of a test belong together."""
        self._place = "subject"
        self._begin_path()
        if not is_test:
            self._block = None

    def begin(self, token: Token) -> None:
        """Note where a subject begins."""
        if self._place == "subject" and self._statements is not None:
            self._block = token.start if self._block is None else self._block
            self._statements.append(Statement(self._block, token.start))

    def read(self, token: Token) -> None:
        """Take the next token of this level."""
        if token.kind == "other":
            self._sign(token.text)
        elif token.kind == "var" and self._place == "verb" and not self._has_primary:
            self.variables.add(token.text[1:])
            self.primary(is_nullable=False)
        elif self._place == "verb" and not self._has_primary:
            self.primary(is_nullable=False)
        else:
            if token.kind == "var":
                self.variables.add(token.text[1:])
            self.begin(token)
            self.term(token)

    def primary(self, *, is_nullable: bool) -> None:
        """A step of a path."""
        if self._place == "verb":
            self._step = is_nullable and not self._is_negated
            self._has_primary, self._is_negated = True, False

    def term(self, token: Token | None) -> None:
        """A subject or an object; None for a node or a list in brackets."""
        text = token.text if token is not None and token.kind not in ("var", "blank") else ""
        if self._place == "subject":
            self._subject, self._place = text, "verb"
            self._begin_path()
        elif self._is_path:
            return
        elif self._place in ("verb", "object"):
            self._place, self.has_any = "after", True
            if not self.path_is_nullable or not (self._subject or text):
                return
            self._ends.append(PathEnd(self._graph, self._subject, text))

    def take(self, node: Triples | None) -> None:
        """A node or a list in brackets, with the triples inside it."""
        self.term(None)
        if node is not None:
            self.variables |= node.variables
            self.has_any |= node.has_any

    def _sign(self, sign: str) -> None:
        if sign == "." and not self._is_path:
            self.stop(is_test=True)
        elif sign == ";" and self._place != "subject":
            self._place = "verb"
            self._begin_path()
        elif sign == "," and self._place == "after":
            self._place = "object"
        elif self._place == "verb":
            self._path_sign(sign)

    def _path_sign(self, sign: str) -> None:
        if sign in "*?":
            self._step = True
        elif sign == "!":
            self._is_negated = True
        elif sign == "/":
            self._whole = self._whole and self._step
            self._has_primary = False
        elif sign == "|":
            self._any = self._any or (self._whole and self._step)
            self._whole, self._has_primary = True, False

    def _begin_path(self) -> None:
        self._any, self._whole, self._step = False, True, False
        self._has_primary = self._is_negated = False
