"""The things next to a thing that matter most: judged links first, then what is said, then what follows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from kg_server.core.namespaces import PREFIXES, compact, graph_iri, thing_iri

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from decimal import Decimal

    from kg_server.ask.evidence import Alignment
    from kg_server.ask.labels import Named
    from kg_server.ask.links import LinkGroup
    from kg_server.ask.things import Thing

MOST = 12
_MOST_OF_ONE = 4
"""Things of one relation while there are others to show."""

_GROUNDS = ("dcterms:source", "sg:noContribution", "prov:wasAttributedTo", "adms:identifier", "oa:hasSelector")
"""What links to grounds, or tells that there is no link."""


@dataclass(frozen=True)
class Neighbour:
    """A thing next to another, by which relation and in which direction; `is_derived` when only a rule says so."""

    end: Named
    relation: Named
    comes_here: bool
    confidence: Decimal | None = None
    is_derived: bool = False


def neighbours_of(thing: Thing, base: str, most: int = MOST) -> tuple[Neighbour, ...]:
    """
    The nearest things, each once, those with links to the thing first, in the order of their relations.

    Every relation gets its turn, so that a common one does not crowd out the others.
    """
    judged = [
        *_judged(thing.alignments_from, base, comes_here=False),
        *_judged(thing.alignments_to, base, comes_here=True),
    ]
    linked = [
        *_linked(thing.outgoing, base, comes_here=False),
        *_linked(thing.incoming, base, comes_here=True),
    ]
    said = [one for one in linked if not one.is_derived]
    derived = [one for one in linked if one.is_derived]
    known = {(one.comes_here, one.relation.iri) for one in (*judged, *said)}
    derived.sort(key=lambda one: (one.comes_here, one.relation.iri) in known)
    turns = [_in_turn(found) for found in (judged, said, derived)]
    ranked = chain(*(first for first, _ in turns), *(rest for _, rest in turns))
    chosen: dict[str, Neighbour] = {}
    for one in ranked:
        if len(chosen) < most and one.end.iri != thing.iri:
            chosen.setdefault(one.end.iri, one)
    order = list(dict.fromkeys((one.comes_here, one.relation.iri) for one in chosen.values()))
    return tuple(
        sorted(chosen.values(), key=lambda one: (not one.comes_here, order.index((one.comes_here, one.relation.iri))))
    )


def _judged(alignments: Iterable[Alignment], base: str, *, comes_here: bool) -> Iterator[Neighbour]:
    for one in alignments:
        if compact(one.relation.iri, base) not in _GROUNDS:
            for end in [one.source] if comes_here else one.targets:
                yield Neighbour(end, one.relation, comes_here, one.confidence)


def _linked(groups: Iterable[LinkGroup], base: str, *, comes_here: bool) -> Iterator[Neighbour]:
    """The links to things with a place of their own; what describes the graph itself is left out."""
    for group in groups:
        if compact(group.property.iri, base) in _GROUNDS:
            continue
        for link in group.links:
            if _is_thing(link.end.iri, base):
                yield Neighbour(link.end, group.property, comes_here, is_derived=link.inferred)


def _is_thing(iri: str, base: str) -> bool:
    described = (thing_iri("alignment/", base), thing_iri("query/", base), graph_iri("", base))
    return iri.startswith((thing_iri("", base), PREFIXES["sdg"])) and not iri.startswith(described)


def _in_turn(found: Iterable[Neighbour]) -> tuple[list[Neighbour], list[Neighbour]]:
    """One of each relation and direction after the other: the first few of each, and the rest."""
    groups: dict[tuple[bool, str], list[Neighbour]] = {}
    for one in found:
        groups.setdefault((one.comes_here, one.relation.iri), []).append(one)
    rows = list(zip_longest(*groups.values()))
    first, rest = ([one for row in part for one in row if one] for part in (rows[:_MOST_OF_ONE], rows[_MOST_OF_ONE:]))
    return first, rest
