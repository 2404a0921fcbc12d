"""SERVICE: only to those listed, joined exactly, and bounded, whatever the other end does."""

from __future__ import annotations

import http.server
import json
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from kg_server.core.errors import BadParameter, ConfigError, KgError, QueryRefused, QueryTooLarge, ServiceFailed
from kg_server.core.settings import read_settings
from kg_server.engine.base import Question
from kg_server.engine.embedded import EmbeddedEngine
from kg_server.engine.results import ask, read_rows
from kg_server.web.app import create_app
from kg_server.web.listener import make_server
from kg_server.web.serve import address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg_server.core.settings import Settings

CELL = {"type": "literal", "value": "1"}


class Reply(NamedTuple):
    """What the other service says."""

    body: bytes = b""
    status: int = 200
    media_type: str = "application/sparql-results+json"
    headers: tuple[tuple[str, str], ...] = ()
    drips: bool = False


def table(*rows: dict[str, Any], names: tuple[str, ...] = ("x",)) -> Reply:
    return Reply(json.dumps({"head": {"vars": names}, "results": {"bindings": rows}}).encode())


class Other(http.server.ThreadingHTTPServer):
    """A service of somebody else's, which says what it is told to."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.reply = Reply()
        self.asked: list[tuple[str, str]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/sparql"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Other

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, data.decode()))
        reply = self.server.reply
        self.send_response(reply.status)
        for name, value in (("Content-Type", reply.media_type), *reply.headers):
            self.send_header(name, value)
        self.end_headers()
        try:
            while reply.drips:
                self.wfile.write(b" ")
                time.sleep(0.05)
            self.wfile.write(reply.body)
        except OSError:
            self.close_connection = True

    def log_message(self, *_told: object) -> None:
        """Say nothing."""


@pytest.fixture
def other() -> Iterator[Other]:
    with Other() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def asking(settings: Settings, other: Other) -> Iterator[EmbeddedEngine]:
    """An engine that may ask the other service."""
    with EmbeddedEngine(settings.model_copy(update={"services": other.address, "service_seconds": 1.0})) as opened:
        yield opened


@pytest.fixture(scope="module")
def mirrored(settings: Settings) -> Iterator[tuple[EmbeddedEngine, str]]:
    """An engine, and the address of a service over the same graph that it may ask."""
    with EmbeddedEngine(settings) as engine:
        server = make_server(create_app(settings.model_copy(update={"port": 0}), engine), read_settings(port=0))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        service = address(settings, server) + "sparql"
        with EmbeddedEngine(settings.model_copy(update={"services": service})) as asking:
            yield asking, service
        server.close()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { %s{ ?s e:p ?o } }",
        "SELECT * { ?s e:p ?o . %s{ ?s e:name ?name } }",
        "SELECT * { ?s e:p ?o OPTIONAL { %s{ ?o e:p ?more } } }",
        "SELECT * { ?s e:p ?o OPTIONAL { %s{ ?s e:name ?name } FILTER(?o = e:b) } }",
        "SELECT * { ?s e:p ?o MINUS { %s{ ?s e:p ?o FILTER(?o = e:b) } } }",
        "SELECT * { { ?s e:name ?n } UNION { %s{ ?s e:p ?n } } }",
        "SELECT * { ?s e:p ?o { SELECT ?s (COUNT(*) AS ?n) { %s{ ?s e:p ?x } } GROUP BY ?s } }",
        "SELECT * { %s{ ?s e:p ?o OPTIONAL { ?s e:list ?o } } ?s e:p ?o }",
        "SELECT * { %s{ SELECT ?o { ?s e:p ?o } } %s{ ?s e:name ?name } }",
        "SELECT * { %s{ ?s e:p ?o } BIND(STR(?o) AS ?text) FILTER(?o != e:b) }",
        "SELECT * { ?s e:p ?o . %s{ e:a e:p e:b } }",
        "SELECT * { ?s e:p ?o . %s{ e:a e:p e:nothing } }",
        "SELECT * { ?s e:p ?o . %s{ VALUES ?o { UNDEF } } }",
        "SELECT * { %s{ ?s e:p ?o } . ?s e:name ?n }",
        "SELECT * { GRAPH e:g1 { ?s e:p ?o %s{ ?s e:p ?o } } }",
        "SELECT ?s { ?s e:p ?o } HAVING(?s = e:a) ORDER BY ?s VALUES ?s { e:a }",
    ],
)
def test_a_block_is_joined_as_if_it_were_asked_here(mirrored: tuple[EmbeddedEngine, str], query: str) -> None:
    engine, service = mirrored
    asked = "PREFIX e: <http://e/>\n" + query
    there = read_rows(engine, asked.replace("%s", f"SERVICE <{service}> "))
    here = read_rows(engine, asked.replace("%s", ""))
    assert set(there.variables) == set(here.variables)
    assert count(there.rows) == count(here.rows)


def count(rows: list[dict[str, Any]]) -> Counter[frozenset[tuple[str, Any]]]:
    return Counter(frozenset(row.items()) for row in rows)


def test_a_service_may_be_named_by_prefix_and_takes_the_prologue(asking: EmbeddedEngine, other: Other) -> None:
    other.reply = table({"x": CELL})
    host = other.address.removesuffix("sparql")
    rows = read_rows(asking, f"PREFIX o: <{host}> SELECT ?x {{ service  silent o:sparql {{ ?x o:p '}}' }} }}")
    assert [row["x"].value for row in rows.rows] == ["1"]
    ((path, body),) = other.asked
    assert path == "/sparql"
    assert "PREFIX" in body
    assert "LIMIT+10001" in body


@pytest.mark.parametrize(
    "spelling",
    [
        "SERVICE <http://127.0.0.1:1/sparql> { ?s ?p ?o }",
        "service<http://localhost:1/sparql>{ ?s ?p ?o }",
        "SERVICE SILENT <http://[::1]:1/sparql> { ?s ?p ?o }",
        "SERVICE l:sparql { ?s ?p ?o }",
        "SERVICE <\\u0068ttp://127.0.0.1:1/sparql> { ?s ?p ?o }",
        "SERVICE # a remark\n <http://127.0.0.1:1/sparql> { ?s ?p ?o }",
        "SERVICE ?x { ?s ?p ?o }",
        "{ SELECT * { SERVICE <http://127.0.0.1:1/sparql> { ?s ?p ?o } } }",
        "FILTER EXISTS { SERVICE <%s> { ?s ?p ?o } }",
        "FILTER NOT EXISTS { { SERVICE <%s> { ?s ?p ?o } } }",
        "SERVICE <%s> { SERVICE <http://127.0.0.1:1/sparql> { ?s ?p ?o } }",
        "SERVICE <%s#> { ?s ?p ?o }",
        "SERVICE <%s?> { ?s ?p ?o }",
        "SERVICESILENT<%s> { ?s ?p ?o }",
        "SERVICE <%s> ?s ?p ?o",
        "SERVICE",
        "SERVICE { ?s ?p ?o }",
        *["SERVICE <%s> { ?s ?p ?o } " * 6],
    ],
)
def test_nobody_else_is_asked(asking: EmbeddedEngine, other: Other, spelling: str) -> None:
    query = "PREFIX l: <http://127.0.0.1:1/> SELECT * { " + spelling.replace("%s", other.address) + " }"
    with pytest.raises(QueryRefused) as refused:
        asking.answer(Question(query))
    assert str(refused.value)
    assert not other.asked


def test_keywords_have_no_escapes_and_a_block_without_end_is_none(asking: EmbeddedEngine, other: Other) -> None:
    for start in ("\\u0053ERVICE", "SERVICE"):
        with pytest.raises(KgError, match=r"does not parse|no end"):
            asking.answer(Question(f"SELECT * {{ {start} <{other.address}> {{ ?s ?p ?o "))
    assert not other.asked


def test_without_a_list_nobody_is_asked(engine: EmbeddedEngine, other: Other) -> None:
    with pytest.raises(QueryRefused, match="SERVICE is not allowed"):
        engine.answer(Question(f"SELECT * {{ SERVICE <{other.address}> {{ ?s ?p ?o }} }}"))
    assert not other.asked


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(status=500), "status 500"),
        (Reply(b"{}", media_type="text/html"), "no table"),
        (Reply(b"{}"), "no table"),
        (Reply(b"[" * 100_000), "no table"),
        (Reply(b"\xff"), "no table"),
        (table({"x": {"type": "uri", "value": "http://e/> } #"}}), "no table"),
        (table({"x": {"type": "uri", "value": "relative"}}), "no table"),
        (table({"x": {**CELL, "datatype": "http://e/> ) } #"}}), "no table"),
        (table({"x": {**CELL, "xml:lang": "en) } #"}}), "no table"),
        (table({"x": {"type": "literal", "value": "\ud800"}}), "no table"),
        (table({"y": CELL}, names=("y",)), "variables nobody asked for"),
        (table({"y": CELL}), "variables nobody asked for"),
        (table({"s": CELL}), "variables nobody asked for"),
        (table({"x": CELL}, names=("x) { } #",)), "variables nobody asked for"),
        (Reply(status=302, headers=(("Location", "http://127.0.0.1:1/sparql"),)), "sends us on"),
        (Reply(status=307, headers=(("Location", "//example.org/sparql"),)), "sends us on"),
        (Reply(status=301, headers=(("Location", "/again"),)), "sends us on"),
        (Reply(status=308, headers=(("Location", "http://[/"),)), "cannot be reached"),
        (Reply(drips=True), "took too long"),
    ],
)
def test_what_is_no_answer_is_told_or_passed_over(
    asking: EmbeddedEngine, other: Other, reply: Reply, error: str
) -> None:
    other.reply = reply
    started = time.monotonic()
    query = f"SELECT ?x {{ SERVICE <{other.address}> {{ ?s ?p ?x }} }}"
    with pytest.raises(ServiceFailed, match=error):
        asking.answer(Question(query))
    rows = read_rows(asking, query.replace("SERVICE", "SERVICE SILENT"))
    assert rows.rows == [{}]
    assert time.monotonic() - started < 4


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (table({"x": {"type": "bnode", "value": "b0"}}), QueryRefused),
        (table(*[{"x": CELL}] * 10_001), QueryTooLarge),
        (table({"x": {"type": "literal", "value": "x" * 900_000}}), QueryTooLarge),
        (Reply(b" " * (9 * 1024 * 1024)), QueryTooLarge),
    ],
)
def test_what_cannot_be_joined_is_refused_even_in_silence(
    asking: EmbeddedEngine, other: Other, reply: Reply, kind: type[KgError]
) -> None:
    other.reply = reply
    for word in ("SERVICE", "SERVICE SILENT"):
        with pytest.raises(kind, match=r"The service .* answered with"):
            asking.answer(Question(f"SELECT ?x {{ {word} <{other.address}> {{ ?s ?p ?x }} }}"))


def test_a_text_that_looks_like_a_query_stays_a_text(asking: EmbeddedEngine, other: Other) -> None:
    nasty = '") } SERVICE <http://127.0.0.1:1/> { # \\ \n \r \x00 ?x \\u0022'
    other.reply = table({"x": {"type": "literal", "value": nasty, "xml:lang": "nb"}})
    rows = read_rows(asking, f"SELECT ?x {{ SERVICE <{other.address}> {{ ?s ?p ?x }} }}")
    assert [(row["x"].value, row["x"].language) for row in rows.rows] == [(nasty, "nb")]


def test_redirections_within_the_list_are_followed(asking: EmbeddedEngine, other: Other) -> None:
    other.reply = Reply(status=307, headers=(("Location", "/moved"),))
    with pytest.raises(ServiceFailed):
        asking.answer(Question(f"SELECT ?x {{ SERVICE <{other.address}> {{ ?s ?p ?x }} }}"))
    assert [path for path, _ in other.asked] == ["/sparql", "/moved", "/moved"]


def test_a_name_does_not_lead_to_this_machine(settings: Settings) -> None:
    service = "http://2130706433:1/sparql"
    with EmbeddedEngine(settings.model_copy(update={"services": service})) as asking:
        with pytest.raises(ServiceFailed, match="cannot be reached"):
            asking.answer(Question(f"ASK {{ SERVICE <{service}> {{ ?s ?p ?o }} }}"))
        assert ask(asking, "ASK { }")


def test_the_service_says_that_it_asks_others_and_tells_its_failures(
    asking: EmbeddedEngine, other: Other, settings: Settings
) -> None:
    listed = settings.model_copy(update={"services": other.address})
    client = create_app(listed, asking).test_client()
    assert "BasicFederatedQuery" in client.get("/sparql", headers={"Accept": "text/turtle"}).text
    query = f"SELECT ?x {{ SERVICE <{other.address}> {{ ?s ?p ?x }} }}"
    other.reply = Reply(status=500)
    assert client.get("/sparql", query_string={"query": query}).status_code == 502
    other.reply = table({"x": CELL})
    for accepted in ("text/html", "text/csv", "application/sparql-results+json"):
        response = client.get("/sparql", query_string={"query": query}, headers={"Accept": accepted})
        assert response.status_code == 200
    assert len(other.asked) == 4


@pytest.mark.parametrize(
    "wrong", ["example.org", "http://me:secret@example.org/sparql", "http://example.org/#a", "ftp://example.org/"]
)
def test_a_list_that_makes_no_sense_stops_the_start(wrong: str) -> None:
    with pytest.raises(ConfigError, match="services"):
        read_settings(services=wrong)


def test_services_are_listed_with_spaces_between() -> None:
    settings = read_settings(services="https://a.example/sparql  http://10.0.0.5:3030/ds?x=y")
    assert settings.listed_services == ("https://a.example/sparql", "http://10.0.0.5:3030/ds?x=y")
    with pytest.raises((ConfigError, BadParameter)):
        read_settings(services="https://")
