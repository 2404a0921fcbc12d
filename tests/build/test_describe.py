from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from kg_server.build.pipeline import build
from kg_server.core.errors import SourceError
from kg_server.core.namespaces import prefixes
from tests.build.projects import edit, settings_of

if TYPE_CHECKING:
    from pathlib import Path

    from kg_server.build.record import Build
    from kg_server.core.settings import Settings

ID = "https://w3id.org/strategigraf/id/"


@pytest.fixture(scope="module")
def store(built: Build) -> ox.Store:
    return load(built)


def load(made: Build) -> ox.Store:
    store = ox.Store()
    store.bulk_load(path=str(made.folder / "dataset.nq"), format=ox.RdfFormat.N_QUADS)
    return store


def rows(store: ox.Store, query: str) -> list[list[str]]:
    answer = store.query(query, prefixes=prefixes() | {"id": ID, "graph": "https://w3id.org/strategigraf/graph/"})
    assert isinstance(answer, ox.QuerySolutions)
    return sorted([term.value.removeprefix(ID) for term in row] for row in answer)


def test_every_graph_states_how_many_triples_it_holds(store: ox.Store, built: Build) -> None:
    said = rows(
        store, "SELECT ?g ?n { GRAPH graph:about { id:dataset\\/strategigraf void:subset ?g . ?g void:triples ?n } }"
    )
    counted = rows(store, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    assert said == counted
    assert {graph.rpartition("/")[2]: int(number) for graph, number in said} == built.record["triples"]


def test_the_data_set_states_its_size(store: ox.Store, built: Build) -> None:
    said = rows(store, "SELECT ?t ?e { id:dataset\\/strategigraf void:triples ?t ; void:entities ?e }")
    counted = rows(
        store,
        f"""SELECT (COUNT(*) AS ?t) (COUNT(DISTINCT ?own) AS ?e) {{
            ?s ?p ?o BIND(IF(STRSTARTS(STR(?s), '{ID}'), ?s, 1/0) AS ?own) }}""",
    )
    assert said == counted == [[str(built.record["merged"]), str(built.record["things"])]]


def test_the_data_set_is_described_in_both_languages(store: ox.Store) -> None:
    said = rows(
        store,
        "SELECT ?p (COUNT(?o) AS ?n) { id:dataset\\/strategigraf ?p ?o FILTER (LANG(?o) IN ('nb', 'en')) } GROUP BY ?p",
    )
    assert [count for _, count in said] == ["2", "2", "2"]
    assert rows(store, "SELECT ?l { id:dataset\\/strategigraf dcterms:license ?l }") == [
        ["https://creativecommons.org/licenses/by/4.0/"]
    ]
    assert rows(store, "SELECT ?v { id:dataset\\/strategigraf dcat:version ?v }")[0][0]
    assert rows(store, "SELECT ?x { id:dataset\\/strategigraf void:sparqlEndpoint ?x }") == []


def test_each_class_of_ours_states_its_members(store: ox.Store) -> None:
    said = rows(store, "SELECT ?c ?n { ?part void:class ?c ; void:entities ?n }")
    counted = rows(store, "SELECT ?c (COUNT(DISTINCT ?x) AS ?n) { ?part void:class ?c . ?x a ?c } GROUP BY ?c")
    assert said == counted
    assert ["https://w3id.org/strategigraf/ontology#Strategy", "2"] in said
    assert rows(store, "SELECT ?l { id:dataset\\/class-focus-area rdfs:label ?l }") == [
        ["Things of the class “Focus area”"],
        ["Ting av klassen «Satsingsområde»"],
    ]


def test_each_property_of_ours_states_its_uses(store: ox.Store) -> None:
    said = rows(
        store,
        """SELECT ?p ?n {
            id:dataset\\/strategigraf void:propertyPartition ?part . ?part void:property ?p ; void:triples ?n }""",
    )
    counted = rows(
        store,
        """SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o FILTER (STRSTARTS(STR(?p), STR(sg:))) }
        GROUP BY ?p""",
    )
    assert [row for row in said if row[1] != "0"] == counted
    assert counted


def test_each_rule_is_described_with_what_it_added(store: ox.Store, built: Build) -> None:
    said = rows(store, "SELECT ?r ?n { ?r a sg:Rule ; sg:derivedCount ?n ; skos:notation ?name }")
    assert {name.removeprefix("rule/"): int(number) for name, number in said} == built.record["derived"]
    assert sum(built.record["derived"].values()) == built.record["triples"]["inferred"]
    assert rows(store, "SELECT ?d { id:rule\\/whole-carries-part skos:definition ?d FILTER (LANG(?d) = 'nb') }") == [
        ["Det en del bidrar til, bidrar også helheten til."]
    ]


def test_each_question_is_there_to_be_asked(store: ox.Store) -> None:
    ((name, query),) = rows(
        store, "SELECT ?n ?q { GRAPH graph:questions { ?x a sg:Question ; skos:notation ?n ; sh:select ?q } }"
    )
    assert name == "strategies"
    assert [row[0] for row in rows(store, query)] == ["strategy/a1"]
    assert len(rows(store, "SELECT ?l { id:question\\/strategies rdfs:label ?l }")) == 2


def test_the_endpoint_is_named_where_the_service_has_an_address(project: Path) -> None:
    store = load(build(settings_of(project, public_url="https://graf.lillevik.example/")))
    assert rows(store, "SELECT ?x { id:dataset\\/strategigraf void:sparqlEndpoint ?x }") == [
        ["https://graf.lillevik.example/sparql"]
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("#+ topic: sdg\n", "", "lacks topic"),
        ("#+ topic: sdg", "#+ topic: [sdg]", "a list"),
        ("SELECT ?strategy ?goal WHERE", "ASK", "has to be a SELECT"),
    ],
)
def test_a_question_that_cannot_be_published_is_told(
    settings: Settings, project: Path, old: str, new: str, message: str
) -> None:
    edit(project / "queries/strategies.rq", old, new)
    edit(project / "queries/strategies.rq", "ORDER BY ?strategy ?goal\n", "")
    with pytest.raises(SourceError, match=message) as caught:
        build(settings)
    assert caught.value.file == "queries/strategies.rq"
