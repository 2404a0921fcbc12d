"""
Paths with `|` spelled out as UNION, which is what the specification says they mean.

The engine gives a pair of ends once, however many of the alternatives lead from one to the other; the specification
once for each. Under `*`, `+` and `?`, and in `!( … )`, each pair counts once anyway.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

from kg_server.core.errors import QueryRefused
from kg_server.engine.bounds import MOST_BYTES, MOST_PARTS
from kg_server.engine.tokens import read_literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg_server.engine.tokens import Token

_TERMS = ("var", "iri", "name", "string", "number")
_TRUTHS = ("true", "false")


class Statement(NamedTuple):
    """Where a subject with what is said of it begins, and the triples without anything between them that it is of."""

    block: int
    start: int


class _UnreadableError(Exception):
    """What stands here is no path, or no term: the engine tells what is wrong with it."""


class _Pair(NamedTuple):
    """A verb with its objects: as written, and spelled out where the verb has alternatives."""

    text: str
    alternatives: Sequence[str]
    objects: Sequence[str]

    def size_with(self, subject: str) -> int:
        """How many signs it takes to spell it out."""
        paths, targets = _size(self.alternatives), _size(self.objects)
        ways, ends = len(self.alternatives), len(self.objects)
        return ways * ends * len(subject) + ends * paths + ways * targets


def spell_alternatives(query: str, tokens: Sequence[Token], statements: Sequence[Statement]) -> str:
    """
    The query with a UNION for each path with alternatives, in front of the triples it stands among.

    Raises `QueryRefused` for what would become too long.
    """
    if not any(token.kind == "other" and token.text == "|" for token in tokens):
        return query
    places = {token.start: at for at, token in enumerate(tokens)}
    changes: list[tuple[int, int, str]] = []
    count = size = 0
    for statement in statements:
        reader = _Reader(query, tokens, places[statement.start])
        try:
            subject, pairs = reader.statement()
        except _UnreadableError:
            continue
        spread = [pair for pair in pairs if len(pair.alternatives) > 1]
        if not spread:
            continue
        count += sum(len(pair.alternatives) * len(pair.objects) for pair in spread)
        size += sum(pair.size_with(subject) for pair in spread)
        if count > MOST_PARTS or size > MOST_BYTES:
            raise _too_many()
        kept = " ; ".join(pair.text for pair in pairs if len(pair.alternatives) == 1)
        unions = "".join(_union(subject, pair) for pair in spread)
        changes.append((statement.block, statement.block, unions))
        changes.append((statement.start, reader.end(has_rest=bool(kept)), f"{subject} {kept}" if kept else ""))
    return _changed(query, changes)


def _size(texts: Sequence[str]) -> int:
    return sum(map(len, texts))


def _union(subject: str, pair: _Pair) -> str:
    """Everything that one verb says, in groups of their own."""
    return "".join(
        " UNION ".join(f"{{ {subject} {path} {target} }}" for path in pair.alternatives) + " "
        for target in pair.objects
    )


def _changed(query: str, changes: list[tuple[int, int, str]]) -> str:
    pieces, at = [], 0
    for start, end, text in sorted(changes, key=lambda change: change[:2]):
        pieces += [query[at:start], text]
        at = end
    return "".join([*pieces, query[at:]])


def _too_many() -> QueryRefused:
    return QueryRefused(
        "The paths of the query have more than {most} ways to go, or too long ones.",
        hint="Put what stands on both sides of / into a variable of its own, or ask in several queries.",
        most=MOST_PARTS,
    )


def _check_named(pairs: Sequence[_Pair]) -> None:
    """Raise `QueryRefused` where a path with alternatives leads from or to what cannot be named twice."""
    if any(len(pair.alternatives) > 1 for pair in pairs):
        raise QueryRefused(
            "The engine would answer a path with | wrongly where it leads from or to a blank node.",
            hint="Name the node with a variable.",
        )


class _Reader:
    """Reads one subject with its verbs and objects; the depth of brackets is bounded before."""

    def __init__(self, query: str, tokens: Sequence[Token], at: int) -> None:
        self._query = query
        self._tokens = tokens
        self._at = at

    def statement(self) -> tuple[str, list[_Pair]]:
        """The subject and all that is said of it."""
        start = self._at
        is_simple = self._node()
        subject = self._text(start)
        pairs = self._pairs()
        if not is_simple:
            _check_named(pairs)
        return subject, pairs

    def _pairs(self) -> list[_Pair]:
        """Verbs with their objects; none where a node in brackets is said to be nothing more."""
        pairs: list[_Pair] = []
        while self._is_verb():
            start = self._at
            alternatives = [self._term()] if self._kind() == "var" else self._path()
            objects, is_simple = self._objects()
            pairs.append(_Pair(self._text(start), alternatives, objects))
            if not is_simple:
                _check_named(pairs[-1:])
            if not self._is_sign(";"):
                break
            while self._takes(";"):
                pass
        return pairs

    def end(self, *, has_rest: bool) -> int:
        """Where the statement ends; with the full stop, unless something is left that needs it."""
        if not has_rest:
            self._takes(".")
        last = self._tokens[self._at - 1]
        return last.start + len(self._literal(last))

    def _path(self) -> list[str]:
        """The ways a path may go."""
        ways = self._sequence()
        while self._takes("|"):
            ways += self._sequence()
        return ways

    def _sequence(self) -> list[str]:
        ways = self._element()
        while self._takes("/"):
            further = self._element()
            size = len(ways) * _size(further) + len(further) * _size(ways)
            if len(ways) * len(further) > MOST_PARTS or size > MOST_BYTES:
                raise _too_many()
            ways = [f"{one}/{other}" for one, other in itertools.product(ways, further)]
        return ways

    def _element(self) -> list[str]:
        if self._takes("^"):
            return [f"^{way}" for way in self._element()]
        start = self._at
        if self._takes("!"):
            self._skip()
            ways = [self._text(start)]
        elif self._takes("("):
            ways = [f"({way})" for way in self._path()]
            if not self._takes(")"):
                raise _UnreadableError
        elif self._kind() in ("iri", "name") or self._is_word("a"):
            self._at += 1
            ways = [self._text(start)]
        else:
            raise _UnreadableError
        if self._takes("*") or self._takes("+") or self._takes("?"):
            return [self._text(start)]
        return ways

    def _objects(self) -> tuple[list[str], bool]:
        """The objects, and whether each of them has a name to be called by again."""
        found, is_simple = [], True
        while True:
            start = self._at
            is_simple &= self._node()
            found.append(self._text(start))
            if not self._takes(","):
                return found, is_simple

    def _node(self) -> bool:
        """Pass over a term, or a node or a list in brackets; whether it is a term with a name."""
        if self._takes("["):
            _check_named(self._pairs())
            closing = "]"
        elif self._takes("("):
            while self._at < len(self._tokens) and not self._is_sign(")"):
                self._node()
            closing = ")"
        else:
            is_simple = self._kind() != "blank"
            self._term()
            return is_simple
        if not self._takes(closing):
            raise _UnreadableError
        return False

    def _term(self) -> str:
        start = self._at
        self._at += self._is_sign("+") or self._is_sign("-")
        if self._kind() not in (*_TERMS, "blank") and not any(map(self._is_word, _TRUTHS)):
            raise _UnreadableError
        token = self._tokens[self._at]
        end = token.start + len(self._literal(token))
        while self._at < len(self._tokens) and self._tokens[self._at].start < end:
            self._at += 1
        return self._text(start)

    def _skip(self) -> None:
        """Pass over a step, or over all in a bracket."""
        self._takes("^")
        depth = 0
        while self._at < len(self._tokens):
            depth += {"open": 1, "close": -1}.get(self._kind(), 0)
            self._at += 1
            if depth <= 0:
                return
        raise _UnreadableError

    def _text(self, start: int) -> str:
        """What is written from that token to here."""
        last = self._tokens[self._at - 1]
        return self._query[self._tokens[start].start : last.start] + self._literal(last)

    def _literal(self, token: Token) -> str:
        if token.kind == "string":
            return read_literal(self._query, token)
        return token.text

    def _kind(self) -> str:
        return self._tokens[self._at].kind if self._at < len(self._tokens) else ""

    def _is_sign(self, sign: str) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at].text == sign

    def _is_word(self, word: str) -> bool:
        return self._kind() == "word" and self._tokens[self._at].text.lower() == word

    def _is_verb(self) -> bool:
        return self._kind() in ("var", "iri", "name") or self._is_word("a") or any(map(self._is_sign, "^!("))

    def _takes(self, sign: str) -> bool:
        is_there = self._is_sign(sign)
        self._at += is_there
        return is_there
