"""The strategy as it is read: section by section, passage by passage, with what rests on each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from kg_server.ask.evidence import read_passages
from kg_server.ask.labels import Labels, Named, Text, best
from kg_server.ask.network import numbers_first
from kg_server.core.namespaces import BASE, compact, graph_iri, prefixes
from kg_server.engine.results import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg_server.ask.evidence import Passage
    from kg_server.core.terms import Term
    from kg_server.engine.base import Engine

    Row = dict[str, Term]


@dataclass(frozen=True)
class Told:
    """Something the text states: what it is, its notation, and our summary of it."""

    thing: Named
    kind: Named
    notation: str
    summary: Text | None


@dataclass(frozen=True)
class Claim:
    """An alignment that rests on a passage, in short; `has_link` is false of one that looked and found none."""

    iri: str
    source: Named
    source_code: str
    relation: Named
    targets: tuple[tuple[str, Named], ...]
    confidence: Decimal | None
    has_link: bool


@dataclass(frozen=True)
class Place:
    """One passage, with what the text states there and the judged links that rest on it."""

    passage: Passage
    told: tuple[Told, ...]
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Section:
    """A section of the text, by its number; `depth` is 1 for those that are part of no other."""

    thing: Named
    notation: str
    depth: int
    places: tuple[Place, ...]


def read_plan(engine: Engine, language: str = "nb", *, base: str = BASE) -> tuple[Section, ...]:
    """The sections in the order of the text, with their passages and everything that rests on them."""
    labels = Labels(engine, language, base)
    sections = _ask(engine, _SECTIONS, base)
    held = _ask(engine, _PASSAGES, base)
    told = _read_told(engine, labels)
    claims = _read_claims(engine, labels)
    passages = read_passages(engine, (row["passage"].value for row in held), labels)
    labels.read(row["section"] for row in sections)
    inside: dict[str, list[Passage]] = defaultdict(list)
    for row in held:
        inside[row["section"].value].extend(passages[row["passage"].value])
    return tuple(
        Section(
            thing=labels.name(row["section"]),
            notation=row["notation"].value,
            depth=1 + int(row["above"].value),
            places=tuple(
                Place(one, tuple(told[one.iri]), tuple(claims[one.iri]))
                for one in sorted(inside[row["section"].value], key=lambda one: (one.start or 0, one.iri))
            ),
        )
        for row in sections
    )


def _ask(engine: Engine, pattern: str, base: str) -> Sequence[Row]:
    space = prefixes(base)
    declared = "\n".join(f"PREFIX {name}: <{space[name]}>" for name in ("dcterms", "sg", "skos"))
    return read_rows(engine, f"{declared}\nPREFIX graph: <{graph_iri('', base)}>\n{pattern}").rows


_SECTIONS = """SELECT ?section ?notation (COUNT(?outer) AS ?above) WHERE {
  ?section a sg:Section ;
    sg:order ?order ;
    skos:notation ?notation .
  OPTIONAL { ?outer a sg:Section ; sg:hasPart ?section }
}
GROUP BY ?section ?notation ?order
ORDER BY ?order"""

_PASSAGES = "SELECT ?section ?passage WHERE { ?passage sg:inSection ?section }"

# Of a thing's classes, the one that is asserted tells most; the rest are inferred from it.
_TOLD = """SELECT ?passage ?thing ?kind ?notation ?summary WHERE {
  ?thing sg:evidence ?passage ;
    sg:basis sg:Stated .
  GRAPH ?graph { ?thing a ?kind }
  FILTER (?graph != graph:inferred)
  FILTER NOT EXISTS { ?thing a sg:Section }
  OPTIONAL { ?thing skos:notation ?notation }
  OPTIONAL { ?thing dcterms:description ?summary }
}
ORDER BY ?passage ?notation ?thing ?kind"""

_CLAIMS = """SELECT ?passage ?claim ?source ?code ?relation ?target ?targetCode ?confidence WHERE {
  ?claim a sg:Alignment ;
    sg:evidence ?passage ;
    sg:alignedFrom ?source ;
    sg:relation ?relation ;
    sg:alignedTo ?target .
  OPTIONAL { ?claim sg:confidence ?confidence }
  OPTIONAL { ?source skos:notation ?code }
  OPTIONAL { ?target skos:notation ?targetCode }
  FILTER NOT EXISTS { ?claim sg:reviewStatus sg:Rejected }
}
ORDER BY ?passage ?code ?source DESC(?confidence) ?claim ?targetCode ?target"""


def _read_told(engine: Engine, labels: Labels) -> dict[str, list[Told]]:
    """For each passage what it states, each thing once."""
    rows = _ask(engine, _TOLD, labels.base)
    labels.read(term for row in rows for term in (row["thing"], row["kind"]))
    found: dict[str, list[Told]] = defaultdict(list)
    for (passage, _), group in _grouped(rows, "passage", "thing").items():
        first = group[0]
        summary = best((row["summary"] for row in group if "summary" in row), labels.language)
        found[passage].append(Told(labels.name(first["thing"]), labels.name(first["kind"]), _code(first), summary))
    return found


def _read_claims(engine: Engine, labels: Labels) -> dict[str, list[Claim]]:
    """For each passage the alignments that rest on it, those with a link before those without."""
    rows = _ask(engine, _CLAIMS, labels.base)
    labels.read(term for row in rows for term in (row["source"], row["relation"], row["target"]))
    found: dict[str, list[Claim]] = defaultdict(list)
    for (passage, claim), group in _grouped(rows, "passage", "claim").items():
        first = group[0]
        targets = {row["target"].value: (_code(row, "targetCode"), labels.name(row["target"])) for row in group}
        ordered = sorted(targets.values(), key=lambda one: (numbers_first(one[0]), one[1].iri))
        found[passage].append(
            Claim(
                iri=claim,
                source=labels.name(first["source"]),
                source_code=_code(first, "code"),
                relation=labels.name(first["relation"]),
                targets=tuple(ordered),
                confidence=Decimal(first["confidence"].value) if "confidence" in first else None,
                has_link=compact(first["relation"].value, labels.base) != "sg:noContribution",
            )
        )
    return defaultdict(
        list, {passage: sorted(claims, key=lambda one: not one.has_link) for passage, claims in found.items()}
    )


def _grouped(rows: Iterable[Row], *names: str) -> dict[tuple[str, ...], list[Row]]:
    """The rows by the terms that go by the names, in the order they come."""
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[name].value for name in names)].append(row)
    return groups


def _code(row: Row, name: str = "notation") -> str:
    return row[name].value if name in row else ""
