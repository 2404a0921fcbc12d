"""
The SPARQL 1.1 Protocol, clause by clause, over plain HTTP.

Every case names the section of https://www.w3.org/TR/sparql11-protocol/ it is taken from. The cases are our own.
"""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

import pytest

from tests.serving import PATIENCE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping

EX = "http://example.org/"
FIRST, SECOND = f"{EX}first", f"{EX}second"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}
UPDATE = {"Content-Type": "application/sparql-update"}
JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
NAMED = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
BOTH = "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
FROM = f"SELECT (COUNT(*) AS ?n) FROM <{SECOND}> FROM NAMED <{SECOND}> {{ ?s ?p ?o }}"
FROM_NAMED = f"SELECT (COUNT(*) AS ?n) FROM NAMED <{SECOND}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"
Pairs = list[tuple[str, str]]


class Got(NamedTuple):
    """An answer as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0]


@dataclass(frozen=True)
class Sent:
    """A request: `asked` goes into the query string, `form` into the body as a form, `body` as it is."""

    asked: Pairs = field(default_factory=list)
    form: Pairs | None = None
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = ""
    raw: str = ""


def send(endpoint: str, sent: Sent) -> Got:
    parts = urlsplit(endpoint)
    body = urlencode(sent.form).encode() if sent.form is not None else sent.body
    asked = sent.raw or urlencode(sent.asked, quote_via=quote)
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE_SECONDS)
    try:
        method = sent.method or ("GET" if body is None else "POST")
        headers = {**(FORM if sent.form is not None else {}), **sent.headers}
        connection.putrequest(method, f"{parts.path}?{asked}" if asked else parts.path)
        for name, value in headers.items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        return Got(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()


def query(text: str, *more: tuple[str, str]) -> Pairs:
    return [("query", text), *more]


def default(*graphs: str) -> Pairs:
    return [("default-graph-uri", graph) for graph in graphs]


def named(*graphs: str) -> Pairs:
    return [("named-graph-uri", graph) for graph in graphs]


ANSWERED = {
    "2.1.1 query by GET": (Sent(query(COUNT)), 13),
    "2.1.1 percent-encoded as a form does": (Sent(raw="query=" + quote(COUNT).replace("%20", "+")), 13),
    "2.1.1 every sign percent-encoded": (Sent(raw="query=" + "".join(f"%{byte:02x}" for byte in COUNT.encode())), 13),
    "2.1.1 parameters we do not know do no harm": (Sent(query(COUNT, ("timeout", "0"), ("x", "y"))), 13),
    "2.1.2 query by form": (Sent(form=query(COUNT)), 13),
    "2.1.2 query by form with a charset": (
        Sent(form=query(COUNT), headers={"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}),
        13,
    ),
    "2.1.2 graphs in the form": (Sent(form=query(COUNT) + default(FIRST)), 2),
    "2.1.3 query as it is": (Sent(body=COUNT.encode(), headers=DIRECT), 13),
    "2.1.3 query as it is with a charset": (
        Sent(body=COUNT.encode(), headers={"Content-Type": "application/sparql-query; charset=utf-8"}),
        13,
    ),
    "2.1.3 media types know no case": (
        Sent(body=COUNT.encode(), headers={"Content-Type": "Application/SPARQL-Query"}),
        13,
    ),
    "2.1.3 graphs in the query string": (Sent(default(FIRST), body=COUNT.encode(), headers=DIRECT), 2),
    "2.1.3 named graphs in the query string": (Sent(named(SECOND), body=NAMED.encode(), headers=DIRECT), 2),
    "2.1.4 one default graph": (Sent(query(COUNT) + default(FIRST)), 2),
    "2.1.4 default graphs are merged": (Sent(query(COUNT) + default(FIRST, SECOND)), 3),
    "2.1.4 a graph named twice counts once": (Sent(query(COUNT) + default(FIRST, FIRST)), 2),
    "2.1.4 default graphs are no named graphs": (Sent(query(NAMED) + default(FIRST)), 0),
    "2.1.4 one named graph": (Sent(query(NAMED) + named(FIRST)), 2),
    "2.1.4 named graphs stay apart": (Sent(query(NAMED) + named(FIRST, SECOND)), 4),
    "2.1.4 named graphs alone leave the default graph empty": (Sent(query(COUNT) + named(FIRST)), 0),
    "2.1.4 default and named graphs": (Sent(query(BOTH) + default(FIRST) + named(SECOND)), 4),
    "2.1.4 the request wins over FROM": (Sent(query(FROM) + default(FIRST, SECOND)), 3),
    "2.1.4 the request wins over FROM by form": (Sent(form=query(FROM) + default(FIRST, SECOND)), 3),
    "2.1.4 the request wins over FROM NAMED": (Sent(query(FROM_NAMED) + named(FIRST, SECOND)), 4),
    "2.1.4 the request wins whole": (Sent(query(FROM_NAMED) + default(FIRST)), 0),
    "2.1.4 FROM without a word in the request": (Sent(query(FROM)), 2),
    "2.1.4 FROM NAMED without a word in the request": (Sent(query(FROM_NAMED)), 2),
    "2.1.4 a graph nobody knows is empty": (Sent(query(COUNT) + default(f"{EX}nowhere")), 0),
}

REFUSED = {
    "2.1 no query by GET": (Sent(headers={"Accept": JSON}), 400),
    "2.1 no query by form": (Sent(form=[]), 400),
    "2.1.1 an empty query": (Sent(raw="query="), 400),
    "2.1.1 two queries": (Sent(query(COUNT, ("query", COUNT))), 400),
    "2.1.1 two queries, one empty": (Sent(query(COUNT, ("query", ""))), 400),
    "2.1.2 two queries by form": (Sent(form=query(COUNT, ("query", COUNT))), 400),
    "2.1.3 an empty body": (Sent(body=b"", headers=DIRECT), 400),
    "2.1.3 a body that is no UTF-8": (Sent(body=COUNT.encode("utf-16"), headers=DIRECT), 400),
    "2.1.3 a body in another charset": (
        Sent(
            body='ASK { ?s ?p "ø" }'.encode("latin-1"),
            headers={"Content-Type": "application/sparql-query; charset=latin-1"},
        ),
        415,
    ),
    "2.1.3 a body in Latin-1": (Sent(body='ASK { ?s ?p "ø" }'.encode("latin-1"), headers=DIRECT), 400),
    "2.1 a body of another kind": (Sent(body=COUNT.encode(), headers={"Content-Type": "text/plain"}), 415),
    "2.1 a form without its media type": (Sent(body=urlencode(query(COUNT)).encode()), 415),
    "2.1 PUT": (Sent(method="PUT", body=COUNT.encode(), headers=DIRECT), 405),
    "2.1 DELETE": (Sent(query(COUNT), method="DELETE"), 405),
    "2.1 PATCH": (Sent(method="PATCH", body=COUNT.encode(), headers=DIRECT), 405),
    "2.1.4 a default graph that is no IRI": (Sent(query(COUNT) + default("not an IRI")), 400),
    "2.1.4 a relative named graph": (Sent(query(NAMED) + named("first")), 400),
    "2.1.4 an empty default graph": (Sent(raw="default-graph-uri=&query=" + quote(COUNT)), 400),
    "2.1.7 a query that does not parse": (Sent(query("SELECT ?s WHERE { ?s ?p")), 400),
    "2.1.7 a query that does not parse by form": (Sent(form=query("ASK { ?s ?p }")), 400),
    "2.1.7 a query that does not parse as it is": (Sent(body=b"nonsense", headers=DIRECT), 400),
    "2.1.7 a prefix nobody declared": (Sent(query("ASK { ?s ex:p ?o }")), 400),
    "2.1.7 two queries in one text": (Sent(query("ASK {} ASK {}")), 400),
    "2.1.7 an update sent as a query": (Sent(query("INSERT DATA { <http://e/a> <http://e/b> 1 }")), 403),
    "2.1.5 no format that could carry it": (Sent(query(COUNT), headers={"Accept": "image/png"}), 406),
    "2.1.5 no table as Turtle": (Sent(query(COUNT), headers={"Accept": "text/turtle"}), 406),
    "2.2.1 an update by form": (Sent(form=[("update", "CLEAR ALL")]), 403),
    "2.2.2 an update as it is": (Sent(body=b"CLEAR ALL", headers=UPDATE), 403),
    "2.2 an update by GET": (Sent([("update", "CLEAR ALL")]), 403),
    "2.2 an update beside a query": (Sent(query(COUNT, ("update", "CLEAR ALL"))), 403),
}

TABLES = {JSON, XML, "text/csv", "text/tab-separated-values"}
GRAPHS = {"text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"}
NEGOTIATED = [
    *((form, accept, accept) for form in (COUNT, "ASK {}") for accept in sorted(TABLES)),
    *(
        (form, accept, accept)
        for form in ("CONSTRUCT WHERE {?s a ?o}", f"DESCRIBE <{EX}oslo>")
        for accept in sorted(GRAPHS)
    ),
    (COUNT, "application/json", JSON),
    (COUNT, "application/xml", XML),
    (COUNT, f"{JSON};q=0.2, {XML};q=0.9", XML),
    (COUNT, f"{JSON};q=0, */*", XML),
    (COUNT, "text/*", "text/csv"),
    (COUNT, "image/png, text/csv;q=0.1", "text/csv"),
    (COUNT, f"*/*;q=0.1, {XML}", XML),
    (COUNT, "TEXT/CSV", "text/csv"),
    (COUNT, "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "text/html"),
    (COUNT, f"{JSON}; q=.2, *; q=.1", JSON),
]


@pytest.mark.parametrize("clause", ANSWERED)
def test_a_request_as_specified_is_answered(endpoint: str, clause: str) -> None:
    sent, number = ANSWERED[clause]
    got = send(endpoint, sent)
    assert got.status == 200, got.body
    assert got.media_type == JSON
    (row,) = json.loads(got.body)["results"]["bindings"]
    assert row["n"]["value"] == str(number)


@pytest.mark.parametrize("clause", REFUSED)
def test_a_request_that_breaks_a_clause_is_refused(endpoint: str, clause: str) -> None:
    sent, status = REFUSED[clause]
    got = send(endpoint, sent)
    assert got.status == status, got.body
    problem = json.loads(got.body)
    assert problem["status"] == status
    assert problem["detail"]
    if status == 405:
        assert {"GET", "POST"} <= set(got.headers["Allow"].replace(",", " ").split())


@pytest.mark.parametrize(("text", "accept", "expected"), NEGOTIATED)
def test_an_answer_comes_in_the_format_liked_best(endpoint: str, text: str, accept: str, expected: str) -> None:
    for sent in (
        Sent(query(text), headers={"Accept": accept}),
        Sent(form=query(text), headers={"Accept": accept}),
        Sent(body=text.encode(), headers=DIRECT | {"Accept": accept}),
    ):
        got = send(endpoint, sent)
        assert (got.status, got.media_type) == (200, expected), got.body
        assert "Accept" in got.headers["Vary"]


@pytest.mark.parametrize(
    ("text", "expected"), [(COUNT, TABLES), ("ASK {}", TABLES), ("CONSTRUCT WHERE {?s a ?o}", GRAPHS)]
)
@pytest.mark.parametrize("accept", ["*/*", ""])
def test_whoever_accepts_anything_gets_a_standard_format(
    endpoint: str, text: str, expected: set[str], accept: str
) -> None:
    got = send(endpoint, Sent(query(text), headers={"Accept": accept} if accept else {}))
    assert (got.status, got.media_type in expected) == (200, True)


def test_head_tells_what_get_would(endpoint: str) -> None:
    got = send(endpoint, Sent(query(COUNT), method="HEAD"))
    assert (got.status, got.media_type, got.body) == (200, JSON, b"")


def test_options_tells_the_methods(endpoint: str) -> None:
    got = send(endpoint, Sent(method="OPTIONS"))
    assert got.status in (200, 204)
    assert {"GET", "HEAD", "OPTIONS", "POST"} <= set(got.headers["Allow"].replace(",", " ").split())


def test_a_long_query_may_be_posted(endpoint: str) -> None:
    long = COUNT + " #" + "x" * 100_000
    assert send(endpoint, Sent(form=query(long))).status == 200
    assert send(endpoint, Sent(body=long.encode(), headers=DIRECT)).status == 200


def test_letters_beyond_ascii_arrive_unharmed(endpoint: str) -> None:
    text = 'SELECT ?n { BIND ("Ærø, 東京, 🎈" AS ?n) }'
    for sent in (Sent(query(text)), Sent(form=query(text)), Sent(body=text.encode(), headers=DIRECT)):
        (row,) = json.loads(send(endpoint, sent).body)["results"]["bindings"]
        assert row["n"]["value"] == "Ærø, 東京, 🎈"
