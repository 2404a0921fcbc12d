"""The figures of a build, counted once: they cannot change while it is served."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg_server.ask.labels import Labels, Named
from kg_server.core.namespaces import PREFIXES, graph_iri, prefixes, thing_iri
from kg_server.engine.results import read_rows

if TYPE_CHECKING:
    from kg_server.core.settings import Settings
    from kg_server.engine.base import Engine
    from kg_server.web.site import Site

_BUILD_RECORD = "build.json"


@dataclass(frozen=True)
class Figures:
    """How much a build holds, and when it was made."""

    things: int
    triples: int
    gaps: int
    links: tuple[tuple[Named, int], ...]
    built_at: dt.datetime | None


def figures_of(site: Site) -> Figures:
    """The figures of the build, with the names of what they count in the reader's language."""
    return site.keep("figures", lambda: _count(site.engine, site.settings, site.language))


def _count(engine: Engine, settings: Settings, language: str) -> Figures:
    rows = read_rows(engine, _links(settings.base)).rows
    own = f'FILTER (STRSTARTS(STR(?thing), "{thing_iri("", settings.base)}"))'
    labels = Labels(engine, language, settings.base)
    labels.read(row["basis"] for row in rows)
    return Figures(
        things=_number(engine, f"SELECT (COUNT(DISTINCT ?thing) AS ?number) WHERE {{ ?thing a ?kind . {own} }}"),
        triples=_number(engine, "SELECT (COUNT(*) AS ?number) WHERE { ?s ?p ?o }"),
        gaps=_number(
            engine, f"SELECT (COUNT(*) AS ?number) WHERE {{ ?gap a <{prefixes(settings.base)['sg']}KnownGap> }}"
        ),
        links=tuple((labels.name(row["basis"]), int(row["links"].value)) for row in rows),
        built_at=built_at(settings, engine.digest),
    )


def _links(base: str) -> str:
    """
    How many links there are of each basis.

    A judged link is one thing an alignment goes to; other links are those of our own and the UN's properties. What an
    alignment is made of does not count, nor what everything has, nor the general property above a link.
    """
    return f"""PREFIX sdgo: <{PREFIXES["sdgo"]}>
PREFIX sg: <{prefixes(base)["sg"]}>
SELECT ?basis (COUNT(*) AS ?links) WHERE {{
  GRAPH <{graph_iri("about", base)}> {{ ?graph sg:basis ?basis }}
  GRAPH ?graph {{ ?from ?property ?to }}
  FILTER (ISIRI(?to) && (STRSTARTS(STR(?property), STR(sg:)) || STRSTARTS(STR(?property), STR(sdgo:))))
  FILTER (?property NOT IN (
    sg:alignedFrom, sg:alignedWith, sg:basis, sg:evidence, sg:inSection, sg:relation, sg:reviewStatus
  ))
}}
GROUP BY ?basis
ORDER BY DESC(?links)"""


def _number(engine: Engine, query: str) -> int:
    return int(read_rows(engine, query).rows[0]["number"].value)


def built_at(settings: Settings, digest: str) -> dt.datetime | None:
    """When the build was made, or nothing where its record does not say."""
    try:
        record = json.loads((settings.store / digest / _BUILD_RECORD).read_text(encoding="utf-8"))
        return dt.datetime.fromisoformat(record["built_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
