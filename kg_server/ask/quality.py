"""How far the graph can be trusted, by its own account: what is reviewed, and which references lead somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kg_server.ask.labels import Labels
from kg_server.core.namespaces import PREFIXES, prefixes
from kg_server.core.terms import iri
from kg_server.engine.results import read_rows

if TYPE_CHECKING:
    from kg_server.ask.labels import Named
    from kg_server.core.terms import Term
    from kg_server.engine.base import Engine

MOST_DANGLING = 100
"""References without a description that are told at most."""

_IDENTIFYING = ("adms:identifier", "sg:celex", "sg:kommunenummer", "sg:nutsCode", "skos:exactMatch", "owl:sameAs")


class Share(NamedTuple):
    """A value, and how many have it."""

    name: Named
    number: int


class Identifiers(NamedTuple):
    """A property that says what a thing is known by elsewhere: how often it does, and how many of those lead here."""

    name: Named
    number: int
    known: int


class References(NamedTuple):
    """Identifiers by property, and the IRIs of ours that something refers to and nothing describes."""

    identifiers: tuple[Identifiers, ...]
    dangling: tuple[str, ...]


def read_review(engine: Engine, language: str, base: str) -> tuple[Share, ...]:
    """How many alignments have come how far; every status is there, in the order of the numbers."""
    space = prefixes(base)["sg"]
    rows = read_rows(
        engine,
        f"""PREFIX sg: <{space}>
SELECT ?status (COUNT(?link) AS ?links) WHERE {{
  ?status a sg:ReviewStatus .
  OPTIONAL {{ ?link sg:reviewStatus ?status }}
}}
GROUP BY ?status
ORDER BY DESC(?links) ?status""",
    ).rows
    labels = _labels(engine, language, base, [row["status"] for row in rows])
    return tuple(Share(labels.name(row["status"]), int(row["links"].value)) for row in rows)


def read_references(engine: Engine, language: str, base: str) -> References:
    """The identifiers of things, and the references of ours that lead nowhere."""
    spaces = prefixes(base)
    terms = [spaces[name.partition(":")[0]] + name.partition(":")[2] for name in _IDENTIFYING]
    rows = read_rows(
        engine,
        f"""PREFIX skos: <{PREFIXES["skos"]}>
SELECT ?property (COUNT(*) AS ?number) (SUM(?here) AS ?known) WHERE {{
  VALUES ?property {{ {" ".join(iri(term).n3() for term in terms)} }}
  ?thing ?property ?value .
  BIND (IF(
    EXISTS {{ ?value ?said ?something }} || EXISTS {{ ?entry skos:notation ?value . ?entry skos:inScheme ?scheme }},
    1, 0) AS ?here)
}}
GROUP BY ?property
ORDER BY DESC(?number) ?property""",
    ).rows
    labels = _labels(engine, language, base, [row["property"] for row in rows])
    counted = (
        Identifiers(labels.name(row["property"]), int(row["number"].value), int(row["known"].value)) for row in rows
    )
    return References(tuple(counted), _dangling(engine, base))


def _dangling(engine: Engine, base: str) -> tuple[str, ...]:
    rows = read_rows(
        engine,
        f"""SELECT DISTINCT ?missing WHERE {{
  ?thing ?property ?missing .
  FILTER (ISIRI(?missing) && (STRSTARTS(STR(?missing), "{base}id/") || STRSTARTS(STR(?missing), "{base}ontology#")))
  FILTER (?missing != <{base}ontology#>)
  FILTER NOT EXISTS {{ ?missing ?said ?something }}
}}
ORDER BY ?missing
LIMIT {MOST_DANGLING}""",
    ).rows
    return tuple(row["missing"].value for row in rows)


def _labels(engine: Engine, language: str, base: str, terms: list[Term]) -> Labels:
    labels = Labels(engine, language, base)
    labels.read(terms)
    return labels
