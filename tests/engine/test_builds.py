"""A new build takes over while questions are asked, and none of them fails."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING

import pytest

from kg_server.build.store import point_to
from kg_server.core.errors import KgError
from kg_server.core.settings import Settings, read_settings
from kg_server.engine.base import Changing, Question
from kg_server.engine.embedded import EmbeddedEngine
from kg_server.engine.results import ask
from tests.engine.conftest import quads
from tests.engine.stores import write_build, write_store
from tests.engine.test_workers import is_running, parent_of, wait_until_gone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VALUE = "SELECT ?o { <http://e/a> <http://e/version> ?o }"
LONG = "SELECT * { ?a <http://e/number> ?c . ?d <http://e/number> ?f }"


def trig(version: int) -> str:
    return f"<http://e/a> <http://e/version> {version} ."


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return write_store(tmp_path / "build", trig(1), digest="build1", extra=quads(1500))


@pytest.fixture
def settings(store: Path) -> Settings:
    return read_settings(store_dir=store, query_megabytes=64)


@pytest.fixture
def engine(settings: Settings) -> Iterator[EmbeddedEngine]:
    with EmbeddedEngine(settings) as opened:
        yield opened


def answer(engine: EmbeddedEngine) -> tuple[str, str]:
    """The digest an answer names, and what it says."""
    with engine.answer(Question(VALUE)) as told:
        rows = json.loads(b"".join(told.body))["results"]["bindings"]
        return told.digest, rows[0]["o"]["value"]


def wait_for(engine: EmbeddedEngine, digest: str) -> bool:
    deadline = time.monotonic() + 10
    while engine.digest != digest and time.monotonic() < deadline:
        time.sleep(0.02)
    return engine.digest == digest


def test_no_question_fails_while_builds_change(engine: EmbeddedEngine, store: Path) -> None:
    first = parent_of(engine)
    told: list[tuple[str, str]] = []
    failed: list[KgError] = []
    is_over = threading.Event()

    def work() -> None:
        while not is_over.is_set():
            try:
                told.append(answer(engine))
            except KgError as exc:
                failed.append(exc)
            time.sleep(0.002)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for version in (2, 3):
        write_build(store, trig(version), digest=f"build{version}", extra=quads(1500))
        point_to(store, f"build{version}")
        assert wait_for(engine, f"build{version}")
    time.sleep(0.1)
    is_over.set()
    for thread in threads:
        thread.join()
    assert failed == []
    assert set(told) == {("build1", "1"), ("build2", "2"), ("build3", "3")}
    assert wait_until_gone(first)


def test_what_began_on_the_old_build_ends_on_it(engine: EmbeddedEngine, store: Path) -> None:
    parent = parent_of(engine)
    view = engine.view()
    with view.answer(Question(LONG)) as long:
        assert next(long.body)
        write_build(store, trig(2), digest="build2")
        point_to(store, "build2")
        assert wait_for(engine, "build2")
        assert (view.digest, long.digest, answer(engine)) == ("build1", "build1", ("build2", "2"))
        assert ask(view, "ASK { <http://e/a> <http://e/version> 1 }")
        view.close()
        assert next(long.body)
        assert is_running(parent)
    assert wait_until_gone(parent)


def test_a_build_that_cannot_be_loaded_is_left_alone(engine: EmbeddedEngine, store: Path) -> None:
    (store / "broken").mkdir()
    (store / "broken" / "dataset.nq").write_text("<http://e/a> <http://e/b>\n", encoding="utf-8")
    point_to(store, "broken")
    time.sleep(1.5)
    assert answer(engine) == ("build1", "1")
    write_build(store, trig(2), digest="build2")
    point_to(store, "build2")
    assert wait_for(engine, "build2")


def test_the_engine_on_this_machine_can_change(engine: EmbeddedEngine) -> None:
    assert isinstance(engine, Changing)
