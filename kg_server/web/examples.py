"""Questions to begin with, with their slots filled, ready to run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kg_server.ask.catalog import query_text
from kg_server.core.namespaces import prefixes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg_server.ask.catalog import Query
    from kg_server.web.site import Site

MOST_EXAMPLES = 5


class Example(NamedTuple):
    """What a question asks, and the SPARQL that asks it."""

    summary: str
    query: str


def examples_of(site: Site) -> list[Example]:
    """The first questions of the catalogue, one of each topic before a second of any."""
    chosen = _spread(site.holdings.catalog.values())[:MOST_EXAMPLES]
    return [Example(query.summary(site.language), _filled(query, site)) for query in chosen]


def sample_query(site: Site) -> str:
    """A short query to begin writing from."""
    if site.data_files:
        pattern = "?s ?p ?o" if site.data_files.default else "GRAPH ?g { ?s ?p ?o }"
        return f"SELECT * WHERE {{\n  {pattern}\n}}\nLIMIT 100\n"
    return f"""PREFIX rdfs: <{prefixes()["rdfs"]}>
PREFIX skos: <{prefixes()["skos"]}>
PREFIX sg: <{prefixes(site.base)["sg"]}>

SELECT ?notation ?label WHERE {{
  ?strategy a sg:Strategy ;
    skos:notation ?notation ;
    rdfs:label ?label .
  FILTER (LANG(?label) = "{site.language}")
}}
ORDER BY ?notation
"""


def _filled(query: Query, site: Site) -> str:
    """The question's SPARQL, with the header's examples where a value must be given."""
    needed = [param for param in query.params if param.type != "lang" and param.default is None and not param.optional]
    text = query_text(query, {param.name: param.example for param in needed}, site.language, site.engine)
    return "\n".join(line for line in text.splitlines() if not line.startswith("#+")).strip() + "\n"


def _spread(queries: Iterable[Query]) -> list[Query]:
    """The questions in rounds: in each round the next one of every topic."""
    rounds: dict[str, int] = {}
    placed = []
    for query in queries:
        rounds[query.topic] = rounds.get(query.topic, -1) + 1
        placed.append((rounds[query.topic], query))
    return [query for _, query in sorted(placed, key=lambda place: place[0])]
