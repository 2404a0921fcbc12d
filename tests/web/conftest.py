from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg_server.core.settings import Settings, read_settings
from kg_server.engine.embedded import EmbeddedEngine
from kg_server.web.app import create_app
from kg_server.web.outlines import Outline
from tests.engine.stores import write_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

HERE = Path(__file__).parent
MAPS = {"europe": Outline(900, 600, 850, 400, 1300, "M0 0", ""), "world": Outline(900, 900, 143, 450, 450, "M0 0", "")}


@pytest.fixture(scope="session")
def web_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    project = tmp_path_factory.mktemp("project")
    trig = (HERE / "mini.trig").read_text(encoding="utf-8")
    write_store(project / "build", trig, digest="m1n1", built_at="2026-11-23T10:00:00+00:00")
    (project / "build" / "m1n1" / "rules.json").write_text("[]", encoding="utf-8")
    shutil.copytree(HERE / "queries", project / "queries")
    return read_settings(project_dir=project, query_seconds=2, query_megabytes=64, queue_seconds=0.5)


@pytest.fixture(scope="session")
def web_engine(web_settings: Settings) -> Iterator[EmbeddedEngine]:
    with EmbeddedEngine(web_settings) as opened:
        yield opened


@pytest.fixture(scope="session")
def app(web_settings: Settings, web_engine: EmbeddedEngine) -> Flask:
    return create_app(web_settings, web_engine)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def real_app(real_build: Settings) -> Iterator[Flask]:
    """The service over the real graph, which remembers nothing, so that each request is worked for."""
    settings = read_settings(**{**real_build.model_dump(), "cache_megabytes": 0})
    with EmbeddedEngine(settings) as opened:
        yield create_app(settings, opened)


@pytest.fixture
def real(real_app: Flask) -> FlaskClient:
    return real_app.test_client()


@pytest.fixture
def mapped(real: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """The service with two maps, whether or not a bundle was built."""
    monkeypatch.setattr(real.application.extensions["strategigraf"], "outlines", MAPS)
    return real
