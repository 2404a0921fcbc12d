"""What to begin asking with: questions of the catalogue, and a query to write on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg_server.core.namespaces import prefixes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg_server.ask.catalog import Query
    from kg_server.web.site import Site

MOST_EXAMPLES = 5


def examples_of(site: Site) -> list[Query]:
    """The first questions of the catalogue, one of each topic before a second of any."""
    return _spread(site.holdings.catalog.values())[:MOST_EXAMPLES]


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


def _spread(queries: Iterable[Query]) -> list[Query]:
    """The questions in rounds: in each round the next one of every topic."""
    rounds: dict[str, int] = {}
    placed = []
    for query in queries:
        rounds[query.topic] = rounds.get(query.topic, -1) + 1
        placed.append((rounds[query.topic], query))
    return [query for _, query in sorted(placed, key=lambda place: place[0])]
