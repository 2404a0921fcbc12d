"""The links of a thing, out and in, grouped by property, each with the graphs that hold it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg_server.ask.labels import in_order, values
from kg_server.core.namespaces import PREFIXES, graph_iri
from kg_server.core.terms import Term, iri
from kg_server.engine.results import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg_server.ask.labels import Labels, Named
    from kg_server.engine.base import Engine

Ends = dict[Term, dict[Term, list[str]]]
"""The graphs that hold each link, by property and then by the other end."""

MOST_LINKS = 100
"""Links shown of one property at most; how many there are is told all the same."""

_MOST_AT_ONCE = 2_000
"""Links that are read at once and counted here; where there are more, the engine counts."""


@dataclass(frozen=True)
class Link:
    """The other end of a link, and the graphs that hold it; `inferred` when only a rule says so."""

    end: Named
    graphs: tuple[str, ...]
    inferred: bool


@dataclass(frozen=True)
class LinkGroup:
    """The links of one property: the first of them, and how many there are in all."""

    property: Named
    links: tuple[Link, ...]
    total: int


def read_links(engine: Engine, thing: str, labels: Labels, *, inward: bool = False) -> tuple[LinkGroup, ...]:
    """
    The links out of a thing, or into it, by property and then by the number and label of the other end.

    Left out is what says nothing more: an inferred link that a more special property has as well, and words in another
    language where there are words in the reader's.
    """
    ends, counts = _read_ends(engine, thing, inward=inward)
    if not ends:
        return ()
    for name, end in _repeated(engine, ends, labels.base) | _translations(ends, labels.language):
        del ends[name][end]
        counts[name] -= 1
    labels.read([*ends, *(end for found in ends.values() for end in found)])
    groups = [
        LinkGroup(labels.name(name), _links(found, labels), counts[name]) for name, found in ends.items() if found
    ]
    return tuple(sorted(groups, key=lambda group: (group.property.label.value.lower(), group.property.iri)))


def _read_ends(engine: Engine, thing: str, *, inward: bool) -> tuple[Ends, dict[Term, int]]:
    """The first links of each property, and how many it has: in one query, unless there are very many."""
    pattern = link_pattern(thing, inward=inward)
    query = f"SELECT ?property ?end ?graph WHERE {{ GRAPH ?graph {{ {pattern} }} }} LIMIT {_MOST_AT_ONCE + 1}"
    rows = read_rows(engine, query).rows
    if len(rows) > _MOST_AT_ONCE:
        counting = f"SELECT ?property (COUNT(*) AS ?total) WHERE {{ {pattern} }} GROUP BY ?property"
        counts = {row["property"]: int(row["total"].value) for row in read_rows(engine, counting).rows}
        return _gathered(read_rows(engine, _links_query(thing, counts, inward=inward)).rows), counts
    every = _gathered(rows)
    counts = {name: len(found) for name, found in every.items()}
    return {name: dict(sorted(found.items(), key=_by_term)[:MOST_LINKS]) for name, found in every.items()}, counts


def _gathered(rows: Iterable[dict[str, Term]]) -> Ends:
    """The rows as links; what has no name of its own is left out."""
    ends: Ends = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row["end"].kind != "bnode":
            ends[row["property"]][row["end"]].append(row["graph"].value)
    return ends


def _by_term(item: tuple[Term, list[str]]) -> tuple[str, str, str]:
    return item[0].kind, item[0].value, item[0].language


def _repeated(engine: Engine, ends: Ends, base: str) -> set[tuple[Term, Term]]:
    """The inferred links, by property and end, that a more special property has too."""
    query = f"""PREFIX rdfs: <{PREFIXES["rdfs"]}>
SELECT ?special ?general WHERE {{
  VALUES ?special {{ {values(sorted(name.value for name in ends))} }}
  ?special rdfs:subPropertyOf ?general .
  FILTER (?special != ?general)
}}"""
    derived = [graph_iri("inferred", base)]
    return {
        (row["general"], end)
        for row in read_rows(engine, query).rows
        for end in ends.get(row["special"], ())
        if row["general"] in ends and ends[row["general"]].get(end) == derived
    }


def _translations(ends: Ends, language: str) -> set[tuple[Term, Term]]:
    """The words, by property, that are in another language while others are in the one wanted."""
    return {
        (name, end)
        for name, found in ends.items()
        if any(one.language == language for one in found)
        for end in found
        if end.language not in ("", language)
    }


def _links(ends: dict[Term, list[str]], labels: Labels) -> tuple[Link, ...]:
    derived = graph_iri("inferred", labels.base)
    links = [Link(labels.name(end), tuple(sorted(graphs)), graphs == [derived]) for end, graphs in ends.items()]
    return tuple(sorted(links, key=lambda link: (in_order(link.end.code, link.end.label), link.end.term.value)))


def link_pattern(thing: str, property_: str = "?property", *, inward: bool) -> str:
    """The triple pattern for what a property leads to from the thing, or inward: from where it leads to the thing."""
    term = iri(thing).n3()
    return f"?end {property_} {term}" if inward else f"{term} {property_} ?end"


def _links_query(thing: str, properties: Iterable[Term], *, inward: bool) -> str:
    """A query for the first links of each property, and for each link the graphs that hold it."""
    parts = (
        f"{{ SELECT ?property ?end WHERE {{ {link_pattern(thing, name.n3(), inward=inward)} . "
        f"BIND ({name.n3()} AS ?property) }} ORDER BY ?end LIMIT {MOST_LINKS} }}"
        for name in properties
    )
    union = "\n  UNION ".join(parts)
    held = f"GRAPH ?graph {{ {link_pattern(thing, inward=inward)} }}"
    return f"SELECT ?property ?end ?graph WHERE {{\n  {union}\n  {held}\n}}"
