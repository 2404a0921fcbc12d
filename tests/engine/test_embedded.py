from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from kg_server.core.errors import (
    EngineError,
    NoBuild,
    QueryTimeout,
    QueryTooLarge,
)
from kg_server.core.settings import read_settings
from kg_server.engine.base import Question
from kg_server.engine.embedded import EmbeddedEngine
from kg_server.engine.forker import Forker
from kg_server.engine.results import ask

if TYPE_CHECKING:
    from pathlib import Path

    from kg_server.core.settings import Settings

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a = ?z) }"
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i ?f ?c"
LONG = "SELECT * { ?a <http://e/number> ?c . ?d <http://e/number> ?f }"
COUNT = "SELECT (COUNT(*) AS ?n) {clause} {{ ?s ?p ?o }}"


def text(engine: EmbeddedEngine, question: Question) -> str:
    with engine.answer(question) as answer:
        return b"".join(answer.body).decode()


def count(engine: EmbeddedEngine, question: Question) -> int:
    return int(json.loads(text(engine, question))["results"]["bindings"][0]["n"]["value"])


def test_a_merge_lasts_no_longer_than_its_query(own_engine: EmbeddedEngine) -> None:
    everywhere = Question("SELECT (COUNT(*) AS ?n) { GRAPH ?g { <http://e/a> <http://e/p> ?o } }")
    merged = Question("PREFIX e: <http://e/> " + COUNT.format(clause="FROM e:g1 FROM e:g2 FROM NAMED e:g2"))
    assert [count(own_engine, question) for question in (everywhere, merged, merged, everywhere)] == [3, 3, 3, 3]


def test_a_slow_query_is_stopped_in_time_and_the_next_is_answered(engine: EmbeddedEngine) -> None:
    started = time.monotonic()
    with pytest.raises(QueryTimeout):
        engine.answer(Question(SLOW, seconds=0.3))
    assert 0.29 < time.monotonic() - started < 0.6
    assert ask(engine, "ASK {}")


def test_a_query_that_wants_too_much_memory_is_stopped(engine: EmbeddedEngine) -> None:
    with pytest.raises(QueryTooLarge, match="64 megabytes"):
        engine.answer(Question(LARGE))
    assert ask(engine, "ASK {}")


def test_a_long_answer_streams_and_leaving_it_frees_the_worker(own_engine: EmbeddedEngine) -> None:
    with own_engine.answer(Question(LONG)) as answer:
        assert len(next(answer.body)) == 65536
    assert ask(own_engine, "ASK {}")


def test_a_short_answer_frees_its_worker_before_it_is_read(own_engine: EmbeddedEngine) -> None:
    unread = own_engine.answer(Question("ASK {}"))
    assert ask(own_engine, "ASK {}")
    assert b"true" in b"".join(unread.body)


def test_a_fault_in_the_middle_of_a_long_answer_is_told_before_its_first_byte(engine: EmbeddedEngine) -> None:
    with pytest.raises(QueryTimeout):
        engine.answer(Question(LONG.replace("}", ". ?g ?h ?i }"), seconds=0.02))


def test_an_answer_names_its_build(engine: EmbeddedEngine) -> None:
    with engine.answer(Question("ASK {}")) as answer:
        assert answer.digest == engine.digest == "d1ge57"


def test_a_closed_engine_answers_no_more(settings: Settings) -> None:
    engine = EmbeddedEngine(settings)
    assert engine.digest == "d1ge57"
    engine.close()
    with pytest.raises(EngineError):
        engine.answer(Question("ASK {}"))


def test_without_a_build_the_engine_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoBuild):
        EmbeddedEngine(read_settings(store_dir=tmp_path))


def test_a_broken_build_is_told_of_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "current").mkdir()
    (tmp_path / "current" / "dataset.nq").write_text("<http://e/a> <http://e/b>\n", encoding="utf-8")
    with pytest.raises(EngineError, match="could not be loaded"):
        EmbeddedEngine(read_settings(store_dir=tmp_path))


def test_where_a_build_that_is_gone_was_is_not_told(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"could not be loaded: No such file or directory\.$"):
        Forker(tmp_path / "dataset.nq", 512).start()
