"""What the things of the real graph are called: in words, in both languages, and no two of a kind alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from kg_server.ask.things import describe
from kg_server.core.namespaces import prefixes, thing_iri
from kg_server.engine.opening import open_engine
from kg_server.engine.results import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg_server.core.settings import Settings
    from kg_server.engine.base import Engine

PROLOGUE = "".join(f"PREFIX {name}: <{space}>\n" for name, space in prefixes().items())
OURS = thing_iri("")


@pytest.fixture(scope="module")
def engine(real_build: Settings) -> Iterator[Engine]:
    with open_engine(real_build) as engine:
        yield engine


def answers(engine: Engine, query: str) -> list[tuple[str, ...]]:
    found = read_rows(engine, PROLOGUE + query)
    return [tuple(row[name].value if name in row else "" for name in found.variables) for row in found.rows]


def test_everything_that_is_spoken_of_has_a_name_in_both_languages(engine: Engine) -> None:
    query = f"""SELECT DISTINCT ?thing WHERE {{
  {{ ?thing ?property ?end }} UNION {{ ?other ?property ?thing }}
  FILTER (isIRI(?thing) && (STRSTARTS(STR(?thing), "{OURS}") || STRSTARTS(STR(?thing), STR(sdg:))))
  FILTER (!STRSTARTS(STR(?thing), STR(sdgo:)) && STR(?thing) != "http://metadata.un.org/sdg/ontology")
  FILTER NOT EXISTS {{ ?thing rdfs:label ?nb . ?thing rdfs:label ?en . FILTER (LANG(?nb) = "nb" && LANG(?en) = "en") }}
}}"""
    assert answers(engine, query) == []


def test_every_property_and_class_of_a_thing_has_a_name_in_both_languages(engine: Engine) -> None:
    query = f"""SELECT DISTINCT ?term WHERE {{
  ?thing ?property ?end .
  FILTER (STRSTARTS(STR(?thing), "{OURS}"))
  BIND (IF(?property = rdf:type, ?end, ?property) AS ?term)
  FILTER (?property != rdfs:label)
  FILTER NOT EXISTS {{ ?term rdfs:label ?nb . ?term rdfs:label ?en . FILTER (LANG(?nb) = "nb" && LANG(?en) = "en") }}
}}"""
    assert answers(engine, query) == []


def test_no_name_is_made_of_slugs(engine: Engine) -> None:
    names = answers(
        engine, f'SELECT ?thing ?label WHERE {{ ?thing rdfs:label ?label FILTER (STRSTARTS(STR(?thing), "{OURS}")) }}'
    )
    slugs = {thing.removeprefix(OURS).partition("/")[2] for thing, _ in names}
    paths = {thing.removeprefix(OURS) for thing, _ in names}
    made = [
        (thing, label)
        for thing, label in names
        for word in re.split(r"[\s«»“”:]+", label)
        if word in paths or ("-" in word and word in slugs)
    ]
    assert made == []


def test_a_link_is_called_by_its_ends(engine: Engine) -> None:
    query = """SELECT ?alignment ?label ?end WHERE {
  ?alignment a sg:Alignment ; rdfs:label ?label ; sg:alignedFrom|sg:alignedTo ?end .
  OPTIONAL { ?end skos:notation ?number }
  OPTIONAL { ?end rdfs:label ?name FILTER (LANG(?name) = LANG(?label)) }
  FILTER (!CONTAINS(STR(?label), COALESCE(?number, STR(?name))))
}"""
    assert answers(engine, query) == []


def test_no_two_things_of_a_kind_have_the_same_name(engine: Engine) -> None:
    query = f"""SELECT DISTINCT ?kind ?label WHERE {{
  ?one a ?kind ; rdfs:label ?label .
  ?other rdfs:label ?label ; a ?kind .
  FILTER (?one != ?other)
  FILTER (STRSTARTS(STR(?one), "{OURS}") || STRSTARTS(STR(?one), STR(sdg:)))
}}"""
    assert answers(engine, query) == []


@pytest.mark.parametrize(
    ("thing", "kind", "language"), [("kommune/4204", "Kommune", "nb"), ("kommune/1017", "Municipality", "en")]
)
def test_a_municipality_is_told_to_be_one(engine: Engine, thing: str, kind: str, language: str) -> None:
    assert [str(one) for one in describe(engine, thing_iri(thing), language).kinds] == [kind]
