"""
How large, how deep and how long a query may be: what the engine's stack stands, with a margin.

The measured figures are in docs/engine-notes.md. The engine's stack is used up by brackets in one another and by
chains of operators, clauses and triples alike, so all of them are counted over the whole query.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg_server.core.errors import QueryRefused

if TYPE_CHECKING:
    from kg_server.engine.tokens import Token

MOST_BYTES = 1024 * 1024
MOST_TOKENS = 100_000
MOST_DEPTH = 200
MOST_NODES = 50
MOST_PARTS = 1000

_VALUES = ("undef", "true", "false")
_CHAINED = frozenset("+-*/|&!^=<>?")


def check_size(query: str, size: int) -> None:
    """Raise `QueryRefused` for a query of too many bytes."""
    if size > MOST_BYTES or len(query) > MOST_BYTES:
        raise QueryRefused(
            "The query is longer than {most} bytes.", hint="Split it, or put the values in fewer rows.", most=MOST_BYTES
        )


def check_count(tokens: list[Token]) -> None:
    """Raise `QueryRefused` for a query of too many tokens."""
    if len(tokens) > MOST_TOKENS:
        raise QueryRefused(
            "The query has more than {most} words and signs.",
            hint="Split it, or put the values in fewer rows.",
            most=MOST_TOKENS,
        )


def check_shape(tokens: list[Token], *, describes: bool) -> None:
    """Raise `QueryRefused` for a query nested too deeply, or of too many parts; rows of VALUES are not counted."""
    if len(tokens) <= MOST_PARTS and sum(token.kind == "open" for token in tokens) <= MOST_NODES:
        return  # so few cannot be too many, whatever they are
    shape = _Shape(describes=describes)
    for token in tokens:
        shape.add(token)


class _Shape:
    """The brackets that are open, and the parts counted so far."""

    def __init__(self, *, describes: bool) -> None:
        self._describes = describes
        self._open: list[str] = []
        self._nodes = 0
        self._parts = 0
        self._awaits_data = False
        self._data_depth = 0
        self._last = ""

    def add(self, token: Token) -> None:
        if token.kind == "open":
            self._enter(token.text)
        elif token.kind == "close":
            self._leave()
        elif not self._data_depth and self._is_part(token):
            self._parts += 1
        if token.kind == "word" and token.text.lower().endswith("values"):
            self._awaits_data = True
        self._last = token.kind
        if self._parts > MOST_PARTS:
            raise QueryRefused(
                "The query has more than {most} operators, clauses and triples.",
                hint="Put alternatives in VALUES or IN, whose length is free, or ask in several queries.",
                most=MOST_PARTS,
            )

    def _enter(self, bracket: str) -> None:
        if not self._data_depth:
            self._parts += 1
            if bracket == "{" and self._awaits_data:
                self._data_depth, self._awaits_data = len(self._open) + 1, False
        kind = bracket
        if bracket == "(" and self._last != "word" and self._open and self._open[-1] in ("{", "[", "list"):
            kind = "list"
        self._nodes += kind in ("[", "list")
        self._open.append(kind)
        if len(self._open) > MOST_DEPTH:
            raise QueryRefused(
                "The query has more than {most} brackets in one another.",
                hint="Write it with fewer brackets in one another.",
                most=MOST_DEPTH,
            )
        if self._nodes > MOST_NODES and not self._data_depth:
            raise QueryRefused(
                "The query has more than {most} blank nodes or lists in one another.",
                hint="Name some of the nodes with variables.",
                most=MOST_NODES,
            )

    def _leave(self) -> None:
        if self._data_depth == len(self._open):
            self._data_depth = 0
        if self._open:
            self._nodes -= self._open.pop() in ("[", "list")

    def _is_part(self, token: Token) -> bool:
        inner = self._open[-1] if self._open else ""
        if token.kind == "word":
            return token.text.lower() not in _VALUES
        if token.kind == "other":
            return token.text in _CHAINED or (token.text in ".;," and inner in ("{", "[", ""))
        is_listed = inner == "list"
        return is_listed or (self._describes and not inner and token.kind in ("iri", "name"))
