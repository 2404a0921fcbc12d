from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from kg_server.engine.embedded import EmbeddedEngine
from kg_server.web import warming
from kg_server.web.app import create_app
from kg_server.web.warming import kept_warm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from kg_server.core.settings import Settings


@pytest.fixture
def warmed(web_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setattr(warming, "LOOK_SECONDS", 0.01)
    with EmbeddedEngine(web_settings) as engine:
        app = create_app(web_settings, engine)
        with kept_warm(app, web_settings, engine):
            yield app


def kept(app: Flask) -> set[tuple[str, str]]:
    return {(language, name) for _, language, name in app.extensions["strategigraf"].kept}


def test_what_pages_read_once_is_there_before_anybody_asks(warmed: Flask) -> None:
    assert wait_until(lambda: {("", "network"), ("nb", "figures"), ("en", "gaps")} <= kept(warmed))
    assert "kg_requests_total{" not in warmed.test_client().get("/metrics").text


def test_a_large_graph_is_left_alone(web_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warming, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(warming, "_MOST_BYTES", 10)
    with EmbeddedEngine(web_settings) as engine:
        app = create_app(web_settings, engine)
        with kept_warm(app, web_settings, engine):
            assert not wait_until(lambda: bool(kept(app)), seconds=1)


def wait_until(holds: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return holds()
