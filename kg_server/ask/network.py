"""The links of a build as one network: every judged link, and the plain ones that tell what belongs to what."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from kg_server.ask.labels import Named, Text, best, code_of
from kg_server.ask.names import expand
from kg_server.core.namespaces import compact
from kg_server.core.terms import iri

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg_server.core.terms import Term

CARRIED = ("sg:inFocusArea", "sg:partOf", "sdgo:isTargetOf", "sdgo:isIndicatorOf")
"""From a part to its whole: what holds of the part is carried to the whole, and never the other way."""

DOWN, ACROSS, UP = range(3)
"""The ways a link is walked: from a whole to its part, between things, and from a part to its whole."""

PLAIN = (
    *CARRIED,
    *("sg:partner", "sg:supports", "sg:guidedBy", "sg:affects", "sg:responsible", "sg:fundedBy"),
    *("sg:party", "sg:gapIn", "sg:measures", "org:member", "org:organization", "org:unitOf"),
)
"""The properties whose triples are links by themselves, without an alignment."""

DENIAL = "sg:noContribution"
REJECTED = "sg:Rejected"
KINDS = {
    "strategy": "sg:Strategy",
    "goal": "sg:Goal",
    "focus-area": "sg:FocusArea",
    "sdg": "sdgo:Goal",
    "target": "sdgo:Target",
    "indicator": "sdgo:Indicator",
    "eu-policy": "sg:EUPolicy",
    "programme": "sg:FundingProgramme",
    "theme": "sg:PolicyTheme",
    "treaty": "sg:Treaty",
    "policy": "sg:PolicyInstrument",
    "challenge": "sg:Challenge",
    "trend": "sg:Trend",
    "partner": "sg:partner",
    "partner-role": "sg:PartnerRole",
    "project": "sg:Project",
    "network": "sg:Network",
    "city": "sg:City",
    "plan": "sg:Plan",
}
"""The kinds people ask for, by the word that stands for each in an address; a partner is who has a partner role."""

_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Tie:
    """
    A link as it was judged, stated or published; properties and grades by their short names.

    `alignment` is what a judged link rests on; it is empty, and there is no confidence, where a plain triple says it.
    """

    source: str
    relation: str
    target: str
    basis: str
    status: str = ""
    confidence: Decimal | None = None
    alignment: str = ""

    @property
    def strength(self) -> Decimal:
        """The confidence of a judged link; a plain one is as sure as can be."""
        return (self.confidence or Decimal(0)) if self.alignment else Decimal(1)

    @property
    def holds(self) -> bool:
        """Whether it is a link in force: neither rejected nor the finding that there is none."""
        return self.relation != DENIAL and self.status != REJECTED


@dataclass(frozen=True, slots=True)
class Step:
    """A tie as it is walked: from where one stands to the other end."""

    tie: Tie
    end: str

    @property
    def is_forward(self) -> bool:
        """Whether it is walked from its source."""
        return self.end == self.tie.target

    @property
    def way(self) -> int:
        """`DOWN`, `ACROSS` or `UP`."""
        if self.tie.alignment or self.tie.relation not in CARRIED:
            return ACROSS
        return UP if self.is_forward else DOWN


@dataclass(frozen=True, slots=True)
class Node:
    """A thing at an end of a link: its kinds by their short names, its notation, and what it is called."""

    iri: str
    kinds: frozenset[str]
    notation: str
    labels: tuple[Term, ...]
    others: tuple[str, ...]

    @property
    def kind(self) -> str:
        """What it is first of all: the word in `KINDS`, or nothing."""
        return next((word for word, name in KINDS.items() if name in self.kinds), "")


@dataclass(frozen=True)
class Network:
    """The links of one build, with what everything in them is called; it cannot change."""

    base: str
    ties: tuple[Tie, ...]
    nodes: Mapping[str, Node]
    words: Mapping[str, tuple[Term, ...]]
    """What properties, classes and grades are called, by their short names."""
    levels: tuple[tuple[Decimal, str], ...]
    """The words for confidence with their lower bounds, the highest first."""

    @cached_property
    def steps(self) -> dict[str, tuple[Step, ...]]:
        """From every thing the links in force, both ways."""
        found: dict[str, list[Step]] = defaultdict(list)
        for tie in self.ties:
            if tie.holds:
                found[tie.source].append(Step(tie, tie.target))
                found[tie.target].append(Step(tie, tie.source))
        return {node: tuple(steps) for node, steps in found.items()}

    @cached_property
    def arrivals(self) -> dict[str, frozenset[tuple[str, int]]]:
        """For every thing where one link leads to it from, and the way that link is walked."""
        return {
            node: frozenset((step.end, Step(step.tie, node).way) for step in steps)
            for node, steps in self.steps.items()
        }

    @cached_property
    def kind_of(self) -> dict[str, str]:
        """What everything is first of all."""
        return {thing: node.kind for thing, node in self.nodes.items()}

    @cached_property
    def by_kind(self) -> dict[str, tuple[str, ...]]:
        """The things of every kind in `KINDS`, in the order of their notations."""
        ordered = sorted(self.nodes.values(), key=order_of)
        return {word: tuple(node.iri for node in ordered if name in node.kinds) for word, name in KINDS.items()}

    @cached_property
    def by_name(self) -> dict[str, tuple[str, ...]]:
        """The things that go by a notation or a label, whatever its case."""
        found: dict[str, set[str]] = defaultdict(set)
        for node in self.nodes.values():
            for name in (node.notation, *node.others, *(label.value for label in node.labels)):
                found[name.casefold()].add(node.iri)
        return {name: tuple(sorted(things)) for name, things in found.items() if name}

    def name(self, thing: str, language: str) -> Named:
        """A thing with its number and its label in the language, or else in another."""
        return self._told(thing, language, self._name)

    def word(self, short: str, language: str) -> Named:
        """A property, class or grade with its label in the language, or else in another."""
        return self._told(short, language, self._word)

    def _told(self, name: str, language: str, tell: Callable[[str, str], Named]) -> Named:
        """What is called so, worked out once."""
        key = (name, language)
        if key not in self._known:
            self._known[key] = tell(name, language)
        return self._known[key]

    def _name(self, thing: str, language: str) -> Named:
        node = self.nodes[thing]
        return Named(
            iri(thing), best(node.labels, language) or Text(compact(thing, self.base)), code_of((node.notation,))
        )

    def _word(self, short: str, language: str) -> Named:
        return Named(iri(self.iri(short)), best(self.words.get(short, ()), language) or Text(short))

    @cached_property
    def _known(self) -> dict[tuple[str, str], Named]:
        return {}

    def short(self, thing: str) -> str:
        """The short name of a thing."""
        return compact(thing, self.base)

    def iri(self, short: str) -> str:
        """The IRI behind a short name."""
        return expand(short, self.base)[0]

    def level(self, confidence: Decimal) -> str:
        """The short name of the word for a confidence; nothing where the build has no words for it."""
        return next((level for least, level in self.levels if confidence >= least), "")


def order_of(node: Node) -> tuple[bool, list[tuple[bool, int, str]], str]:
    """
    What things are sorted by: their notation, whose numbers count as numbers, then their IRI.

    >>> def numbered(notation): return Node("http://e/" + notation, frozenset(), notation, (), ())
    >>> [node.notation for node in sorted(map(numbered, ("12.10", "B1", "12.2", "7")), key=order_of)]
    ['7', '12.2', '12.10', 'B1']
    """
    return *numbers_first(node.notation), node.iri


def numbers_first(notation: str) -> tuple[bool, list[tuple[bool, int, str]]]:
    """
    What notations are sorted by: numbers in them count as numbers and stand before letters; an empty one stands last.

    >>> sorted(["", "B1", "12.10", "12.2", "7"], key=numbers_first)
    ['7', '12.2', '12.10', 'B1', '']
    """
    parts = [part for part in _DIGITS.split(notation) if part]
    return not parts, [(not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts]
