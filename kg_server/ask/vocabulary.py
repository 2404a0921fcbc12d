"""Which classes and properties the data really use, how they go together, and what they are called."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg_server.ask.labels import best, everywhere, values
from kg_server.core.namespaces import PREFIXES
from kg_server.engine.results import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg_server.core.terms import Term
    from kg_server.engine.base import Engine

MOST_TERMS = 2_000
"""Classes, and properties, that are told of at most: those that are used most."""
MOST_PAIRS = 20_000
"""Pairs of a class and a property at most."""

_WORDS = {
    "rdf:type": {"nb": "er av typen", "en": "is of type"},
    "rdfs:label": {"nb": "navn", "en": "name"},
    "rdfs:comment": {"nb": "merknad", "en": "comment"},
    "rdfs:isDefinedBy": {"nb": "er definert av", "en": "is defined by"},
    "rdfs:seeAlso": {"nb": "se også", "en": "see also"},
    "rdfs:subClassOf": {"nb": "er underklasse av", "en": "is a subclass of"},
    "rdfs:subPropertyOf": {"nb": "er underegenskap av", "en": "is a subproperty of"},
    "owl:Class": {"nb": "klasse", "en": "class"},
    "owl:DatatypeProperty": {"nb": "egenskap med verdi", "en": "property with a value"},
    "owl:ObjectProperty": {"nb": "egenskap som kobler", "en": "property that links"},
    "owl:Ontology": {"nb": "ontologi", "en": "ontology"},
    "owl:inverseOf": {"nb": "er det motsatte av", "en": "is the inverse of"},
    "owl:sameAs": {"nb": "er det samme som", "en": "is the same as"},
    "owl:versionInfo": {"nb": "versjon", "en": "version"},
}
"""What terms of RDF itself are called; few data sets say so of them."""

Counts = tuple[tuple[str, int], ...]
Pairs = tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class Described:
    """A class or property: what it is called in each language, and what it means in each."""

    labels: Mapping[str, str]
    definitions: Mapping[str, str]


@dataclass(frozen=True)
class Vocabulary:
    """
    The classes and properties in use with the number of things or triples, the most used first.

    `of` tells for a class and a property how many triples things of that class have with it, `leads` for a property
    and a class how many of its triples lead to things of that class.
    """

    classes: Counts
    properties: Counts
    of: Pairs
    leads: Pairs
    described: Mapping[str, Described]


def read_vocabulary(engine: Engine, *, anywhere: bool = False) -> Vocabulary:
    """The vocabulary of the data; `anywhere` for data that may lie in named graphs alone."""

    def counted(heads: str, pattern: str, most: int) -> list[dict[str, Term]]:
        where = everywhere(pattern) if anywhere else pattern
        query = f"""SELECT {heads} (COUNT(*) AS ?number) WHERE {{ {where} }}
GROUP BY {heads} ORDER BY DESC(?number) {heads} LIMIT {most}"""
        return [
            row for row in read_rows(engine, query).rows if all(row[head[1:]].kind == "uri" for head in heads.split())
        ]

    classes = _counts(counted("?class", "?s a ?class", MOST_TERMS))
    properties = _counts(counted("?property", "?s ?property ?o", MOST_TERMS))
    of = counted("?class ?property", "?s a ?class ; ?property ?o", MOST_PAIRS)
    leads = counted("?property ?class", "?s ?property ?o . ?o a ?class", MOST_PAIRS)
    terms = dict.fromkeys(term for term, _ in (*classes, *properties))
    return Vocabulary(
        classes,
        properties,
        tuple((row["class"].value, row["property"].value, int(row["number"].value)) for row in of),
        tuple((row["property"].value, row["class"].value, int(row["number"].value)) for row in leads),
        _describe(engine, terms, anywhere=anywhere),
    )


def _counts(rows: Iterable[Mapping[str, Term]]) -> Counts:
    return tuple((next(iter(row.values())).value, int(row["number"].value)) for row in rows)


def _describe(engine: Engine, terms: Iterable[str], *, anywhere: bool) -> dict[str, Described]:
    """What the data say of the terms themselves."""
    pattern = "?term ?says ?text"
    rows = read_rows(
        engine,
        f"""PREFIX rdfs: <{PREFIXES["rdfs"]}>
PREFIX skos: <{PREFIXES["skos"]}>
SELECT DISTINCT ?term ?says ?text WHERE {{
  VALUES ?term {{ {values(terms)} }}
  {everywhere(pattern) if anywhere else pattern}
  FILTER (?says IN (rdfs:label, skos:prefLabel, skos:definition, rdfs:comment))
}}""",
    ).rows
    labels: dict[str, list[Term]] = defaultdict(list)
    definitions: dict[str, list[Term]] = defaultdict(list)
    for row in rows:
        told = labels if row["says"].value.endswith(("#label", "#prefLabel")) else definitions
        told[row["term"].value].append(row["text"])
    return _known() | {
        term: Described(_each(labels[term]), _each(definitions[term])) for term in (labels.keys() | definitions.keys())
    }


def _known() -> dict[str, Described]:
    """What terms that all RDF is made of are called where the data do not say."""
    return {PREFIXES[name.partition(":")[0]] + name.partition(":")[2]: Described(of, {}) for name, of in _WORDS.items()}


def _each(texts: list[Term]) -> dict[str, str]:
    """The best text for a reader of each language."""
    found = {language: best(texts, language) for language in ("nb", "en")}
    return {language: text.value for language, text in found.items() if text}
