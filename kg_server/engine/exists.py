"""
Conditions of EXISTS that the engine is slow at, in words it is fast at; docs/decisions/0020-exists.md says why.

A join in EXISTS becomes loops, one LATERAL after another: the same for plain triples. Where NOT EXISTS tests a product
it may become a MINUS: `Condition.parts` and `Condition.inside` tell whether it should. The rest stays as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kg_server.engine.plain_groups import read_groups

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg_server.engine.plain_groups import Group, Triple
    from kg_server.engine.tokens import Token

_MOST_TOKENS = 2000
_MOST_TRIPLES = 20


class Edit(NamedTuple):
    """What to write in place of a stretch of the query."""

    start: int
    end: int
    text: str


class Condition(NamedTuple):
    """
    The edits that make loops of an EXISTS, and those that make a MINUS of it, if any may.

    A MINUS is worth it where the pattern `inside` has fewer matches than the product of the patterns in `parts`.
    """

    loop: Sequence[Edit]
    minus: Sequence[Edit]
    parts: Sequence[str]
    inside: str


def read_conditions(query: str, tokens: Sequence[Token]) -> list[Condition]:
    """The conditions of EXISTS among the tokens that may be put otherwise."""
    if len(tokens) > _MOST_TOKENS:
        return []
    groups = [group for group in read_groups(query, tokens) if group.role == "exists" and group.is_plain]
    conditions = [_condition(query, group) for group in groups if len(group.triples) <= _MOST_TRIPLES]
    return [condition for condition in conditions if condition.loop or condition.minus]


def rewrite(query: str, edits: Iterable[Edit]) -> str:
    """
    The query with these edits, of which no two overlap.

    >>> rewrite("ASK { }", [Edit(6, 6, "?s ?p ?o")])
    'ASK { ?s ?p ?o}'
    """
    pieces, at = [], 0
    for edit in sorted(edits):
        pieces += [query[at : edit.start], edit.text]
        at = edit.end
    return "".join([*pieces, query[at:]])


def _condition(query: str, group: Group) -> Condition:
    """How the condition of that group may be put otherwise."""
    loop: list[Edit] = []
    if len(group.triples) > 1:
        first, *others = _in_order(group.triples, _known(group))
        chain = f" {first} " + "".join(f"LATERAL {{ {triple} }} " for triple in others)
        loop = [Edit(group.start + 1, group.start + 1, chain), *(Edit(*run, "") for run in group.runs)]
    parts = _parts(group)
    if not parts or group.around is None or group.filter_at is None:
        return Condition(loop, (), (), "")
    inside = query[group.start : group.end + 1]
    end = group.around.end
    minus = [Edit(group.filter_at, group.end + 1, "FILTER(true)"), Edit(end, end, f" MINUS {inside} ")]
    return Condition(loop, minus, parts, inside)


def _known(group: Group) -> set[str]:
    """The variables that have a value where the condition is tested, or may have."""
    known: set[str] = set()
    around = group.around
    while around is not None:
        known |= around.names
        around = around.around if around.role in ("optional", "exists") else None
    return known


def _in_order(triples: Sequence[Triple], known: set[str]) -> list[Triple]:
    """The triples in an order in which each has few matches for those before it."""
    left, ordered = list(triples), []
    found: set[str] = set()
    while left:
        best = min(left, key=lambda triple: (_is_apart(triple, known, found), triple.matches(known | found)))
        left.remove(best)
        ordered.append(best)
        found = found | (best.names - known)
    return ordered


def _is_apart(triple: Triple, known: set[str], found: set[str]) -> bool:
    """Whether the triple would multiply what has been found: it shares nothing with it and is not just a test."""
    return bool(found) and not triple.names & found and not triple.names <= known


def _parts(group: Group) -> list[str]:
    """
    The patterns whose product the NOT EXISTS tests, if it does and MINUS means the same.

    It does as all variables of the triples inside have a value there, and some of them have one outside. Where another
    has none outside it can be anything, to MINUS as to NOT EXISTS.
    """
    around = group.around
    if group.filter_at is None or group.has_test or around is None or around.role != "where" or not around.is_clear:
        return []
    names = set().union(*(triple.names for triple in group.triples))
    if not group.names <= names or len(around.triples) > _MOST_TRIPLES:
        return []
    parts = [part for part in _connected(around.triples) if any(triple.names & names for triple in part)]
    return [" . ".join(map(str, part)) for part in parts] if len(parts) > 1 else []


def _connected(triples: Iterable[Triple]) -> list[list[Triple]]:
    """The triples by what shares variables."""
    parts: list[list[Triple]] = []
    for triple in triples:
        joined = [part for part in parts if any(one.names & triple.names for one in part)]
        parts = [part for part in parts if part not in joined]
        parts.append([*(one for part in joined for one in part), triple])
    return parts
