"""Short queries are answered while long ones run; long ones take turns, wait in a line, or are sent away at once."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg_server.core.errors import EngineBusy, KgError, QueryCancelled, QueryTimeout
from kg_server.engine.admission import Line
from kg_server.engine.base import Question
from kg_server.engine.embedded import EmbeddedEngine
from kg_server.engine.results import ask
from tests.engine.test_workers import children, parent_of, wait_until_gone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg_server.core.settings import Settings

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a = ?z) }"
LONG = "SELECT * { ?a <http://e/number> ?c . ?d <http://e/number> ?f }"
FEW = "SELECT * { ?a <http://e/number> ?c } LIMIT 1000"


def never() -> bool:
    return False


class Runaways:
    """Slow queries in threads of their own, and what became of them."""

    def __init__(self, engine: EmbeddedEngine, count: int, seconds: float) -> None:
        self.outcomes: list[tuple[type[KgError], float]] = []
        self._threads = [threading.Thread(target=self._run, args=(engine, seconds)) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def _run(self, engine: EmbeddedEngine, seconds: float) -> None:
        started = time.monotonic()
        try:
            engine.answer(Question(SLOW, seconds=seconds))
        except KgError as exc:
            self.outcomes.append((type(exc), time.monotonic() - started))

    def join(self) -> list[type[KgError]]:
        for thread in self._threads:
            thread.join()
        return [kind for kind, _ in self.outcomes]


@pytest.fixture
def narrow(settings: Settings) -> Iterator[EmbeddedEngine]:
    """An engine for one slow query at a time, and one that waits."""
    given = {"workers": 1, "queue_length": 1, "queue_seconds": 5.0, "fast_seconds": 0.05}
    with EmbeddedEngine(settings.model_copy(update=given)) as opened:
        yield opened


def status(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]


def test_short_queries_are_answered_while_runaways_hold_every_place(narrow: EmbeddedEngine) -> None:
    runaways = Runaways(narrow, 2, seconds=1.5)
    time.sleep(0.3)
    started = time.monotonic()
    assert all(ask(narrow, "ASK {}") for _ in range(20))
    assert time.monotonic() - started < 1
    assert set(runaways.join()) <= {QueryTimeout, EngineBusy}
    assert all(seconds < 2.2 for _, seconds in runaways.outcomes)


def test_a_slow_query_is_nice_and_one_that_waits_stands_still(narrow: EmbeddedEngine) -> None:
    parent = parent_of(narrow)
    runaways = Runaways(narrow, 2, seconds=1.5)
    time.sleep(0.5)
    workers = children(parent)
    slow = [pid for pid in workers if os.getpriority(os.PRIO_PROCESS, pid) >= 10]
    assert sorted(status(pid) for pid in slow) == ["R", "T"]
    assert (narrow.stats().slow_taken, narrow.stats().slow_waiting) == (1, 1)
    runaways.join()
    assert (narrow.stats().slow_taken, narrow.stats().slow_waiting) == (0, 0)
    assert all(wait_until_gone(pid) for pid in slow)


def test_beyond_the_line_a_slow_query_is_sent_away_at_once(narrow: EmbeddedEngine) -> None:
    runaways = Runaways(narrow, 4, seconds=1.5)
    outcomes = runaways.join()
    refused = [seconds for kind, seconds in runaways.outcomes if kind is EngineBusy]
    assert outcomes.count(QueryTimeout) >= 1
    assert len([seconds for seconds in refused if seconds < 0.8]) == 2
    assert ask(narrow, "ASK {}")


def test_a_query_that_waited_is_answered(narrow: EmbeddedEngine) -> None:
    runaways = Runaways(narrow, 1, seconds=0.7)
    time.sleep(0.2)
    with narrow.answer(Question(LONG)) as answer:
        assert len(next(answer.body)) == 65536
    assert runaways.join() == [QueryTimeout]


def test_an_answer_of_several_pieces_needs_no_slow_place(narrow: EmbeddedEngine) -> None:
    parent = parent_of(narrow)
    unread = narrow.answer(Question(FEW))
    with narrow.answer(Question(LONG)):
        assert ask(narrow, "ASK {}")
    assert len(b"".join(unread.body)) > 65536
    assert len(children(parent)) <= 2


def test_a_client_that_leaves_frees_its_worker(narrow: EmbeddedEngine) -> None:
    parent = parent_of(narrow)
    gone = threading.Event()
    threading.Timer(0.4, gone.set).start()
    started = time.monotonic()
    with narrow.view(gone.is_set) as view, pytest.raises(QueryCancelled):
        view.answer(Question(SLOW))
    assert narrow.stats().stopped["left"] == 1
    assert time.monotonic() - started < 2
    assert all(wait_until_gone(pid) for pid in children(parent))


def test_a_client_that_leaves_the_line_is_forgotten(narrow: EmbeddedEngine) -> None:
    runaways = Runaways(narrow, 1, seconds=1.5)
    time.sleep(0.2)
    started = time.monotonic()
    with narrow.view(lambda: time.monotonic() - started > 0.3) as view, pytest.raises(QueryCancelled):
        view.answer(Question(SLOW))
    assert time.monotonic() - started < 1
    assert runaways.join() == [QueryTimeout]


def test_after_a_rush_only_a_few_workers_are_kept(narrow: EmbeddedEngine) -> None:
    parent = parent_of(narrow)
    threads = [threading.Thread(target=lambda: [ask(narrow, "ASK {}") for _ in range(20)]) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    deadline = time.monotonic() + 5
    while len(children(parent)) > 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(children(parent)) == 1
    assert ask(narrow, "ASK {}")


def test_whoever_comes_first_is_served_first() -> None:
    line = Line(1, 8)
    line.enter(1, never)
    served: list[int] = []

    def wait(number: int) -> None:
        line.enter(5, never)
        served.append(number)
        line.leave(0.01)

    threads = [threading.Thread(target=wait, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
        time.sleep(0.02)
    assert not line.enter_at_once()
    with pytest.raises(EngineBusy):
        line.enter(5, never)
    line.leave(0.01)
    for thread in threads:
        thread.join()
    assert served == list(range(8))


def test_the_time_to_come_back_grows_with_what_is_under_way() -> None:
    line = Line(1, 0)
    for _ in range(30):
        line.enter(1, never)
        line.leave(8.0)
    line.enter(1, never)
    with pytest.raises(EngineBusy) as caught:
        line.enter(1, never)
    assert 7 <= caught.value.values["retry_after"] <= 9  # type: ignore[operator]
