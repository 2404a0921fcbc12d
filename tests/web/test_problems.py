from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest

from kg_server.core import errors
from kg_server.engine.base import Stats
from kg_server.web.app import create_app
from kg_server.web.problems import STATUS

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from kg_server.core.settings import Settings
    from kg_server.engine.base import Answer, Engine, Question

ALL = [item for item in vars(errors).values() if isinstance(item, type) and issubclass(item, errors.KgError)]


def test_every_error_has_a_status() -> None:
    assert set(STATUS) == set(ALL)


class Failing:
    """An engine that fails as it is told to."""

    digest = "f41l"

    def __init__(self, error: Exception) -> None:
        self.error = error

    def answer(self, _question: Question) -> Answer:
        raise self.error

    def stats(self) -> Stats:
        return Stats(workers=0)

    def close(self) -> None:
        """Nothing is held."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()


def ask(settings: Settings, error: Exception, accept: str = "*/*") -> tuple[int, str, dict[str, str]]:
    engine: Engine = Failing(error)
    response = create_app(settings, engine).test_client().get("/sparql?query=ASK{}", headers={"Accept": accept})
    return response.status_code, response.text, dict(response.headers)


def test_our_own_faults_tell_nothing_of_the_inside(web_settings: Settings) -> None:
    for error in (ValueError("secret/path"), errors.ConfigError("secret {path}", path="/etc")):
        status, text, _ = ask(web_settings, error)
        assert status == 500
        assert "secret" not in text
        assert "Noe gikk galt hos oss." in text
    assert "secret" not in ask(web_settings, ValueError("secret"), "text/html")[1]


def test_where_a_build_lies_is_not_told(web_settings: Settings) -> None:
    missing = errors.NoBuild("There is no graph to use in {folder}.", folder=Path("/secret/build"))
    status, text, _ = ask(web_settings, missing)
    assert status == 503
    assert "Det finnes ingen graf å bruke i build." in text
    assert "secret" not in text


def test_a_busy_engine_says_when_to_come_back(web_settings: Settings) -> None:
    busy = errors.EngineBusy("Every worker is occupied.", hint="Try again in {retry_after} seconds.", retry_after=7)
    status, text, headers = ask(web_settings, busy)
    assert (status, headers["Retry-After"], headers["Access-Control-Allow-Origin"]) == (503, "7", "*")
    assert "Prøv igjen om 7 sekunder." in text


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [("PUT", "/sparql", 405), ("POST", "/", 405), ("GET", "/nowhere", 404), ("DELETE", "/page/strategy/a1", 405)],
)
def test_http_errors_have_the_same_shape(client: FlaskClient, method: str, address: str, status: int) -> None:
    response = client.open(address, method=method)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert {"type", "title", "status", "detail"} <= response.get_json().keys()
    page = client.open(address, method=method, headers={"Accept": "text/html"})
    assert (page.status_code, page.mimetype) == (status, "text/html")
    assert page.headers.get("Allow") == response.headers.get("Allow")


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/prefixes/", "/prefixes"),
        ("/prefixes//?lang=en", "/prefixes?lang=en"),
        ("/page/city/x/", "/page/city/x"),
    ],
)
def test_a_slash_at_the_end_makes_no_difference(client: FlaskClient, path: str, place: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (308, place)
    assert client.post(path).status_code in (404, 405)


def test_no_slash_leads_to_another_site(client: FlaskClient) -> None:
    answer = client.get("/", environ_overrides={"PATH_INFO": "//evil.example/"})
    assert answer.headers["Location"] == "/evil.example"


def test_an_iri_that_is_missing_is_said_to_be(client: FlaskClient) -> None:
    assert client.get("/resource?lang=en").json["detail"] == "The parameter iri is missing."  # type: ignore[index]


def test_only_what_can_be_given_is_listed(real: FlaskClient) -> None:
    assert real.get("/matrix?basis=x&lang=en").json["hint"].startswith("There is: imported")  # type: ignore[index]
