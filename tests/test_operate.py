"""What docs/operate.md and the files in deploy/ say holds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg_server.core import errors
from kg_server.core.namespaces import BASE
from kg_server.core.settings import Settings, read_settings
from tests.web.conftest import app, client, web_engine, web_settings

if TYPE_CHECKING:
    from flask.testing import FlaskClient


__all__ = ["app", "client", "web_engine", "web_settings"]

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs/operate.md").read_text(encoding="utf-8")
DEPLOY = ROOT / "deploy"
OTHER_WORDS = {"query_hash", "request_id", "client_max_body_size", "proxy_pass"}


def test_every_setting_it_names_exists() -> None:
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", GUIDE)) - OTHER_WORDS
    named = {name for name in named if not name.startswith(("kg_", "process_"))}
    assert {"public_url", "proxies", "rate_limit", "stop_seconds"} <= named | {"proxies"}
    assert named <= set(Settings.model_fields)


def test_every_setting_of_the_unit_exists() -> None:
    lines = (DEPLOY / "strategigraf.env").read_text(encoding="utf-8").splitlines()
    given = dict(line.removeprefix("KG_").split("=", 1) for line in lines if not line.startswith("#"))
    assert read_settings(**{name.lower(): value for name, value in given.items()}).proxies == 1


def test_every_metric_it_names_is_counted(client: FlaskClient) -> None:
    client.get("/sparql?query=ASK%7B%7D", buffered=True)
    told = client.get("/metrics").text
    for name in re.findall(r"`(kg_[a-z_]+)`", GUIDE):
        assert f"\n{name}" in told


def test_every_error_it_names_exists() -> None:
    for name in re.findall(r"`(Engine\w+|Query\w+)`", GUIDE):
        assert hasattr(errors, name)


def test_every_file_it_names_is_there() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", GUIDE)
    assert links
    for link in links:
        assert (ROOT / "docs" / link).exists()


@pytest.mark.parametrize("kind", ["id", "ontology", "graph"])
def test_the_rules_for_w3id_are_the_same_in_both_places(kind: str) -> None:
    rules = (DEPLOY / "w3id.htaccess").read_text(encoding="utf-8").splitlines()
    rule = next(line for line in rules if line.startswith(f"RewriteRule ^{kind}"))
    assert rule in GUIDE


@pytest.mark.parametrize(
    "iri", ["id/strategy/a1", "ontology", "ontology/0.1.0", "ontology#Strategy", "graph/strategy", "id/sdg/12.5", ""]
)
def test_every_name_leads_here_by_the_rules_for_w3id(iri: str, client: FlaskClient) -> None:
    path = (BASE + iri).removeprefix(BASE).partition("#")[0]
    rules = (DEPLOY / "w3id.htaccess").read_text(encoding="utf-8")
    for pattern, target in re.findall(
        r"^RewriteRule (\S+) https://strategigraf\.example\.no(\S+) ", rules, re.MULTILINE
    ):
        found = re.match(pattern, path)
        if found:
            address = found.expand(target.replace("$1", r"\1"))
            assert client.get(address, headers={"Accept": "text/turtle, text/html;q=0.5"}).status_code in (200, 303)
            return
    pytest.fail(f"no rule for {iri}")


def test_the_unit_gives_the_service_time_to_stop() -> None:
    unit = (DEPLOY / "strategigraf.service").read_text(encoding="utf-8")
    found = re.search(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)
    assert found
    assert int(found[1]) > read_settings().stop_seconds + 5
