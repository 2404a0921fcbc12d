"""What links and statements rest on: passages of the text, and alignments with their grounds."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from kg_server.ask.labels import Labels, Named, Text, best, in_order, values
from kg_server.core.namespaces import compact, prefixes
from kg_server.core.terms import Term, iri
from kg_server.engine.results import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg_server.engine.base import Engine

_ESSENTIAL = {"sg:alignedFrom", "sg:relation", "sg:alignedTo"}


@dataclass(frozen=True)
class Passage:
    """A place in the strategy's text; `wording` only where the document has been loaded on this machine."""

    iri: str
    slug: str
    label: Text
    section: Named | None
    start: int | None
    end: int | None
    wording: Text | None


@dataclass(frozen=True)
class Alignment:
    """A curator's link from one thing to others, with what it rests on; `level` is the word for the confidence."""

    iri: str
    label: Text
    source: Named
    relation: Named
    targets: tuple[Named, ...]
    confidence: Decimal | None
    level: Named | None
    rationale: Text | None
    basis: Named | None
    status: Named | None
    curator: Named | None
    created: str
    passages: tuple[Passage, ...]


def read_passages(engine: Engine, subjects: Iterable[str], labels: Labels) -> dict[str, tuple[Passage, ...]]:
    """For each subject the passages it rests on, in the order of the text; a passage rests on itself."""
    asked = sorted(set(subjects))
    space, table = prefixes(labels.base), f"VALUES ?subject {{ {values(asked)} }}"
    rows = read_rows(
        engine,
        f"""PREFIX oa: <{space["oa"]}>
PREFIX sg: <{space["sg"]}>
SELECT DISTINCT ?subject ?passage ?section ?start ?end ?wording WHERE {{
  {{ {table} ?subject sg:evidence ?passage }}
  UNION {{ {table} ?subject a sg:Passage . BIND (?subject AS ?passage) }}
  OPTIONAL {{ ?passage sg:inSection ?section }}
  OPTIONAL {{ ?passage oa:hasSelector ?selector . ?selector oa:start ?start ; oa:end ?end }}
  OPTIONAL {{ ?passage sg:wording ?wording }}
}}
ORDER BY ?subject ?start ?passage""",
    ).rows
    labels.read(term for row in rows for term in (row["passage"], row.get("section")))
    found: dict[str, dict[str, Passage]] = {subject: {} for subject in asked}
    for row in rows:
        passages = found[row["subject"].value]
        passages.setdefault(row["passage"].value, _passage(row, labels))
    return {subject: tuple(passages.values()) for subject, passages in found.items()}


def _passage(row: dict[str, Term], labels: Labels) -> Passage:
    wording = row.get("wording")
    return Passage(
        iri=row["passage"].value,
        slug=compact(row["passage"].value, labels.base).rpartition("/")[2],
        label=labels.name(row["passage"]).label,
        section=labels.name(row["section"]) if "section" in row else None,
        start=int(row["start"].value) if "start" in row else None,
        end=int(row["end"].value) if "end" in row else None,
        wording=Text(wording.value, wording.language) if wording else None,
    )


def read_alignments(engine: Engine, alignments: Iterable[str], labels: Labels) -> list[Alignment]:
    """The alignments with all they carry, the surest first; what is no alignment is left out."""
    asked = sorted(set(alignments))
    if not asked:
        return []
    rows = read_rows(
        engine,
        f"""PREFIX sg: <{prefixes(labels.base)["sg"]}>
SELECT ?alignment ?property ?value WHERE {{
  VALUES ?alignment {{ {values(asked)} }}
  ?alignment a sg:Alignment ;
    ?property ?value .
}}
ORDER BY ?alignment ?property ?value""",
    ).rows
    facts: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        facts[row["alignment"].value][compact(row["property"].value, labels.base)].append(row["value"])
    labels.read(term for row in rows for term in (row["alignment"], row["value"]))
    levels = _read_levels(engine, labels)
    passages = read_passages(engine, facts, labels) if facts else {}
    read = [
        _alignment(name, facts[name], levels, labels, passages[name])
        for name in facts
        if facts[name].keys() >= _ESSENTIAL
    ]
    return sorted(read, key=lambda one: (-(one.confidence or Decimal(0)), one.relation.label.value, one.iri))


def _alignment(
    name: str,
    facts: dict[str, list[Term]],
    levels: Sequence[tuple[Decimal, str]],
    labels: Labels,
    passages: tuple[Passage, ...],
) -> Alignment:
    def named(key: str) -> Named | None:
        return labels.name(facts[key][0]) if facts.get(key) else None

    confidence = Decimal(facts["sg:confidence"][0].value) if facts.get("sg:confidence") else None
    level = next((level for least, level in levels if confidence is not None and confidence >= least), None)
    return Alignment(
        iri=name,
        label=labels.name(iri(name)).label,
        source=labels.name(facts["sg:alignedFrom"][0]),
        relation=labels.name(facts["sg:relation"][0]),
        targets=tuple(sorted(map(labels.name, facts["sg:alignedTo"]), key=lambda one: in_order(one.code, one.label))),
        confidence=confidence,
        level=labels.name(iri(level)) if level else None,
        rationale=best(facts.get("sg:rationale", ()), labels.language),
        basis=named("sg:basis"),
        status=named("sg:reviewStatus"),
        curator=named("prov:wasAttributedTo"),
        created=next((day.value for day in facts.get("dcterms:created", ())), ""),
        passages=passages,
    )


def _read_levels(engine: Engine, labels: Labels) -> list[tuple[Decimal, str]]:
    """The words for confidence with their lower bounds, the highest first."""
    rows = read_rows(
        engine, f"PREFIX sg: <{prefixes(labels.base)['sg']}> SELECT ?level ?least WHERE {{ ?level sg:atLeast ?least }}"
    ).rows
    levels = [(Decimal(row["least"].value), row["level"].value) for row in rows]
    labels.read(iri(level) for _, level in levels)
    return sorted(levels, reverse=True)
