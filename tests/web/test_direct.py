"""A plain query is answered before the app is reached, and nobody can tell from the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.test import Client

from kg_server.web.answers import RememberingEngine
from kg_server.web.app import create_app
from kg_server.web.direct import Direct
from kg_server.web.store import Store

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

    from kg_server.core.settings import Settings
    from kg_server.engine.base import Engine

SELECT = "SELECT ?s ?n { ?s <http://www.w3.org/2004/02/skos/core#notation> ?n } ORDER BY ?n"
OWN = {"X-Request-ID", "Content-Length"}


def app_behind(_environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    start_response("418 I'm a teapot", [])
    return []


@pytest.fixture
def direct(web_settings: Settings, web_engine: Engine) -> Client:
    return Client(Direct(app_behind, RememberingEngine(web_engine, Store(0, 0)), web_settings))


def ask(client: Client, query: str, **named: Any) -> Any:
    return client.get("/sparql", query_string={"query": query, **named.pop("given", {})}, buffered=True, **named)


@pytest.mark.parametrize("accept", ["*/*", "text/csv", "application/sparql-results+xml"])
def test_a_plain_query_never_reaches_the_app(direct: Client, accept: str) -> None:
    answer = ask(direct, SELECT, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.data


@pytest.mark.parametrize(
    ("query", "accept", "given"),
    [
        (SELECT, "text/html", {}),
        (SELECT, "*/*", {"format": "xlsx"}),
        (SELECT, "*/*", {"csv": "excel"}),
        (SELECT, "image/png", {}),
        ("SELECT {", "*/*", {}),
        ("DROP ALL", "*/*", {}),
        ("", "*/*", {}),
    ],
)
def test_pages_files_and_errors_are_left_to_the_app(
    direct: Client, query: str, accept: str, given: dict[str, str]
) -> None:
    assert ask(direct, query, headers={"Accept": accept}, given=given).status_code == 418


def test_other_methods_and_addresses_are_left_to_the_app(direct: Client) -> None:
    answers = [direct.post("/sparql", data={"query": SELECT}), direct.head("/sparql"), direct.get("/sparql/")]
    answers.append(direct.get("/sparql"))
    assert {answer.status_code for answer in answers} == {418}


@pytest.mark.parametrize("accept", ["*/*", "text/csv", "text/turtle", "application/rdf+xml", "text/html", "image/png"])
@pytest.mark.parametrize(
    "query", [SELECT, "ASK {}", "CONSTRUCT WHERE { ?s ?p ?o }", "SELECT {", "DROP ALL", "SELECT * { ?s ex:p ?o }"]
)
def test_the_answer_is_the_one_the_app_gives_to_a_form(
    web_settings: Settings, web_engine: Engine, query: str, accept: str
) -> None:
    settings = web_settings.model_copy(update={"cache_megabytes": 0, "hsts_seconds": 60, "max_rows": 3})
    client = create_app(settings, web_engine).test_client()
    asked = ask(client, query, headers={"Accept": accept})
    posted = client.post("/sparql", data={"query": query}, headers={"Accept": accept}, buffered=True)
    told = [{name: value for name, value in item.headers.items() if name not in OWN} for item in (asked, posted)]
    assert (asked.status_code, told[0]) == (posted.status_code, told[1])
    assert "html" in asked.content_type or asked.data == posted.data
