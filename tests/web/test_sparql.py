from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from kg_server.engine.embedded import EmbeddedEngine
from kg_server.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

    from kg_server.core.settings import Settings

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
SELECT = 'SELECT ?s ?label { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?label FILTER(STR(?label) = "Norge") }'
CONSTRUCT = "CONSTRUCT { ?s a ?o } WHERE { ?s a ?o }"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o FILTER(?a = ?z) }"
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?l ?i ?f ?c"


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (SELECT, None, "application/sparql-results+json"),
        (SELECT, "*/*", "application/sparql-results+json"),
        (SELECT, "application/json", "application/sparql-results+json"),
        (SELECT, "text/csv;q=0.5, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        (SELECT, "text/turtle, text/csv;q=0.1", "text/csv"),
        (SELECT, "text/tab-separated-values", "text/tab-separated-values"),
        (SELECT, BROWSER["Accept"], "text/html"),
        ("ASK {}", "application/xml", "application/sparql-results+xml"),
        (CONSTRUCT, None, "text/turtle"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
        (CONSTRUCT, "application/rdf+xml;q=0.9, application/n-triples", "application/n-triples"),
        (CONSTRUCT, "application/trig", "application/trig"),
        ("DESCRIBE <http://metadata.un.org/sdg/7.2>", "application/n-quads", "application/n-quads"),
        (CONSTRUCT, BROWSER["Accept"], "text/html"),
    ],
)
def test_the_format_is_the_one_the_request_likes_best(
    client: FlaskClient, query: str, accept: str | None, media_type: str
) -> None:
    response = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept} if accept else {})
    assert (response.status_code, response.mimetype) == (200, media_type)
    assert response.data


def test_a_format_can_be_asked_for_by_name(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": SELECT, "format": "csv"}, headers=BROWSER)
    assert response.text.splitlines() == [
        "s,label",
        "http://publications.europa.eu/resource/authority/country/NOR,Norge",
    ]


@pytest.mark.parametrize(("query", "accept"), [(SELECT, "image/png"), (SELECT, "text/turtle"), (CONSTRUCT, "text/csv")])
def test_what_nothing_can_carry_lists_what_there_is(client: FlaskClient, query: str, accept: str) -> None:
    response = client.get("/sparql", query_string={"query": query, "lang": "en"}, headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == (406, "application/problem+json")
    assert response.get_json()["hint"].count("/") > 3


def test_a_query_may_be_posted_as_a_form_or_as_the_body(client: FlaskClient) -> None:
    form = client.post("/sparql", data={"query": "ASK {}"})
    body = client.post("/sparql", data="ASK {}", content_type="application/sparql-query; charset=utf-8")
    assert form.get_json() == body.get_json() == {"head": {}, "boolean": True}


def test_the_graphs_of_the_request_are_passed_on(client: FlaskClient) -> None:
    base = "https://w3id.org/strategigraf/graph/"
    query = "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/strategigraf/ontology#Strategy> }"
    given = {"query": query, "default-graph-uri": [base + "strategy", base + "inferred"], "format": "csv"}
    assert client.get("/sparql", query_string=given).text.split() == ["n", "2"]
    given["default-graph-uri"] = [base + "inferred"]
    assert client.post("/sparql", data=given).text.split() == ["n", "0"]
    named = {"query": "ASK { GRAPH ?g { ?s ?p ?o } }", "named-graph-uri": base + "nothing"}
    assert client.get("/sparql", query_string=named).get_json()["boolean"] is False


def test_without_a_query_programs_are_told_and_readers_get_a_form(client: FlaskClient) -> None:
    assert client.get("/sparql").mimetype == "text/turtle"
    page = client.get("/sparql", headers=BROWSER)
    assert page.status_code == 200
    assert "<textarea" in page.text


@pytest.mark.parametrize(
    ("status", "given"),
    [
        (400, {"data": {"lang": "nb"}}),
        (400, {"data": {"query": ["ASK {}", "ASK {}"]}}),
        (400, {"data": b"ASK { \xff }", "content_type": "application/sparql-query"}),
        (400, {"data": {"query": "ASK {}", "default-graph-uri": "no iri"}}),
        (403, {"data": {"update": "CLEAR ALL"}}),
        (403, {"data": "CLEAR ALL", "content_type": "application/sparql-update"}),
        (403, {"data": {"query": "SELECT * { SERVICE <http://e/> {} }"}}),
        (403, {"data": {"query": "ASK {} #" + "x" * 1024 * 1024}}),
        (413, {"data": {"query": "ASK {} #" + "x" * 5 * 1024 * 1024}}),
        (415, {"data": "{}", "content_type": "application/json"}),
    ],
)
def test_a_request_that_cannot_be_served_says_why(client: FlaskClient, status: int, given: dict[str, Any]) -> None:
    response = client.post("/sparql", **given)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert response.get_json()["status"] == status
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_a_syntax_error_tells_where_in_both_languages(client: FlaskClient) -> None:
    problem = client.get("/sparql", query_string={"query": "SELECT * {\n ?s ?p x:y }"}).get_json()
    assert problem == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "Prefikset x: er ikke deklarert; det er brukt på linje 2, kolonne 8, i x:y.",
        "hint": "Legg til øverst i spørringen hva det står for, med PREFIX.",
        "error": "QuerySyntaxError",
        "line": 2,
        "column": 8,
        "token": "x:y",
    }
    english = client.get("/sparql", query_string={"query": "SELECT *", "lang": "en"}).get_json()
    assert english["detail"].startswith("The query does not parse; it was read to its end, line 1")


def test_a_reader_gets_the_query_back_with_the_error(client: FlaskClient) -> None:
    page = client.get("/sparql", query_string={"query": "SELECT <script>"}, headers=BROWSER)
    assert page.status_code == 400
    assert "SELECT &lt;script&gt;</textarea>" in page.text


def test_slow_and_large_queries_are_stopped(client: FlaskClient) -> None:
    slow = client.get("/sparql", query_string={"query": SLOW})
    assert (slow.status_code, slow.get_json()["error"]) == (504, "QueryTimeout")
    large = client.get("/sparql", query_string={"query": LARGE})
    assert (large.status_code, large.get_json()["error"]) == (503, "QueryTooLarge")
    assert int(large.headers["Retry-After"]) > 0
    assert client.get("/sparql", query_string={"query": "ASK {}"}).status_code == 200


def test_every_answer_carries_its_headers(client: FlaskClient) -> None:
    headers = client.get("/sparql", query_string={"query": "ASK {}"}).headers
    assert headers["X-Build-Digest"] == "m1n1"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert {"Accept", "Accept-Language"} <= {name.strip() for name in headers["Vary"].split(",")}


def test_a_browser_may_ask_first(client: FlaskClient) -> None:
    response = client.options("/sparql", headers={"Origin": "http://e/", "Access-Control-Request-Method": "POST"})
    assert response.status_code == 200
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in response.headers["Access-Control-Allow-Headers"]


def test_a_table_comes_as_a_workbook(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": SELECT, "format": "xlsx"})
    assert response.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert response.headers["Content-Disposition"].endswith('.xlsx"')
    book = openpyxl.load_workbook(io.BytesIO(response.data))
    assert [cell.value for cell in book["Resultat"][2]][1] == "Norge"
    assert {row[0].value: row[1].value for row in book["Om"].rows}["Spørring"] == SELECT


def test_a_page_shows_rows_with_links_only_where_a_browser_may_go(client: FlaskClient) -> None:
    query = """SELECT * {
      VALUES (?a ?b ?c) {
        (<https://w3id.org/strategigraf/id/strategy/a1> <javascript:alert(1)> "<script>"@en)
        (<http://metadata.un.org/sdg/7.2> <https://example.org/> "1"^^<http://www.w3.org/2001/XMLSchema#integer>) } }"""
    page = client.get("/sparql", query_string={"query": query}, headers=BROWSER).text
    assert '<a href="/page/strategy/a1">strategy/a1</a>' in page
    assert '<a href="/page/sdg/7.2">sdg:7.2</a>' in page
    assert '<a href="https://example.org/">' in page
    assert 'href="javascript' not in page
    assert '<span lang="en">&lt;script&gt;</span>' in page
    assert "2 rader" in page


def test_a_page_tells_of_yes_and_no_graphs_and_empty_tables(client: FlaskClient) -> None:
    def page(query: str) -> str:
        return client.get("/sparql", query_string={"query": query}, headers=BROWSER).text

    assert ">Ja</p>" in page("ASK {}")
    assert ">Nei</p>" in page("ASK { <http://e/none> ?p ?o }")
    assert "ingen rader" in page("SELECT ?x { <http://e/none> ?p ?x }")
    assert "&lt;http://e/a&gt;" in page("CONSTRUCT { <http://e/a> a <http://e/b> } WHERE {}")


def test_a_long_answer_is_cut_on_the_page_and_whole_elsewhere(client: FlaskClient) -> None:
    query = "SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f }"
    page = client.get("/sparql", query_string={"query": query}, headers=BROWSER).text
    assert "De første 500 radene; det finnes flere" in page
    assert len(client.get("/sparql", query_string={"query": query, "format": "csv"}).text.splitlines()) > 10_000
    graph = "CONSTRUCT { ?a ?e ?c } WHERE { ?a ?b ?c . ?d ?e ?f }"
    assert "begynnelsen" in client.get("/sparql", query_string={"query": graph}, headers=BROWSER).text


MANY = "SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def short(web_settings: Settings) -> Iterator[FlaskClient]:
    """A service whose answers hold ten rows."""
    settings = web_settings.model_copy(update={"max_rows": 10, "workers": 1})
    with EmbeddedEngine(settings) as engine:
        yield create_app(settings, engine).test_client()


def test_an_answer_that_is_cut_says_so_in_a_header(short: FlaskClient) -> None:
    table = short.get("/sparql", query_string={"query": MANY, "format": "csv"})
    assert (table.headers["X-Truncated"], len(table.text.splitlines())) == ("rows=10", 11)
    graph = short.get("/sparql", query_string={"query": "CONSTRUCT WHERE { ?s ?p ?o }", "format": "nt"})
    assert (graph.headers["X-Truncated"], len(graph.text.splitlines())) == ("triples=10", 10)
    assert "X-Truncated" not in short.get("/sparql", query_string={"query": MANY + " LIMIT 10"}).headers


def test_an_answer_that_is_cut_says_so_on_the_page(short: FlaskClient) -> None:
    page = short.get("/sparql", query_string={"query": MANY, "lang": "en"}, headers=BROWSER)
    assert "The first 10 rows; there are more" in page.text
    page = short.get("/sparql", query_string={"query": "CONSTRUCT WHERE { ?s ?p ?o }", "lang": "en"}, headers=BROWSER)
    assert "this is the beginning of it" in page.text


def test_an_answer_that_is_cut_says_so_in_the_workbook(short: FlaskClient) -> None:
    response = short.get("/sparql", query_string={"query": MANY, "format": "xlsx"})
    assert response.headers["X-Truncated"] == "rows=10"
    about = {row[0].value: row[1].value for row in openpyxl.load_workbook(io.BytesIO(response.data))["Om"].rows}
    assert about["Svaret er kuttet ved tjenestens grense; det finnes flere rader enn disse"] == "10"
