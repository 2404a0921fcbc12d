"""The terms of the ontology: what each says of itself, how often the graph uses it, and where."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kg_server.ask.labels import Labels, Text, best
from kg_server.core.namespaces import compact, graph_iri, prefixes
from kg_server.core.terms import iri
from kg_server.engine.results import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg_server.ask.labels import Named
    from kg_server.core.terms import Term
    from kg_server.engine.base import Engine

_KINDS = {
    "owl:Class": "classes",
    "owl:ObjectProperty": "properties",
    "owl:DatatypeProperty": "properties",
    "owl:AnnotationProperty": "properties",
}
GROUPS = ("classes", "properties", "individuals")
MOST_EXAMPLES = 5


@dataclass(frozen=True)
class Vocabulary:
    """All that the ontology says, by the short names of properties, and how often each term is used."""

    facts: Mapping[str, Mapping[str, tuple[Term, ...]]]
    uses: Mapping[str, int]
    base: str

    def said(self, term: str, property_: str) -> tuple[Term, ...]:
        """What the ontology says of a term with a property."""
        return self.facts.get(term, {}).get(property_, ())

    def text(self, term: str, property_: str, language: str) -> Text | None:
        """What it says in words, in the language or else another."""
        return best(self.said(term, property_), language)

    def group(self, term: str) -> str:
        """Whether the term is a class, a property or a fixed value."""
        kinds = {_KINDS.get(compact(kind.value), GROUPS[-1]) for kind in self.said(term, "rdf:type")}
        return next(name for name in GROUPS if name in kinds or name == GROUPS[-1])

    def own(self) -> list[str]:
        """The terms that this ontology defines, A to Z."""
        home = self.base + "ontology"
        found = (term for term in self.facts if any(one.value == home for one in self.said(term, "rdfs:isDefinedBy")))
        return sorted(found, key=str.lower)

    def subjects(self, property_: str, term: str) -> list[str]:
        """The terms that say this of the term, A to Z."""
        return sorted(one for one in self.facts if any(end.value == term for end in self.said(one, property_)))

    def above(self, term: str, property_: str = "rdfs:subClassOf") -> set[str]:
        """The term and all that stands above it."""
        open_, seen = [term], {term}
        while open_:
            more = {one.value for one in self.said(open_.pop(), property_)} - seen
            seen |= more
            open_ += more
        return seen


class Example(NamedTuple):
    """A use of a term: the thing, and for a property or a value the rest of the statement."""

    thing: Named
    property: Named | None = None
    value: Named | None = None


def read_vocabulary(engine: Engine, base: str) -> Vocabulary:
    """All terms, with what the graph makes of them."""
    rows = read_rows(
        engine,
        f"SELECT ?term ?property ?value WHERE {{ GRAPH <{graph_iri('ontology', base)}> {{ ?term ?property ?value }} "
        "FILTER (ISIRI(?term) && !ISBLANK(?value)) }",
    ).rows
    facts: defaultdict[str, defaultdict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        facts[row["term"].value][compact(row["property"].value, base)].append(row["value"])
    kept = {
        term: {name: tuple(sorted(ends, key=lambda end: end.value)) for name, ends in told.items()}
        for term, told in facts.items()
    }
    uses: dict[str, int] = {}
    for pattern in ("?thing a ?term", "?thing ?term ?value"):
        counted = read_rows(engine, f"SELECT ?term (COUNT(*) AS ?uses) WHERE {{ {pattern} }} GROUP BY ?term").rows
        uses |= {row["term"].value: int(row["uses"].value) for row in counted}
    return Vocabulary(kept, uses, base)


def read_examples(engine: Engine, vocabulary: Vocabulary, term: str, language: str) -> tuple[Example, ...]:
    """Some things of a class, or some statements with a property or a fixed value."""
    named = iri(term).n3()
    group = vocabulary.group(term)
    pattern = {
        "classes": f"?thing a {named}",
        "properties": f"?thing {named} ?value",
        "individuals": f"?thing ?property {named}",
    }[group]
    terms = prefixes(vocabulary.base)["sg"]
    is_ours = f'FILTER (!STRSTARTS(STR(?thing), "{terms}"))'
    rows = read_rows(
        engine,
        f"SELECT DISTINCT * WHERE {{ {pattern} . {is_ours} FILTER (ISIRI(?thing)) }} "
        f"ORDER BY ?thing ?property ?value LIMIT {MOST_EXAMPLES}",
    ).rows
    labels = Labels(engine, language, vocabulary.base)
    labels.read(end for row in rows for end in row.values())
    fixed = {"properties": {"property": iri(term)}, "individuals": {"value": iri(term)}}.get(group, {})
    return tuple(
        Example(**{name: labels.name(end) for name, end in (row | fixed).items() if end.kind != "bnode"})
        for row in rows
    )


def read_edges(engine: Engine, edges: Iterable[tuple[str, str, str]], base: str) -> dict[tuple[str, str, str], int]:
    """How many links there are from things of a class by a property to things of another, by their short names."""
    spaces = prefixes(base)

    def full(name: str) -> str:
        return iri(spaces[name.partition(":")[0]] + name.partition(":")[2]).n3()

    table = " ".join(f"({' '.join(map(full, edge))})" for edge in edges)
    rows = read_rows(
        engine,
        f"""SELECT ?from ?property ?to (COUNT(*) AS ?links) WHERE {{
  VALUES (?from ?property ?to) {{ {table} }}
  ?thing ?property ?other .
  ?thing a ?from .
  ?other a ?to .
}}
GROUP BY ?from ?property ?to""",
    ).rows
    return {
        (
            compact(row["from"].value, base),
            compact(row["property"].value, base),
            compact(row["to"].value, base),
        ): int(row["links"].value)
        for row in rows
    }
