"""
The groups of a query read as far as they are plain: triples without paths, blank nodes and lists, and what stands by.

Everything else makes a group one that is not understood, which is no fault.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from kg_server.engine.tokens import read_literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg_server.engine.tokens import Token

_TYPES = ("a", "rdf:type", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>")
_MATCHES = {"spo": 1, "so": 2, "sp": 10, "s": 100, "po": 10_000, "o": 100_000, "p": 1_000_000, "": 1_000_000_000}
_CLASS = 200_000
_TRIPLE = 3


class Triple(NamedTuple):
    """A triple pattern as the query writes it."""

    subject: str
    verb: str
    object: str

    @property
    def names(self) -> set[str]:
        """Its variables."""
        return {term[1:] for term in self if term[0] in "?$"}

    def matches(self, known: set[str]) -> int:
        """About how many matches the pattern has once these variables are known, as the engine reckons it."""
        held = "".join(sign for sign, term in zip("spo", self, strict=True) if term[0] not in "?$" or term[1:] in known)
        return _CLASS if held == "po" and self.verb in _TYPES else _MATCHES[held]

    def __str__(self) -> str:
        return " ".join(self)


@dataclass(eq=False)
class Group:
    """
    A group of the query: its triples and the stretches they stand in, and the variables it mentions.

    `filter_at` is where the FILTER NOT EXISTS begins that the group belongs to. `is_plain` tells that it holds nothing
    but triples and filters, `is_clear` that there may also be OPTIONAL and BIND. `brackets` counts those open in it.
    """

    role: str = ""
    start: int = 0
    around: Group | None = None
    filter_at: int | None = None
    is_plain: bool = True
    is_clear: bool = True
    end: int = 0
    triples: list[Triple] = field(default_factory=list)
    runs: list[tuple[int, int]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    terms: list[str] = field(default_factory=list)
    run_at: int | None = None
    awaits: str = ""
    brackets: int = 0
    has_test: bool = False

    def give_up(self) -> None:
        """Something stands here that is not understood."""
        self.is_plain = self.is_clear = False

    def read(self, token: Token, text: str) -> None:
        """Take a term or a sign of a triple."""
        if self.run_at is None:
            self.run_at = token.start
        complete = len(self.terms) == _TRIPLE
        if token.kind == "other":
            if token.text not in ".;," or not complete:
                self.give_up()
            self.terms = self.terms[: ".;,".find(token.text)]
        elif complete or not _is_term(token, len(self.terms)):
            self.give_up()
        else:
            ends = token.kind == "name" and text.endswith(".")
            if ends and text.endswith("\\."):
                self.give_up()
            self.terms.append(text[:-1] if ends else text)
            if len(self.terms) == _TRIPLE:
                self.triples.append(Triple(*self.terms))
                self.terms = [] if ends else self.terms

    def stop(self, at: int) -> None:
        """End the triples: something else stands there."""
        if len(self.terms) in (1, 2):
            self.give_up()
        if self.run_at is not None:
            self.runs.append((self.run_at, at))
        self.terms, self.run_at = [], None


def _is_term(token: Token, place: int) -> bool:
    """Whether the token is a whole subject, verb or object, by its place."""
    if token.kind in ("var", "iri", "name"):
        return True
    word = token.text.lower() if token.kind == "word" else ""
    return (place == 1 and token.text == "a") or (
        place == 2 and (token.kind in ("string", "number") or word in ("true", "false"))  # noqa: PLR2004
    )


def read_groups(query: str, tokens: Sequence[Token]) -> list[Group]:
    """All groups, each complete."""
    stack, groups = [Group()], []
    past = 0
    for at, token in enumerate(tokens):
        group = stack[-1]
        if token.start < past:
            continue  # the type of a literal
        if token.text == "{" and token.kind == "open":
            stack.append(_open(group, tokens, at))
        elif token.text == "}" and token.kind == "close" and len(stack) > 1:
            groups.append(_close(stack.pop(), token.start))
        elif token.kind in ("open", "close"):
            _bracket(group, token)
        else:
            text = query[token.start : token.start + len(token.text)]
            if token.kind in ("string", "number"):
                text = read_literal(query, token)
                past = token.start + len(text)
            _word(group, token, text)
    return groups


def _open(outer: Group, tokens: Sequence[Token], at: int) -> Group:
    """The group that the token opens."""
    before = [token.text.lower() for token in tokens[max(at - 3, 0) : at]]
    group = Group("group", tokens[at].start, outer)
    if before[-1:] == ["exists"]:
        group.role = "exists"
        outer.has_test = True
        if before == ["filter", "not", "exists"] and not outer.brackets:
            group.filter_at = tokens[at - 3].start
    elif outer.around is None:
        group.role = "where"
    elif before[-1:] == ["optional"] and not outer.brackets:
        group.role = "optional"
        outer.is_plain = False
    else:
        outer.give_up()
    outer.stop(tokens[at].start)
    if not outer.brackets:
        outer.awaits = ""
    return group


def _close(group: Group, at: int) -> Group:
    group.stop(at)
    group.end = at
    if group.awaits or group.brackets:
        group.give_up()
    if group.around is not None and group.role != "exists":
        group.around.names |= group.names
    return group


def _bracket(group: Group, token: Token) -> None:
    """An expression begins or ends; all else in brackets is not understood."""
    if token.kind == "open":
        group.brackets += 1
        if not group.awaits:
            group.give_up()
    else:
        group.brackets -= 1
        if not group.brackets:
            group.awaits = ""


def _word(group: Group, token: Token, text: str) -> None:
    word = token.text.lower() if token.kind == "word" else ""
    if token.kind == "var":
        group.names.add(token.text[1:])
    if group.brackets:
        return
    if word in ("filter", "bind", "optional"):
        group.stop(token.start)
        group.awaits = word
        group.is_plain &= word == "filter"
    elif not group.awaits:
        if token.text != "." or group.run_at is not None:
            group.read(token, text)
    elif token.kind not in ("word", "name"):
        group.give_up()
