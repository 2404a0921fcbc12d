"""One generated plan: its goals, strategies, passages, partners and judged links, as N-Triples terms."""

from __future__ import annotations

import hashlib
from random import Random
from typing import TYPE_CHECKING

from bench.figures import observation
from bench.terms import facts, sg, term, thing, typed
from bench.words import Wording, aim, reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bench.shared import Fact, Shared
    from bench.terms import Values

_SECTORS = ("Academia", "Business", "CivilSociety", "PublicSector")
_STRATEGIES = 3
_STRIDE = 101
_LENGTH = 40_000


class Plan:
    """The plan with that number: always the same for the same seed, whatever plans there are beside it."""

    def __init__(self, shared: Shared, number: int, seed: int) -> None:
        self._shared = shared
        self._random = Random(f"{seed}/{number}")  # noqa: S311 - chance that repeats itself is the point
        self._slug = f"p{number}"
        self._iri = thing(f"plan/{self._slug}")
        self._letter = "ABC"[number % 3]
        self._first = _STRATEGIES * (number // 3 % 3) + 1
        self._place, self._name = shared.municipalities[number * _STRIDE % len(shared.municipalities)]
        self._at = 0
        self._links = 0

    def facts(self) -> Iterator[Fact]:
        """Everything the plan says, what was judged about it, and what the project's rules conclude from that."""
        owner, section = thing(f"organisation/{self._slug}"), thing(f"section/{self._slug}-1")
        area = thing(f"focus-area/{self._slug}")
        yield from self._described(
            owner, "org:Organization", Wording(f"{self._name} kommune", f"{self._name} municipality")
        )
        yield from self._described(
            self._iri,
            "sg:Plan",
            Wording(f"Internasjonal strategi for {self._name}", f"International strategy of {self._name}"),
            **{
                "dcterms:publisher": owner,
                "sg:sha256": self._checksum("plan"),
                "sg:textLength": typed(_LENGTH, "integer"),
            },
        )
        yield from self._described(
            section,
            "sg:Section",
            Wording("Satsinger", "Priorities"),
            **{"skos:notation": '"1"', "sg:order": typed(1, "integer"), "sg:partOf": self._iri},
        )
        yield from self._described(
            area,
            "sg:FocusArea",
            aim(self._random),
            **{"skos:notation": f'"{self._letter}"', "sg:order": typed(1, "integer"), "sg:partOf": self._iri},
        )
        for index in range(_STRATEGIES):
            yield from self._goal(index, area, section)
            yield from self._strategy(index, area, section)
        yield from observation(self._shared, self._slug, self._random, self._place, self._iri)

    def _goal(self, index: int, area: str, section: str) -> Iterator[Fact]:
        number, wanted = self._first + index, aim(self._random)
        goal, passage = thing(f"goal/{self._slug}-{index}"), thing(f"passage/{self._slug}-g{index}")
        yield from self._passage(passage, section, wanted)
        yield from self._described(
            goal,
            "sg:Goal",
            wanted,
            **self._text(wanted),
            **{
                "skos:notation": f'"{self._letter}.{number}"',
                "sg:order": typed(number, "integer"),
                "sg:inFocusArea": area,
                "sg:evidence": passage,
            },
        )
        target, of = self._random.choice(self._shared.targets)
        yield from self._link(goal, "contributesTo", (target,), passage, wanted)
        yield from self._concluded(goal, "contributesTo", (target, of))

    def _strategy(self, index: int, area: str, section: str) -> Iterator[Fact]:
        number, wanted = self._first + index, aim(self._random)
        strategy, passage = thing(f"strategy/{self._slug}-{index}"), thing(f"passage/{self._slug}-s{index}")
        yield from self._passage(passage, section, wanted)
        yield from self._described(
            strategy,
            "sg:Strategy",
            wanted,
            **self._text(wanted),
            **{
                "skos:notation": f'"{self._letter}{number}"',
                "sg:order": typed(number, "integer"),
                "sg:inFocusArea": area,
                "sg:evidence": passage,
            },
        )
        yield from self._contributions(strategy, passage, wanted)
        policy = self._random.choice(self._shared.policies)
        yield from self._link(strategy, "supports", (policy,), passage, wanted)
        yield from self._concluded(strategy, "supports", (policy,))
        yield from self._role(index, strategy, passage, wanted)

    def _contributions(self, strategy: str, passage: str, wanted: Wording) -> Iterator[Fact]:
        """Links to a few targets; every other goal was looked at, and found without a link."""
        chosen = self._random.sample(self._shared.targets, self._random.randint(1, 3))
        for target, _ in chosen:
            yield from self._link(strategy, "contributesTo", (target,), passage, wanted)
        reached = {goal for _, goal in chosen}
        denied = tuple(goal for goal in self._shared.goals if goal not in reached)
        yield from self._link(strategy, "noContribution", denied, passage, wanted)
        yield from self._concluded(strategy, "contributesTo", (*(target for target, _ in chosen), *sorted(reached)))
        yield from self._concluded(strategy, "noContribution", denied)

    def _role(self, index: int, strategy: str, passage: str, wanted: Wording) -> Iterator[Fact]:
        role = thing(f"role/{self._slug}-{index}")
        other = thing(f"organisation/{self._slug}")
        yield from self._described(
            role,
            "sg:PartnerRole",
            Wording(f"{self._name} som partner {index + 1}", f"{self._name} as partner {index + 1}"),
            **self._text(wanted),
            **{"sg:partner": other, "sg:sector": sg(self._random.choice(_SECTORS))},
        )
        yield from self._link(role, "supports", (strategy,), passage, wanted)
        yield from self._concluded(role, "supports", (strategy,))

    def _passage(self, passage: str, section: str, about: Wording) -> Iterator[Fact]:
        start, length = self._at, self._random.randint(60, 400)
        self._at += length + 2
        position = f"{passage[:-1]}/position>"
        yield from self._described(
            passage,
            "sg:Passage",
            about,
            **{
                "oa:hasSource": self._iri,
                "oa:hasSelector": position,
                "sg:inSection": section,
                "sg:sha256": self._checksum(passage),
                "sg:foldedLength": typed(length, "nonNegativeInteger"),
            },
        )
        yield from facts(
            "strategy",
            position,
            {
                "rdf:type": term("oa:TextPositionSelector"),
                "rdfs:label": Wording(f"Posisjonen til «{about.nb}»", f"Position of “{about.en}”"),
                "oa:start": typed(start, "nonNegativeInteger"),
                "oa:end": typed(start + length, "nonNegativeInteger"),
            },
        )

    def _link(self, source: str, relation: str, aims: tuple[str, ...], passage: str, about: Wording) -> Iterator[Fact]:
        self._links += 1
        why = reason(self._random, about)
        yield from facts(
            "alignments",
            thing(f"alignment/{self._slug}-{self._links}"),
            {
                "rdf:type": sg("Alignment"),
                "rdfs:label": Wording(f"{self._slug} {about.nb}", f"{self._slug} {about.en}"),
                "sg:alignedFrom": source,
                "sg:relation": sg(relation),
                "sg:alignedTo": aims,
                "sg:confidence": typed(f"0.{self._random.randint(50, 95)}", "decimal"),
                "sg:rationale": why,
                "sg:evidence": passage,
                "sg:reviewStatus": sg(self._random.choice(("Draft", "Reviewed"))),
                "sg:basis": sg("Judged"),
                "prov:wasAttributedTo": thing("organisation/strategigraf"),
                "dcterms:created": typed(f"2026-{self._random.randint(1, 12):02}-01", "date"),
                "dcterms:source": self._iri,
            },
        )

    def _concluded(self, source: str, relation: str, aims: Iterable[str]) -> Iterator[Fact]:
        return facts("inferred", source, {f"sg:{relation}": tuple(aims)})

    def _described(self, subject: str, kind: str, label: Wording, **values: Values) -> Iterator[Fact]:
        origin = {"sg:basis": sg("Described"), "dcterms:source": self._iri}
        return facts("strategy", subject, {"rdf:type": term(kind), "rdfs:label": label, **values, **origin})

    def _text(self, wanted: Wording) -> dict[str, Values]:
        told = Wording(f"{wanted.nb} i {self._name}.", f"{wanted.en} in {self._name}.")
        return {"dcterms:description": told}

    def _checksum(self, of: str) -> str:
        return f'"{hashlib.sha256(f"{self._slug}/{of}".encode()).hexdigest()}"'
