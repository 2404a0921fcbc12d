"""What the things of the real graph are called: in words, in both languages, and no two of a kind alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from kg_server.ask.things import describe
from kg_server.core.namespaces import thing_iri
from tests.asking import answers

if TYPE_CHECKING:
    from kg_server.engine.base import Engine

OURS = thing_iri("")


def test_everything_that_is_spoken_of_has_a_name_in_both_languages(real_engine: Engine) -> None:
    query = f"""SELECT DISTINCT ?thing WHERE {{
  {{ ?thing ?property ?end }} UNION {{ ?other ?property ?thing }}
  FILTER (isIRI(?thing) && (STRSTARTS(STR(?thing), "{OURS}") || STRSTARTS(STR(?thing), STR(sdg:))))
  FILTER (!STRSTARTS(STR(?thing), STR(sdgo:)) && STR(?thing) != "http://metadata.un.org/sdg/ontology")
  FILTER NOT EXISTS {{ ?thing rdfs:label ?nb . ?thing rdfs:label ?en . FILTER (LANG(?nb) = "nb" && LANG(?en) = "en") }}
}}"""
    assert answers(real_engine, query) == []


def test_every_property_and_class_of_a_thing_has_a_name_in_both_languages(real_engine: Engine) -> None:
    query = f"""SELECT DISTINCT ?term WHERE {{
  ?thing ?property ?end .
  FILTER (STRSTARTS(STR(?thing), "{OURS}"))
  BIND (IF(?property = rdf:type, ?end, ?property) AS ?term)
  FILTER (?property != rdfs:label)
  FILTER NOT EXISTS {{ ?term rdfs:label ?nb . ?term rdfs:label ?en . FILTER (LANG(?nb) = "nb" && LANG(?en) = "en") }}
}}"""
    assert answers(real_engine, query) == []


def test_no_name_is_made_of_slugs(real_engine: Engine) -> None:
    names = answers(
        real_engine,
        f'SELECT ?thing ?label WHERE {{ ?thing rdfs:label ?label FILTER (STRSTARTS(STR(?thing), "{OURS}")) }}',
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


def test_a_link_is_called_by_its_ends(real_engine: Engine) -> None:
    query = """SELECT ?alignment ?label ?end WHERE {
  ?alignment a sg:Alignment ; rdfs:label ?label ; sg:alignedFrom|sg:alignedTo ?end .
  OPTIONAL { ?end skos:notation ?number }
  OPTIONAL { ?end rdfs:label ?name FILTER (LANG(?name) = LANG(?label)) }
  FILTER (!CONTAINS(STR(?label), COALESCE(?number, STR(?name))))
}"""
    assert answers(real_engine, query) == []


def test_no_two_things_of_a_kind_have_the_same_name(real_engine: Engine) -> None:
    query = f"""SELECT DISTINCT ?kind ?label WHERE {{
  ?one a ?kind ; rdfs:label ?label .
  ?other rdfs:label ?label ; a ?kind .
  FILTER (?one != ?other)
  FILTER (STRSTARTS(STR(?one), "{OURS}") || STRSTARTS(STR(?one), STR(sdg:)))
}}"""
    assert answers(real_engine, query) == []


@pytest.mark.parametrize(
    ("thing", "kind", "language"), [("kommune/4204", "Kommune", "nb"), ("kommune/1017", "Municipality", "en")]
)
def test_a_municipality_is_told_to_be_one(real_engine: Engine, thing: str, kind: str, language: str) -> None:
    assert [str(one) for one in describe(real_engine, thing_iri(thing), language).kinds] == [kind]
