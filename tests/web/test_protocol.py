from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_to_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg_server.web.protocol import _unquoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
GRAPH = "https://w3id.org/strategigraf/graph/"
STRATEGY, INFERRED, ABOUT = GRAPH + "strategy", GRAPH + "inferred", GRAPH + "about"
DEFAULT_COUNT = "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/strategigraf/ontology#Strategy> }"
NAMED_COUNT = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s a <https://w3id.org/strategigraf/ontology#Strategy> } }"


@pytest.mark.parametrize(
    ("method", "given"),
    [
        ("GET", {"query_string": "query=ASK%7B%7D"}),
        ("GET", {"query_string": "query=ASK+%7B%7D&unheard-of=1"}),
        ("POST", {"data": "query=ASK%7B%7D", "content_type": FORM}),
        ("POST", {"data": "query=ASK%7B%7D", "content_type": f"{FORM}; charset=UTF-8"}),
        ("POST", {"data": "query=ASK { } #ø".encode(), "content_type": FORM}),
        ("POST", {"data": "ASK{} # ø".encode(), "content_type": QUERY}),
        ("POST", {"data": b"ASK{}", "content_type": f'{QUERY}; charset="utf-8"'}),
        ("POST", {"data": b"ASK{}", "content_type": QUERY, "query_string": {"default-graph-uri": STRATEGY}}),
        ("POST", {"data": {"query": "ASK {} #" + "x" * 200_000}}),
    ],
)
def test_a_query_may_come_in_three_ways(client: FlaskClient, method: str, given: dict[str, Any]) -> None:
    response = client.open("/sparql", method=method, **given)
    assert (response.status_code, response.get_json()) == (200, {"head": {}, "boolean": True})


def test_a_file_of_windows_may_be_posted_as_it_is(client: FlaskClient) -> None:
    response = client.post("/sparql", data=b"\xef\xbb\xbfASK {}\r\n", content_type=QUERY)
    assert (response.status_code, response.get_json()["boolean"]) == (200, True)


@pytest.mark.parametrize(
    ("method", "given"),
    [
        ("GET", {"headers": {"Accept": "application/sparql-results+json"}}),
        ("GET", {"query_string": "query="}),
        ("GET", {"query_string": "query=%20%0A"}),
        ("GET", {"query_string": "query=ASK%7B%7D&query=ASK%7B%7D"}),
        ("GET", {"query_string": "query=ASK%7B%7D%23%FF"}),
        ("GET", {"query_string": f"default-graph-uri={STRATEGY}", "headers": {"Accept": "text/turtle"}}),
        ("GET", {"query_string": "query=ASK%7B%7D&default-graph-uri=%C3%28"}),
        ("POST", {"data": "", "content_type": FORM}),
        ("POST", {"data": "", "content_type": QUERY}),
        ("POST", {"data": "query=ASK%7B%7D&query=ASK%7B%7D", "content_type": FORM}),
        ("POST", {"data": "query=ASK%7B%7D", "content_type": FORM, "query_string": "query=ASK%7B%7D"}),
        ("POST", {"data": "ASK{}", "content_type": QUERY, "query_string": "query=ASK%7B%7D"}),
        ("POST", {"data": b"ASK{} # \xff", "content_type": QUERY}),
        ("POST", {"data": b"query=ASK{} # \xff", "content_type": FORM}),
        ("POST", {"data": "query=ASK%7B%7D%23%C3%28", "content_type": FORM}),
        ("POST", {"data": "query=ASK%7B%7D" + "&a=1" * 2000, "content_type": FORM}),
    ],
)
def test_a_request_without_just_one_readable_query_is_refused(
    client: FlaskClient, method: str, given: dict[str, Any]
) -> None:
    response = client.open("/sparql", method=method, **given)
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/json", "multipart/form-data; boundary=x", "", f"{QUERY}; charset=iso-8859-1"],
)
def test_a_body_of_another_type_is_refused_with_those_there_are(client: FlaskClient, content_type: str) -> None:
    response = client.post("/sparql", data=b"ASK{}", content_type=content_type, query_string="lang=en")
    assert response.status_code == 415
    assert FORM in response.get_json()["hint"]
    assert QUERY in response.get_json()["hint"]


@pytest.mark.parametrize("parameter", ["default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize(
    "graph", ["", "graph", "/graph/a", "//e/a", "http://e/a b", "http://e/%zz", "http://e:p/", "<x:y>"]
)
def test_what_is_no_absolute_iri_names_no_graph(client: FlaskClient, parameter: str, graph: str) -> None:
    response = client.get("/sparql", query_string={"query": "ASK {}", parameter: graph, "lang": "en"})
    assert response.status_code == 400
    assert parameter in response.get_json()["hint"]


@pytest.mark.parametrize(
    ("query", "graphs", "count"),
    [
        (DEFAULT_COUNT, ([], []), 2),
        (DEFAULT_COUNT, ([STRATEGY], []), 2),
        (DEFAULT_COUNT, ([STRATEGY, STRATEGY], []), 2),
        (DEFAULT_COUNT, ([STRATEGY, INFERRED, STRATEGY], []), 2),
        (DEFAULT_COUNT, ([INFERRED], []), 0),
        (DEFAULT_COUNT, ([GRAPH + "none"], []), 0),
        (DEFAULT_COUNT, ([], [STRATEGY]), 0),
        (NAMED_COUNT, ([], [STRATEGY]), 2),
        (NAMED_COUNT, ([], [STRATEGY, STRATEGY]), 2),
        (NAMED_COUNT, ([STRATEGY], []), 0),
        (NAMED_COUNT, ([STRATEGY], [INFERRED]), 0),
        (NAMED_COUNT, ([INFERRED], [STRATEGY, ABOUT]), 2),
        (DEFAULT_COUNT.replace("{", f"FROM <{STRATEGY}> {{", 1), ([INFERRED], []), 0),
        (DEFAULT_COUNT.replace("{", f"FROM <{INFERRED}> {{", 1), ([STRATEGY], []), 2),
        (DEFAULT_COUNT.replace("{", f"FROM <{INFERRED}> FROM <{ABOUT}> {{", 1), ([STRATEGY], []), 2),
        (DEFAULT_COUNT.replace("{", f"FROM <{STRATEGY}> {{", 1), ([], [INFERRED]), 0),
        (NAMED_COUNT.replace("{", f"FROM NAMED <{STRATEGY}> {{", 1), ([], [INFERRED]), 0),
        (NAMED_COUNT.replace("{", f"FROM NAMED <{INFERRED}> {{", 1), ([], [STRATEGY]), 2),
        (DEFAULT_COUNT.replace("{", f"FROM <{STRATEGY}> FROM <{STRATEGY}> {{", 1), ([], []), 2),
        (DEFAULT_COUNT.replace("{", f"FROM NAMED <{STRATEGY}> {{", 1), ([], []), 0),
    ],
)
@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_the_graphs_of_the_request_win_over_those_of_the_query(
    client: FlaskClient, query: str, graphs: tuple[list[str], list[str]], count: int, way: str
) -> None:
    chosen = {"default-graph-uri": graphs[0], "named-graph-uri": graphs[1], "format": "csv"}
    given: dict[str, dict[str, Any]] = {
        "get": {"query_string": chosen | {"query": query}},
        "form": {"method": "POST", "data": chosen | {"query": query}},
        "direct": {"method": "POST", "data": query, "content_type": QUERY, "query_string": chosen},
    }
    assert client.open("/sparql", **given[way]).text.split() == ["n", str(count)]


def test_graphs_in_the_address_of_a_form_count_too(client: FlaskClient) -> None:
    response = client.post(
        f"/sparql?default-graph-uri={quote(INFERRED)}&format=csv",
        data={"query": DEFAULT_COUNT, "default-graph-uri": STRATEGY},
    )
    assert response.text.split() == ["n", "2"]


@pytest.mark.parametrize(
    ("method", "given"),
    [
        ("GET", {"query_string": "update=CLEAR+ALL"}),
        ("GET", {"query_string": "query=ASK%7B%7D&update=CLEAR+ALL"}),
        ("POST", {"data": {"update": "CLEAR ALL"}}),
        ("POST", {"data": "CLEAR ALL", "content_type": "application/sparql-update"}),
        ("POST", {"data": "CLEAR ALL", "content_type": QUERY}),
        ("GET", {"query_string": {"query": "LOAD <file:///etc/passwd>"}}),
    ],
)
def test_updates_are_refused_in_words(client: FlaskClient, method: str, given: dict[str, Any]) -> None:
    response = client.open("/sparql", method=method, **given)
    assert response.status_code == 403
    assert response.get_json()["detail"] == "Tjenesten leser bare: Den tar ikke imot oppdateringer."


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_another_method_is_refused_with_those_there_are(client: FlaskClient, method: str) -> None:
    response = client.open("/sparql?query=ASK%7B%7D", method=method)
    assert response.status_code == 405
    assert response.allow.as_set() == {"get", "head", "options", "post"}
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_options_names_the_methods(client: FlaskClient) -> None:
    response = client.options("/sparql", headers={"Origin": "http://e/", "Access-Control-Request-Method": "POST"})
    assert response.status_code == 200
    assert response.allow.as_set() == {"get", "head", "options", "post"}
    assert response.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS, POST"


def test_head_has_the_headers_and_frees_whoever_answered(client: FlaskClient) -> None:
    large = {"query": "SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f }", "format": "csv"}
    for _ in range(4):
        response = client.head("/sparql", query_string=large)
        assert (response.status_code, response.mimetype, response.data) == (200, "text/csv", b"")
    assert client.get("/sparql", query_string={"query": "ASK {}"}).status_code == 200
    assert client.head("/sparql?query=").status_code == 400


FORBIDDEN = ["\\u0001", "\\u000B", "\\uFFFE", "\\uFFFF", "\\u001F"]


@pytest.mark.parametrize("character", FORBIDDEN)
@pytest.mark.parametrize(
    ("query", "media_type"),
    [
        ('SELECT ?x {{ BIND ("a{}" AS ?x) }}', "application/sparql-results+xml"),
        ('CONSTRUCT {{ <http://e/s> <http://e/p> "a{}" }} WHERE {{}}', "application/rdf+xml"),
    ],
)
def test_what_xml_cannot_hold_is_refused_and_json_has_it(
    client: FlaskClient, query: str, media_type: str, character: str
) -> None:
    asked = {"query": query.format(character), "lang": "en"}
    response = client.get("/sparql", query_string=asked, headers={"Accept": media_type})
    assert response.status_code == 406
    assert "JSON" in response.get_json()["hint"]
    assert client.get("/sparql", query_string=asked | {"format": "json"}).status_code == 200


def test_a_property_that_is_no_xml_name_is_refused(client: FlaskClient) -> None:
    query = "CONSTRUCT { <http://e/s> <http://e/1> 1 } WHERE {}"
    assert client.get("/sparql", query_string={"query": query, "format": "rdf"}).status_code == 406
    assert client.get("/sparql", query_string={"query": query, "format": "ttl"}).status_code == 200


def test_a_carriage_return_comes_through_xml(client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"query": r'SELECT ("a\r\nb" AS ?x) {}', "format": "xml"}).text
    assert "<literal>a&#13;\nb</literal>" in answer


def test_a_long_answer_stops_before_what_xml_cannot_hold(client: FlaskClient) -> None:
    query = r"""SELECT ?x { { ?a ?b ?c . ?d ?e ?f BIND ("ø............................................" AS ?x) }
      UNION { BIND ("\u0001" AS ?x) } }"""
    response = client.get("/sparql", query_string={"query": query, "format": "xml"})
    assert response.status_code == 406
    assert client.get("/sparql", query_string={"query": "ASK {}"}).status_code == 200


encoded = st.lists(
    st.sampled_from(
        ["%", "%4", "%41", "%c3%A5", "%C3", "+", "=", "=3D", "=\n", "\r\n", " ", "_", "\t", "å", "%20", "%0A\n"]
    )
).map("".join)


@settings(max_examples=500)
@given(encoded | st.text(max_size=20))
def test_escapes_are_read_as_the_standard_library_reads_them(text: str) -> None:
    def told(read: Callable[[str], str]) -> str | None:
        try:
            return read(text)
        except UnicodeError:
            return None

    assert told(_unquoted) == told(lambda text: unquote_to_bytes(text.replace("+", " ")).decode())
