"""What is kept and sent again, what is not, and that nobody can tell but by the time it takes."""

from __future__ import annotations

import gzip
import threading
import zlib
from typing import TYPE_CHECKING, Any

import brotli
import pytest
from backports import zstd

from kg_server.core.errors import QueryTimeout
from kg_server.engine.base import JSON_RESULTS, Answer, Kind, Question, Stats
from kg_server.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from flask.testing import FlaskClient

    from kg_server.core.settings import Settings
    from kg_server.engine.base import Engine

QUERY = "SELECT ?s ?n { ?s <http://www.w3.org/2004/02/skos/core#notation> ?n } ORDER BY ?n"
LONG = "SELECT ?a ?b ?c { ?a ?b ?c } ORDER BY ?a ?b ?c"
DECODE: dict[str, Any] = {"zstd": zstd.decompress, "br": brotli.decompress, "gzip": gzip.decompress}
VARY = {"Accept", "Accept-Encoding", "Accept-Language"}


class Counting:
    """An engine that counts the questions that reach it, and can be told what to answer."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.digest = "c0un7"
        self.asked: list[Question] = []
        self.body: Iterator[bytes] | None = None
        self.truncated: int | None = None
        self.gate = threading.Event()
        self.gate.set()

    def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        self.gate.wait(10)
        if self.body is not None:
            return Answer(Kind.BINDINGS, question.bindings_type, self.body, truncated=self.truncated)
        return self.engine.answer(question)

    def stats(self) -> Stats:
        return self.engine.stats()

    def close(self) -> None:
        """The engine behind belongs to others."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()


@pytest.fixture
def engine(web_engine: Engine) -> Counting:
    return Counting(web_engine)


@pytest.fixture
def client(web_settings: Settings, engine: Counting) -> FlaskClient:
    return create_app(web_settings, engine).test_client()


def get(client: FlaskClient, query: str, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get("/sparql", query_string={"query": query}, headers=named)


def test_the_same_request_is_evaluated_once(client: FlaskClient, engine: Counting) -> None:
    first, second = get(client, QUERY), get(client, QUERY)
    assert len(engine.asked) == 1
    assert first.data == second.data
    assert (first.headers["Cache-Status"], second.headers["Cache-Status"]) == ("kg; fwd=miss", "kg; hit")
    different = {"Cache-Status", "X-Request-ID"}
    assert [pair for pair in first.headers if pair[0] not in different] == [
        pair for pair in second.headers if pair[0] not in different
    ]


@pytest.mark.parametrize(
    ("other", "asked"),
    [
        (f"  {QUERY.replace(' ', '  ')}\n# a word on it\n", 1),
        (QUERY.replace("ORDER BY", "# why\n ORDER\tBY"), 1),
        (QUERY + " LIMIT 1", 2),
        (QUERY.replace("?n }", "?n FILTER(?n != 'a  b') }"), 2),
    ],
)
def test_white_space_and_comments_make_no_other_query(
    client: FlaskClient, engine: Counting, other: str, asked: int
) -> None:
    get(client, QUERY)
    get(client, other)
    assert len(engine.asked) == asked


def test_texts_that_differ_in_white_space_are_others(client: FlaskClient) -> None:
    one, two = (get(client, f"SELECT ('a{space}b' AS ?x) {{}}", Accept="text/csv") for space in (" ", "  "))
    assert (one.text, two.text) == ("x\r\na b\r\n", "x\r\na  b\r\n")


def test_ways_of_asking_share_one_evaluation(client: FlaskClient, engine: Counting) -> None:
    json = get(client, QUERY, Accept="application/json").data
    assert get(client, QUERY, Accept=f"{JSON_RESULTS}, text/csv;q=0.5").data == json
    assert client.post("/sparql", data={"query": QUERY}).data == json
    posted = client.post("/sparql", data=QUERY, content_type="application/sparql-query")
    assert posted.data == json
    assert len(engine.asked) == 1
    get(client, QUERY, Accept="text/csv")
    assert len(engine.asked) == 2


def test_other_graphs_are_another_question(client: FlaskClient, engine: Counting) -> None:
    graph = "https://w3id.org/strategigraf/graph/strategy"
    whole = get(client, QUERY)
    chosen = client.get("/sparql", query_string={"query": QUERY, "default-graph-uri": graph + "-none"})
    assert len(engine.asked) == 2
    assert whole.data != chosen.data


@pytest.mark.parametrize("coding", ["zstd", "br", "gzip"])
def test_an_answer_comes_in_the_coding_liked_best(client: FlaskClient, coding: str) -> None:
    plain = get(client, LONG)
    coded = get(client, LONG, Accept_Encoding=f"identity;q=0.1, {coding}")
    assert coded.headers["Content-Encoding"] == coding
    assert DECODE[coding](coded.data) == plain.data
    assert int(coded.headers["Content-Length"]) == len(coded.data) < len(plain.data)
    assert coded.headers["ETag"] != plain.headers["ETag"]
    assert {name.strip() for name in coded.headers["Vary"].split(",")} >= VARY
    assert {name.strip() for name in plain.headers["Vary"].split(",")} >= VARY


@pytest.mark.parametrize("accepted", ["", "identity", "gzip;q=0", "gzip;q=0.5, identity", "compress"])
def test_nobody_gets_a_coding_they_did_not_ask_for(client: FlaskClient, accepted: str) -> None:
    response = get(client, LONG, Accept_Encoding=accepted)
    assert "Content-Encoding" not in response.headers
    assert response.get_json()["results"]


def test_short_answers_and_workbooks_are_not_coded(client: FlaskClient) -> None:
    assert "Content-Encoding" not in get(client, "ASK {}", Accept_Encoding="gzip").headers
    book = client.get(
        "/sparql", query_string={"query": LONG, "format": "xlsx"}, headers={"Accept-Encoding": "gzip, br, zstd"}
    )
    assert "Content-Encoding" not in book.headers
    assert book.data[:2] == b"PK"


def test_who_has_the_answer_is_told_so_before_anything_is_evaluated(client: FlaskClient, engine: Counting) -> None:
    whole = get(client, LONG, Accept_Encoding="br")
    asked = len(engine.asked)
    for tag in (whole.headers["ETag"], "W/" + whole.headers["ETag"], f'"x", {whole.headers["ETag"]}', "*"):
        again = get(client, LONG, Accept_Encoding="br", If_None_Match=tag)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == whole.headers["ETag"]
        assert "Content-Length" not in again.headers
    assert len(engine.asked) == asked
    assert get(client, LONG, Accept_Encoding="br", If_None_Match='"x"').status_code == 200
    assert get(client, LONG, If_None_Match=whole.headers["ETag"]).status_code == 200


@pytest.mark.parametrize(
    "address", ["/", "/page/strategy/a1", "/data/strategy/a1.ttl", "/static/icon.svg", "/ontology"]
)
def test_pages_data_and_files_are_kept_too(client: FlaskClient, engine: Counting, address: str) -> None:
    headers = {"Accept-Encoding": "gzip"}
    whole = client.get(address, headers=headers)
    asked = len(engine.asked)
    assert client.get(address, headers=headers).data == whole.data
    tagged = client.get(address, headers=headers | {"If-None-Match": whole.headers["ETag"]})
    assert tagged.status_code == 304
    assert len(engine.asked) == asked


def test_readers_of_another_language_get_another_page(client: FlaskClient) -> None:
    norwegian, english = (
        client.get("/sparql", headers={"Accept": "text/html", "Accept-Language": language}) for language in ("nb", "en")
    )
    assert (norwegian.headers["Content-Language"], english.headers["Content-Language"]) == ("nb", "en")
    assert norwegian.headers["ETag"] != english.headers["ETag"]


@pytest.mark.parametrize(
    "address", ["/page/strategy/a1", "/data/strategy/a1.ttl", "/health", "/nowhere", "/id/strategy/a1"]
)
def test_head_tells_what_get_would(client: FlaskClient, address: str) -> None:
    different = {"Cache-Status", "X-Request-ID", "Date"}
    told, whole = client.head(address), client.get(address)
    assert (told.status_code, told.data) == (whole.status_code, b"")
    assert {pair for pair in told.headers if pair[0] not in different} == {
        pair for pair in whole.headers if pair[0] not in different
    }


@pytest.mark.parametrize("function", ["NOW()", "RAND()", "UUID()", "STRUUID()", "now()"])
def test_what_changes_from_call_to_call_is_never_kept(client: FlaskClient, engine: Counting, function: str) -> None:
    query = f"SELECT ({function} AS ?x) {{}}"
    assert get(client, query).status_code == get(client, query).status_code == 200
    assert len(engine.asked) == 2


def test_errors_are_never_kept(client: FlaskClient, engine: Counting) -> None:
    for _ in range(2):
        refused = get(client, "SELECT * { ?s ?p")
        assert refused.status_code == 400
        assert "Cache-Status" not in refused.headers
    assert len(engine.asked) == 2


def test_a_new_build_is_not_answered_from_the_old_one(client: FlaskClient, engine: Counting) -> None:
    get(client, QUERY)
    engine.digest = "n3w"
    assert get(client, QUERY).headers["X-Build-Digest"] == "n3w"
    assert len(engine.asked) == 2


def test_an_error_halfway_is_told_as_any_other(client: FlaskClient, engine: Counting) -> None:
    def failing() -> Iterator[bytes]:
        yield b'{"head"'
        raise QueryTimeout("The query was stopped after {seconds:g} seconds.", seconds=2)

    engine.body = failing()
    response = get(client, QUERY)
    assert (response.status_code, response.mimetype) == (504, "application/problem+json")
    engine.body = None
    assert get(client, QUERY).status_code == 200


def test_a_large_answer_flows_through_and_is_not_kept(client: FlaskClient, engine: Counting) -> None:
    produced = 0

    def large() -> Iterator[bytes]:
        nonlocal produced
        for _ in range(32):
            produced += 1
            yield b"x" * 1024 * 1024

    engine.body = large()
    response = client.get("/sparql", query_string={"query": QUERY})
    assert len(response.data) == 32 * 1024 * 1024
    assert produced == 32
    assert "ETag" not in response.headers
    engine.body = None
    get(client, QUERY)
    assert len(engine.asked) == 2


@pytest.mark.parametrize("coding", ["zstd", "br", "gzip"])
@pytest.mark.parametrize("kept", [0, 32])
def test_a_large_answer_is_coded_as_it_flows(web_settings: Settings, engine: Counting, coding: str, kept: int) -> None:
    engine.body, engine.truncated = iter([b"abc" * 100_000] * 64), 7
    client = create_app(web_settings.model_copy(update={"cache_megabytes": kept}), engine).test_client()
    asked = {"Accept-Encoding": coding, "Range": "bytes=0-99"}
    response = client.get("/sparql", query_string={"query": QUERY}, headers=asked, buffered=False)
    pieces = list(response.iter_encoded())
    assert (response.status_code, response.headers["Content-Encoding"]) == (200, coding)
    assert set(response.vary) >= VARY
    assert "Content-Length" not in response.headers
    assert response.headers["X-Truncated"] == "rows=7"
    assert DECODE[coding](b"".join(pieces)) == b"abc" * 6_400_000
    assert len(pieces) >= 64
    engine.body = iter([b"abc" * 100_000] * 64)
    head = client.head("/sparql", query_string={"query": QUERY}, headers=asked)
    different = ("X-Request-ID", "Date")
    assert sorted(pair for pair in head.headers if pair[0] not in different) == sorted(
        pair for pair in response.headers if pair[0] not in different
    )
    assert head.data == b""


def test_the_beginning_of_a_coded_answer_can_be_read_before_its_end(client: FlaskClient, engine: Counting) -> None:
    engine.body = iter([b"abc" * 1_000_000] * 4)
    asked = {"Accept-Encoding": "gzip"}
    response = client.get("/sparql", query_string={"query": QUERY}, headers=asked, buffered=False)
    begun = zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(next(response.iter_encoded()))
    assert begun == b"abc" * 1_000_000
    response.close()


def test_a_tag_of_other_bytes_is_weak(web_settings: Settings, engine: Counting) -> None:
    client = create_app(web_settings.model_copy(update={"cache_megabytes": 0}), engine).test_client()
    plain = client.get("/data/strategy/a1.ttl")
    coded = client.get("/data/strategy/a1.ttl", headers={"Accept-Encoding": "gzip"})
    assert coded.headers["ETag"] == "W/" + plain.headers["ETag"]
    assert gzip.decompress(coded.data) == plain.data
    seen = {"If-None-Match": coded.headers["ETag"]}
    assert client.get("/data/strategy/a1.ttl", headers=seen).status_code == 304


def test_a_large_answer_begins_before_it_ends(client: FlaskClient, engine: Counting) -> None:
    produced = 0

    def endless() -> Iterator[bytes]:
        nonlocal produced
        while True:
            produced += 1
            yield b"x" * 1024 * 1024

    engine.body = endless()
    response = client.get("/sparql", query_string={"query": QUERY}, buffered=False)
    assert response.status_code == 200
    assert produced < 20
    response.close()


def test_what_is_kept_is_bounded(web_settings: Settings, engine: Counting) -> None:
    settings = web_settings.model_copy(update={"cache_megabytes": 1})
    app = create_app(settings, engine)
    client = app.test_client()
    for number in range(60):
        engine.body = iter([b"x" * 100_000])
        get(client, f"ASK {{ FILTER ({number} = {number}) }}")
    sizes = [line for line in client.get("/metrics").text.splitlines() if line.startswith("kg_cache_bytes")]
    assert len(sizes) == 2
    for line in sizes:
        assert 100_000 < float(line.split()[-1]) <= 512 * 1024


def test_nothing_is_kept_where_nothing_may_be(web_settings: Settings, engine: Counting) -> None:
    client = create_app(web_settings.model_copy(update={"cache_megabytes": 0}), engine).test_client()
    assert get(client, QUERY).data == get(client, QUERY).data
    assert len(engine.asked) == 2


def test_the_same_question_at_the_same_time_is_evaluated_once(web_settings: Settings, engine: Counting) -> None:
    app = create_app(web_settings, engine)
    engine.gate.clear()
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(get(app.test_client(), QUERY).data)) for _ in range(6)]
    for thread in threads:
        thread.start()
    threading.Timer(0.3, engine.gate.set).start()
    for thread in threads:
        thread.join(10)
    assert len(found) == 6
    assert len(set(found)) == 1
    assert len(engine.asked) == 1
