"""The whole service over the SPARQL servers of others: the same questions, pages and limits as on this machine."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from kg_server.ask.catalog import read_catalog
from kg_server.ask.records import record
from kg_server.ask.things import describe
from kg_server.build.publish import publish
from kg_server.core.errors import RemoteError
from kg_server.core.namespaces import thing_iri
from kg_server.core.settings import read_settings
from kg_server.engine.base import Question
from kg_server.engine.opening import open_engine
from kg_server.web.app import create_app
from tests.golden import FOLDER, golden_answer
from tests.servers import KINDS, running
from tests.test_golden import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from kg_server.ask.catalog import Query
    from kg_server.core.settings import Settings
    from kg_server.engine.base import Engine
    from tests.servers import Remote

THINGS = ("strategy/a1", "goal/a-1", "focus-area/b", "partner-role/uia", "policy/green-deal", "city/gdynia")
SLOW = """SELECT (COUNT(*) AS ?n) {
  { SELECT ?a { ?a ?b ?c } LIMIT 5000 } { SELECT ?d { ?d ?e ?f } LIMIT 5000 }
  FILTER (CONTAINS(STR(?a), CONCAT(STR(?d), STR(?a))))
}"""
"""Ends by itself after a while: a server that hangs up on nobody would keep a processor to itself."""


@pytest.fixture(scope="module", params=KINDS)
def settings(request: pytest.FixtureRequest, real_build: Settings, remotes: Callable[[str], Remote]) -> Settings:
    """A server with the real graph; it has time on a busy machine too, as answers are compared here and not speed."""
    settings = remotes(request.param).over(real_build).model_copy(update={"query_seconds": 60.0})
    publish(settings)
    return settings


@pytest.fixture(scope="module")
def engine(settings: Settings) -> Iterator[Engine]:
    with open_engine(settings) as opened:
        yield opened


@pytest.fixture(scope="module")
def here(real_build: Settings) -> Iterator[Engine]:
    with open_engine(real_build) as opened:
        yield opened


@pytest.fixture(scope="module")
def catalog(real_build: Settings) -> dict[str, Query]:
    return read_catalog(real_build)


@pytest.fixture
def client(settings: Settings, engine: Engine) -> FlaskClient:
    return create_app(settings, engine).test_client()


@pytest.mark.parametrize("name", NAMES)
def test_a_question_gives_the_expected_answer(name: str, engine: Engine, catalog: dict[str, Query]) -> None:
    expected = (FOLDER / f"{name}.csv").read_text(encoding="utf-8")
    assert golden_answer(engine, catalog[name]).splitlines() == expected.splitlines()


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("thing", THINGS)
def test_a_thing_is_told_of_as_on_this_machine(engine: Engine, here: Engine, thing: str, language: str) -> None:
    there = record(describe(engine, thing_iri(thing), language))
    assert there == record(describe(here, thing_iri(thing), language))


@pytest.mark.parametrize(
    "address", ["/", *(f"/id/{thing}" for thing in THINGS), "/data/strategy/a1.ttl", "/.well-known/void", "/ready"]
)
def test_a_page_is_served(client: FlaskClient, engine: Engine, address: str) -> None:
    answer = client.get(address, headers={"Accept": "text/html, text/turtle;q=0.9, */*;q=0.1"}, follow_redirects=True)
    assert (answer.status_code, answer.headers["X-Build-Digest"]) == (200, engine.digest)


def test_a_slow_query_is_a_timeout_of_the_gateway(settings: Settings) -> None:
    hasty = settings.model_copy(update={"query_seconds": 1.0})
    with open_engine(hasty) as engine:
        client = create_app(hasty, engine).test_client()
        assert client.get("/sparql", query_string={"query": SLOW}).status_code == 504
        assert client.get("/sparql", query_string={"query": "ASK { ?s ?p ?o }"}).status_code == 200


def test_an_answer_that_is_cut_says_so(settings: Settings) -> None:
    narrow = settings.model_copy(update={"max_rows": 10})
    with open_engine(narrow) as engine:
        client = create_app(narrow, engine).test_client()
        answer = client.get("/sparql", query_string={"query": "SELECT * { ?s ?p ?o }", "format": "csv"})
    assert answer.headers["X-Truncated"] == "rows=10"
    assert len(answer.text.splitlines()) == 11


def test_a_server_that_is_gone_is_told_of_and_taken_up_again(tmp_path: Path, real_build: Settings) -> None:
    with running("oxigraph", tmp_path) as remote:
        settings = remote.over(real_build)
        publish(settings)
        with open_engine(settings) as engine:
            client = create_app(settings, engine).test_client()
            query = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}
            remote.server.kill()
            assert client.get("/sparql", query_string=query).status_code == 502
            assert client.get("/ready").status_code == 503
            remote.start()
            assert client.get("/sparql", query_string=query).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_dies_under_a_query_is_told_of(tmp_path: Path, real_build: Settings, kind: str) -> None:
    with running(kind, tmp_path) as remote:
        settings = remote.over(real_build)
        publish(settings)
        with open_engine(settings) as engine, ThreadPoolExecutor() as pool:
            client = create_app(settings, engine).test_client()
            asked = pool.submit(client.get, "/sparql", query_string={"query": SLOW})
            time.sleep(1)
            assert not asked.done()
            remote.server.kill()
            answer = asked.result()
        assert answer.status_code == 502
        assert answer.get_json()["detail"].startswith("SPARQL-tjeneren bak denne tjenesten sviktet: ")


def test_a_server_that_was_never_there_is_told_of(tmp_path: Path) -> None:
    settings = read_settings(store_dir=tmp_path, remote_url="http://127.0.0.1:1/query", query_seconds=2)
    with pytest.raises(RemoteError, match="refused"):
        open_engine(settings)


def test_leaving_an_answer_frees_its_worker(engine: Engine) -> None:
    for _ in range(6):
        engine.answer(Question("SELECT * { ?s a ?o }")).close()
    with engine.answer(Question("ASK { ?s ?p ?o }")) as answer:
        assert b"true" in b"".join(answer.body)
