"""What those who run the service rely on: health, figures, logs, limits, headers."""

from __future__ import annotations

import io
import json
import logging
import re
from typing import TYPE_CHECKING, Any

import pytest
from flask.testing import FlaskClient

from kg_server.core.errors import ConfigError, EngineBusy, EngineError
from kg_server.core.settings import read_settings
from kg_server.engine.embedded import EmbeddedEngine
from kg_server.web.app import create_app
from kg_server.web.log import open_log, take_in_others
from tests.web.test_problems import Failing

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from kg_server.core.settings import Settings
    from kg_server.engine.base import Engine

ASK = "/sparql?query=ASK%20%7B%7D"


class ReadingClient(FlaskClient):
    """A client that reads every answer to its end, as servers do."""

    def open(self, *given: Any, **named: Any) -> TestResponse:
        return super().open(*given, **{"buffered": True, **named})


class Logged:
    """A client of an app with settings of its own, and the lines it has logged."""

    def __init__(self, settings: Settings, engine: Engine, **changed: Any) -> None:
        self.stream = io.StringIO()
        chosen = settings.model_copy(update=changed)
        self.client = ReadingClient(create_app(chosen, engine, log=open_log(self.stream)), use_cookies=False)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def logged(web_settings: Settings, web_engine: Engine) -> Logged:
    return Logged(web_settings, web_engine)


def test_the_service_says_that_it_lives_and_what_it_serves(client: FlaskClient) -> None:
    assert client.get("/health").get_json() == {"status": "alive"}
    ready = client.get("/ready")
    assert (ready.status_code, ready.get_json()) == (200, {"status": "ready", "build": "m1n1", "workers": 2})
    assert ready.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("error", "status"), [(EngineError("It is gone."), 503), (EngineBusy("Every worker is occupied."), 200)]
)
def test_a_service_that_cannot_answer_is_not_ready(web_settings: Settings, error: Exception, status: int) -> None:
    client = create_app(web_settings, Failing(error)).test_client()
    assert client.get("/ready").status_code == status
    assert client.get("/health").status_code == 200


def test_the_figures_tell_what_was_done(logged: Logged) -> None:
    client = logged.client
    client.get(ASK)
    client.get(ASK)
    client.get("/sparql?query=SELECT")
    client.get("/page/strategy/a1")
    client.open("/", method="BREW")
    response = client.get("/metrics")
    assert response.headers["Content-Type"].startswith("text/plain; version=")
    lines = response.text.splitlines()
    for line in (
        'kg_requests_total{method="GET",route="/sparql",status="200"} 2.0',
        'kg_requests_total{method="GET",route="/sparql",status="400"} 1.0',
        'kg_requests_total{method="GET",route="/page/<path:path>",status="200"} 1.0',
        'kg_queries_total{outcome="answered"} 1.0',
        'kg_queries_total{outcome="cached"} 1.0',
        'kg_queries_total{outcome="QuerySyntaxError"} 1.0',
        'kg_cache_requests_total{cache="responses",result="hit"} 1.0',
        "kg_engine_workers 2.0",
        "kg_engine_lane_taken 0.0",
        "kg_engine_slow_waiting 0.0",
        'kg_request_seconds_count{route="/sparql"} 3.0',
    ):
        assert line in lines
    assert any(line.startswith('kg_build_info{digest="m1n1"') for line in lines)
    assert any('method="other"' in line for line in lines)


def test_the_figures_tell_what_was_stopped_and_cut(web_settings: Settings) -> None:
    with EmbeddedEngine(web_settings.model_copy(update={"query_seconds": 0.5, "max_rows": 2})) as engine:
        client = Logged(web_settings, engine).client
        everything = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
        slow = f"SELECT (COUNT(*) AS ?n) {{ {everything} . ?m ?n ?o FILTER(?a = ?z) }}"
        doubling = "".join(f"BIND(CONCAT(?a{n}, ?a{n}) AS ?a{n + 1}) " for n in range(60))
        large = f"SELECT * {{ BIND('ab' AS ?a0) {doubling} }}"
        statuses = [
            client.get("/sparql", query_string={"query": query}).status_code
            for query in (slow, large, "SELECT * { ?s ?p ?o }")
        ]
        assert statuses == [504, 503, 200]
        lines = client.get("/metrics").text.splitlines()
    for line in (
        'kg_engine_stopped_total{reason="deadline"} 1.0',
        'kg_engine_stopped_total{reason="memory"} 1.0',
        'kg_engine_stopped_total{reason="left"} 0.0',
        "kg_engine_cut_answers_total 1.0",
        "kg_engine_slow_taken 0.0",
    ):
        assert line in lines
    [seconds] = [float(line.split()[1]) for line in lines if line.startswith("kg_engine_seconds_total ")]
    assert 0 < seconds < 60


def test_two_apps_count_apart(web_settings: Settings, web_engine: Engine) -> None:
    one, two = (Logged(web_settings, web_engine).client for _ in range(2))
    one.get("/health")
    assert 'route="/health"' in one.get("/metrics").text
    assert 'route="/health"' not in two.get("/metrics").text


def test_every_request_has_one_line(logged: Logged) -> None:
    answered = logged.client.get(ASK, headers={"X-Request-ID": "from-the-proxy-1"})
    logged.client.get("/nowhere")
    first, second = logged.lines()
    assert answered.headers["X-Request-ID"] == first["request_id"] == "from-the-proxy-1"
    assert {name: first[name] for name in ("method", "route", "status", "bytes", "level", "event")} == {
        "method": "GET",
        "route": "/sparql",
        "status": 200,
        "bytes": len(answered.data),
        "level": "info",
        "event": "request",
    }
    assert first["timestamp"]
    assert first["ms"] > 0
    assert (second["status"], second["route"]) == (404, "none")


def test_the_log_knows_a_query_by_its_hash_only(logged: Logged) -> None:
    for query in ("ASK { ?s ?p 'secret' }", "ASK  { ?s ?p 'secret' } # again"):
        logged.client.get("/sparql", query_string={"query": query})
        logged.client.post("/sparql", data=query, content_type="application/sparql-query")
    assert "secret" not in logged.stream.getvalue()
    assert "127.0.0.1" not in logged.stream.getvalue()
    assert len({line["query_hash"] for line in logged.lines()}) == 1
    assert [line["cached"] for line in logged.lines()] == [False, False, False, False]


def test_the_log_tells_more_where_it_is_set_to(web_settings: Settings, web_engine: Engine) -> None:
    logged = Logged(web_settings, web_engine, log_queries=True, log_clients=True)
    for _ in range(2):
        logged.client.get(ASK)
    assert [(line["query"], line["client"]) for line in logged.lines()] == [("ASK {}", "127.0.0.1")] * 2


@pytest.mark.parametrize("given", ["", "short", "a" * 65, "with space in it", 'quote"quote"', "ålesund-1234"])
def test_an_id_that_is_not_sane_is_replaced(logged: Logged, given: str) -> None:
    response = logged.client.get("/health", environ_overrides={"HTTP_X_REQUEST_ID": given})
    assert len(response.headers["X-Request-ID"]) == 32
    assert logged.lines()[0]["request_id"] == response.headers["X-Request-ID"]


def test_a_terminal_gets_lines_for_people(web_settings: Settings, web_engine: Engine) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    telling = web_settings.model_copy(update={"log_queries": True})
    client = ReadingClient(create_app(telling, web_engine, log=open_log(stream)), use_cookies=False)
    client.get("/sparql", query_string={"query": "ASK { ?s ?p '\x1b[2J\\n' }"})
    [line] = stream.getvalue().splitlines()
    assert re.match(r"\d\d:\d\d:\d\d info request .*status=200", line)
    assert line.isprintable()


def test_another_handler_of_a_line_has_the_record_as_it_was() -> None:
    seen: list[str] = []
    log = open_log(io.StringIO())
    other = logging.Handler()
    other.emit = lambda record: seen.append(record.levelname)  # type: ignore[method-assign]
    log.addHandler(other)
    log.info("request")
    assert seen == ["INFO"]


def test_a_fault_has_its_traceback_in_the_log_only(web_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", root.handlers)
    monkeypatch.setattr(root, "level", root.level)
    stream = io.StringIO()
    take_in_others(stream)
    client = create_app(web_settings, Failing(ZeroDivisionError("inside"))).test_client()
    response = client.get(ASK, headers={"X-Request-ID": "the-request-1"})
    assert response.status_code == 500
    assert "inside" not in response.text
    line = json.loads(stream.getvalue())
    assert (line["event"], line["level"], line["request_id"]) == ("a request failed", "error", "the-request-1")
    assert "ZeroDivisionError: inside" in line["exception"]
    page = client.get("/page/strategy/a1", headers={"X-Request-ID": "the-request-2", "Accept": "text/html"})
    assert (page.status_code, "the-request-2" in page.text, "inside" in page.text) == (500, True, False)


def test_who_asks_too_often_is_told_when_to_come_back(web_settings: Settings, web_engine: Engine) -> None:
    client = Logged(web_settings, web_engine, rate_limit="3/minute").client
    assert [client.get(ASK).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = client.get(ASK)
    assert refused.mimetype == "application/problem+json"
    assert 1 <= int(refused.headers["Retry-After"]) <= 120
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert "for ofte" in refused.get_json()["detail"]
    for address in ("/health", "/ready", "/metrics", "/static/icon.svg"):
        assert client.get(address).status_code == 200
    assert client.get(ASK, environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200


def test_several_limits_hold_together(web_settings: Settings, web_engine: Engine) -> None:
    client = Logged(web_settings, web_engine, rate_limit="100/second;2/hour").client
    assert [client.get("/").status_code for _ in range(3)] == [200, 200, 429]


def test_nobody_is_limited_by_default(client: FlaskClient) -> None:
    assert {client.get(ASK).status_code for _ in range(200)} == {200}


def test_a_limit_that_makes_no_sense_stops_the_start() -> None:
    for wrong in ("often", "0/second", "5", "5/fortnight", "5/second;"):
        with pytest.raises(ConfigError):
            read_settings(rate_limit=wrong)
    assert read_settings(rate_limit="5/second; 100/minute").rate_limit


def test_a_client_behind_a_proxy_is_known_by_what_the_proxy_says(web_settings: Settings, web_engine: Engine) -> None:
    def statuses(proxies: int) -> list[int]:
        client = Logged(web_settings, web_engine, rate_limit="1/minute", proxies=proxies).client
        return [
            client.get(ASK, headers={"X-Forwarded-For": f"198.51.100.9, 192.0.2.{number}"}).status_code
            for number in (1, 2, 1)
        ]

    assert statuses(0) == [200, 429, 429]
    assert statuses(1) == [200, 200, 429]


PAGE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.parametrize("address", ["/", "/nowhere", "/static/icon.svg", "/page/strategy/a1"])
def test_browsers_are_kept_from_harm(client: FlaskClient, address: str) -> None:
    headers = client.get(address, headers={"Accept": "text/html"}).headers
    assert {name: headers[name] for name in PAGE_HEADERS} == PAGE_HEADERS
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers
    assert "Server" not in headers


def test_data_is_open_to_pages_elsewhere(client: FlaskClient) -> None:
    assert client.get(ASK).headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_data_has_the_same_headers_however_it_is_asked_for(client: FlaskClient) -> None:
    asked, posted = client.get(ASK), client.post("/sparql", data={"query": "ASK {}"})
    names = {name for name, _ in asked.headers} & {*PAGE_HEADERS, "Content-Security-Policy", "Permissions-Policy"}
    assert names == {*PAGE_HEADERS, "Content-Security-Policy"} - {"Referrer-Policy", "Cross-Origin-Opener-Policy"}
    assert {name: asked.headers[name] for name in names} == {name: posted.headers[name] for name in names}
    assert "Permissions-Policy" not in posted.headers
    page = client.get(ASK, headers={"Accept": "text/html"}).headers
    assert {"Permissions-Policy", "Referrer-Policy", "Cross-Origin-Opener-Policy"} <= {name for name, _ in page}


def test_browsers_are_held_to_https_only_where_it_is_set(web_settings: Settings, web_engine: Engine) -> None:
    client = Logged(web_settings, web_engine, hsts_seconds=31536000).client
    assert client.get("/").headers["Strict-Transport-Security"] == "max-age=31536000"
