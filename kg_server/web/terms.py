"""The terms of the ontology as people read them: grouped by what they are, with label and definition."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg_server.ask.labels import Text, best
from kg_server.core.namespaces import compact, graph_iri, prefixes
from kg_server.engine.results import read_rows

if TYPE_CHECKING:
    from kg_server.core.terms import Term as RdfTerm
    from kg_server.web.site import Site

_KINDS = {
    "owl:Class": "classes",
    "owl:ObjectProperty": "properties",
    "owl:DatatypeProperty": "properties",
    "owl:AnnotationProperty": "properties",
}
GROUPS = ("classes", "properties", "individuals")


@dataclass(frozen=True)
class Described:
    """One term of ours: its short name, what it is called, what it means and how to use it."""

    iri: str
    local: str
    label: Text
    definition: Text | None
    note: Text | None


def read_terms(site: Site) -> dict[str, list[Described]]:
    """The terms by group, A to Z by their short names."""
    space = prefixes(site.base)
    rows = read_rows(
        site.engine,
        f"""PREFIX rdf: <{space["rdf"]}>
PREFIX rdfs: <{space["rdfs"]}>
PREFIX skos: <{space["skos"]}>
SELECT ?term ?property ?value WHERE {{
  GRAPH <{graph_iri("ontology", site.base)}> {{
    ?term rdfs:isDefinedBy <{site.base}ontology> ;
      ?property ?value .
  }}
  FILTER (?property IN (rdf:type, rdfs:label, skos:definition, skos:scopeNote))
}}""",
    ).rows
    facts: dict[str, dict[str, list[RdfTerm]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        facts[row["term"].value][compact(row["property"].value)].append(row["value"])
    groups: dict[str, list[Described]] = {group: [] for group in GROUPS}
    for term, told in sorted(facts.items(), key=lambda item: item[0].lower()):
        kinds = {_KINDS.get(compact(kind.value), "individuals") for kind in told["rdf:type"]}
        group = next(name for name in GROUPS if name in kinds or name == GROUPS[-1])
        groups[group].append(_described(term, told, site))
    return groups


def _described(term: str, told: dict[str, list[RdfTerm]], site: Site) -> Described:
    local = term.removeprefix(prefixes(site.base)["sg"])
    return Described(
        iri=term,
        local=local,
        label=best(told["rdfs:label"], site.language) or Text(local),
        definition=best(told["skos:definition"], site.language),
        note=best(told["skos:scopeNote"], site.language),
    )
