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


def read_identifiers(engine: Engine, language: str, base: str) -> tuple[Identifiers, ...]:
    """What things are known by elsewhere, the most frequent property first."""
    spaces = prefixes(base)
    terms = [spaces[name.partition(":")[0]] + name.partition(":")[2] for name in _IDENTIFYING]
    pattern = f"VALUES ?property {{ {' '.join(iri(term).n3() for term in terms)} }} ?thing ?property ?value ."
    here = "{ ?value ?said ?something } UNION { ?entry skos:notation ?value ; skos:inScheme ?scheme }"
    counted = _counts(engine, pattern)
    known = _counts(engine, f"{{ SELECT DISTINCT ?thing ?property ?value WHERE {{ {pattern} {here} }} }}")
    labels = _labels(engine, language, base, list(counted))
    order = sorted(counted, key=lambda term: (-counted[term], term.value))
    return tuple(Identifiers(labels.name(term), counted[term], known.get(term, 0)) for term in order)


def _counts(engine: Engine, pattern: str) -> dict[Term, int]:
    """How often each property stands in the pattern."""
    query = f"SELECT ?property (COUNT(*) AS ?number) WHERE {{ {pattern} }} GROUP BY ?property"
    rows = read_rows(engine, f"PREFIX skos: <{PREFIXES['skos']}>\n{query}").rows
    return {row["property"]: int(row["number"].value) for row in rows}


def read_dangling(engine: Engine, base: str) -> tuple[str, ...]:
    """The IRIs of ours that something refers to and nothing describes."""
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
