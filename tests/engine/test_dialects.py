from __future__ import annotations

import io

import pyoxigraph
import pytest

from kg_server.engine.dialects import DIALECTS, MERGE, NOTHING, Graphs

STANDARD, VIRTUOSO = DIALECTS["standard"], DIALECTS["virtuoso"]
CHOSEN = Graphs((MERGE,), ("http://e/g1",))
PROLOGUE = "PREFIX e: <http://e/>\n"


def rewritten(query: str) -> str:
    def full(names: list[str]) -> list[str]:
        found = pyoxigraph.Store().query(f"{PROLOGUE} SELECT ?iri {{ VALUES ?iri {{ {' '.join(names)} }} }}")
        return [row["iri"].value for row in found]  # type: ignore[union-attr]

    return VIRTUOSO.ask(query, CHOSEN, full).query


def test_a_standard_server_is_asked_as_the_query_is_written() -> None:
    asked = STANDARD.ask("ASK FROM <http://e/g1> {}", CHOSEN, list)
    assert asked.query == "ASK FROM <http://e/g1> {}"
    assert asked.parameters == (("default-graph-uri", MERGE), ("named-graph-uri", "http://e/g1"))


def test_an_empty_choice_of_graphs_is_not_left_to_the_server() -> None:
    parameters = STANDARD.ask("ASK {}", Graphs((), ()), list).parameters
    assert parameters == (("default-graph-uri", NOTHING), ("named-graph-uri", NOTHING))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT * FROM e:g1 FROM NAMED <http://e/g2> WHERE {}", "SELECT *   WHERE {}"),
        ("SELECT ?from { ?from e:from 'FROM <x>' }", "SELECT ?from { ?from e:from 'FROM <x>' }"),
        ("SELECT * { GRAPH e:g1 { ?s ?p ?o } }", "SELECT * { GRAPH e:g1 { ?s ?p ?o } }"),
        ("SELECT * { GRAPH e:g2 { ?s ?p ?o } }", f"SELECT * {{ GRAPH <{NOTHING}> {{ ?s ?p ?o }} }}"),
    ],
)
def test_virtuoso_is_told_of_graphs_beside_the_query(query: str, expected: str) -> None:
    assert rewritten(query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("VALUES ?l {'nb'} OPTIONAL { ?s ?p ?n FILTER (LANG(?n) = ?l) }", "FILTER (LANG(?n) = 'nb')"),
        ("VALUES ?l { 'x'^^e:t } FILTER (?n = ?l)", "FILTER (?n = 'x'^^e:t)"),
        ("VALUES ?l { e:x } BIND (STR(?l) AS ?n)", "BIND (STR(e:x) AS ?n)"),
        ("VALUES ?l { 'nb' } FILTER (BOUND(?l))", "FILTER (BOUND(?l))"),
        ("FILTER (?n = ?l) VALUES ?l { 'nb' }", "FILTER (?n = ?l)"),
        ("VALUES ?l { UNDEF } FILTER (?n = ?l)", "FILTER (?n = ?l)"),
        ("VALUES ?l { 'nb' 'en' } FILTER (?n = ?l)", "FILTER (?n = ?l)"),
        ("VALUES (?l) { ('nb') } FILTER (?n = ?l)", "FILTER (?n = ?l)"),
        ("VALUES ?l { 'nb' } VALUES (?l ?m) { (1 2) }", "VALUES (?l ?m) { (1 2) }"),
        ("VALUES ?l { 'nb' } { ?s ?p ?n FILTER (?n = ?l) }", "{ ?s ?p ?n FILTER (?n = ?l) }"),
        ("VALUES ?l { 'nb' } OPTIONAL { SELECT (MAX(?l) AS ?m) { ?s ?p ?l } }", "SELECT (MAX(?l) AS ?m)"),
        ("VALUES ?l { 'nb' } FILTER EXISTS { ?s ?p ?n FILTER (?n = ?l) }", "{ ?s ?p ?n FILTER (?n = ?l) }"),
    ],
)
def test_virtuoso_gets_the_one_value_of_a_variable_only_where_the_condition_sees_it(query: str, expected: str) -> None:
    assert expected in rewritten(f"SELECT * {{ {query} }}")


def test_virtuoso_is_told_to_stop_later_than_we_do() -> None:
    assert VIRTUOSO.limits(2.5, 10) == (("timeout", "3500"), ("maxrows", "11"))


def test_what_virtuoso_cut_or_gave_up_is_noticed() -> None:
    assert VIRTUOSO.cut_at({"X-SPARQL-MaxRows": "10000"}) == 10000
    assert VIRTUOSO.cut_at({}) is None
    assert VIRTUOSO.is_partial({"X-SQL-State": "S1TAT"})


def test_terms_of_virtuoso_are_mended_but_not_texts_that_look_like_them() -> None:
    body = rb"""{"a": { "type": "bnode", "value": "nodeID://b1" }, "b": { "datatype": "x#boolean", "value": "0" },
"c": { "type": "literal", "value": "\"bnode\", \"value\": \"nodeID://b1" }}"""
    tidied = VIRTUOSO.tidy(io.BytesIO(body)).read()
    assert tidied.count(b"nodeID://") == 1
    assert b'"value": "b1"' in tidied
    assert b'#boolean", "value": "false"' in tidied


@pytest.mark.parametrize(
    ("dialect", "url", "update"),
    [
        ("standard", "http://h/query", "http://h/update"),
        ("standard", "http://h/ds/sparql", "http://h/ds/update"),
        ("standard", "http://h/repositories/x", "http://h/repositories/x"),
        ("virtuoso", "http://h/sparql", "http://h/sparql-auth"),
    ],
)
def test_updates_go_where_that_kind_of_server_takes_them(dialect: str, url: str, update: str) -> None:
    assert DIALECTS[dialect].update_url(url) == update
