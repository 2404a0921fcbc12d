from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bench.client import accepted, unique
from bench.generate import write
from bench.goals import fixed_goals, large_goals, ratio_goals
from bench.inside import InProcess
from bench.measure import all_queries, read_wrk
from bench.peers import Ours, Oxigraph
from bench.report import BEGIN, END, machine, markdown, put
from bench.run import Plan, measure
from bench.shared import read_shared
from bench.statistics import median, percentile, ratio
from kg_server.build.record import CURRENT, RECORD
from kg_server.core.layout import STORE
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

_WRK = """\
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   812.00us  100.00us   4.00ms   90.00%
  Latency Distribution
     50%  800.00us
     99%    1.25ms
  600 requests in 3.00s, 200.00KB read
  Socket errors: connect 0, read 1, write 0, timeout 2
  Non-2xx or 3xx responses: 30
Requests/sec:    200.00
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    write(folder, read_shared(ROOT), 10_000)
    return folder


@pytest.fixture(scope="module")
def measured(folder: Path) -> dict[str, dict[str, Any]]:
    plan = Plan(("strategigraf", "engine", "worker", "pyoxigraph"), runs=3, budget=1.0, seconds=1, runaways=False)
    return measure(folder, plan, folder / "scratch")


def test_the_statistics_of_known_values_are_right() -> None:
    assert median([]) is None
    assert median([4.0, 1.0, 3.0, 2.0]) == 2.5
    assert percentile([], 0.99) is None
    assert percentile([5.0], 0.99) == 5.0
    assert percentile([float(number) for number in range(1, 201)], 0.99) == 198.0
    assert ratio(10.0, 4.0) == 2.5
    assert ratio(None, 4.0) is None
    assert ratio(1.0, None) is None


def test_replies_that_are_no_answers_do_not_count_as_throughput() -> None:
    counted = read_wrk(_WRK)

    assert counted is not None
    assert (counted.per_second, counted.failed, counted.p99_milliseconds) == (190.0, 33, 1.25)
    assert read_wrk("unable to connect") is None


def test_a_query_is_made_unlike_any_before() -> None:
    query = "SELECT * WHERE { ?s ?p ?o }"

    assert unique(query) != unique(query)
    assert unique(query).endswith(query)


def test_every_query_answers_alike_with_and_without_the_service(measured: dict[str, dict[str, Any]]) -> None:
    queries = set(all_queries(ROOT / "bench" / "queries")) - {"runaway"}

    for result in measured.values():
        assert set(result["latency"]) == queries
        assert {name for name, one in result["latency"].items() if one["problem"]} == set()
        assert {name: one["rows"] for name, one in result["latency"].items()} == {
            name: one["rows"] for name, one in measured["pyoxigraph"]["latency"].items()
        }


def test_every_query_has_an_answer(measured: dict[str, dict[str, Any]]) -> None:
    assert all(one["rows"] for name, one in measured["pyoxigraph"]["latency"].items() if name != "trace")


def test_start_and_memory_are_measured(measured: dict[str, dict[str, Any]]) -> None:
    assert measured["strategigraf"]["start"] > 0
    assert measured["strategigraf"]["idle_megabytes"] > 10


def test_what_was_not_measured_is_neither_reached_nor_missed(measured: dict[str, dict[str, Any]]) -> None:
    goals = [*ratio_goals(measured), *fixed_goals(measured, {})]

    assert {goal.verdict for goal in goals if goal.against != "pyoxigraph"} == {"not measured"}
    assert [goal.verdict for goal in goals if goal.against == "pyoxigraph"] in (["yes"], ["no"])


def test_the_tables_go_between_the_marks_again_and_again(measured: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    document = tmp_path / "benchmarks.md"
    document.write_text(f"Before.\n{BEGIN}old\n{END}After.\n", encoding="utf-8")
    failed = {"virtuoso": {"problem": "is not installed"}}
    tables = markdown({"machine": machine(), "sizes": {10_000: {"peers": measured | failed}}})

    put(document, tables)
    once = document.read_text(encoding="utf-8")
    put(document, tables)

    assert document.read_text(encoding="utf-8") == once
    assert once.startswith(f"Before.\n{BEGIN}")
    assert once.endswith(f"{END}After.\n")
    assert "virtuoso: is not installed" in once
    assert "| lookup |" in once


def test_a_query_that_makes_a_graph_is_asked_for_as_a_graph() -> None:
    queries = all_queries(ROOT / "bench" / "queries")

    assert {name for name, query in queries.items() if accepted(query) == "application/n-triples"} == {"construct"}


def test_a_graph_too_large_for_memory_is_laid_out_on_disk_once_and_answered_from_there(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = folder / "store" / CURRENT / STORE
    triples = json.loads((folder / "store" / CURRENT / RECORD).read_text(encoding="utf-8"))["merged"]
    for most, is_on_disk in (("9000", True), ("20000", False)):
        monkeypatch.setattr(Ours, "settings", {"KG_MEMORY_TRIPLES": most})
        peer = Ours(folder, tmp_path / most)
        peer.make_ready()
        made = store.stat().st_ino if store.exists() else None
        peer.make_ready()
        try:
            peer.start("ASK {}")
            client = peer.client()
            answer = client.ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", 10)
            client.close()
        finally:
            peer.stop()
        assert (made is not None) == is_on_disk
        assert made == (store.stat().st_ino if is_on_disk else None)
        assert f'"{triples}"'.encode() in answer.body


def test_what_was_loaded_of_another_graph_is_loaded_anew(folder: Path, tmp_path: Path) -> None:
    peer = Oxigraph(folder, tmp_path)
    peer.make_ready()
    took = peer.load_seconds
    again = Oxigraph(folder, tmp_path)
    again.make_ready()
    note = tmp_path / "loaded.json"
    note.write_text(note.read_text(encoding="utf-8").replace(peer.digest, "another"), encoding="utf-8")
    anew = Oxigraph(folder, tmp_path)
    anew.make_ready()

    assert again.load_seconds == took
    assert anew.load_seconds != took


def test_a_query_that_never_ends_does_not_hold_up_the_measuring_in_process(folder: Path, tmp_path: Path) -> None:
    peer = InProcess(folder, tmp_path)
    peer.start("ASK {}")
    runaway = all_queries(ROOT / "bench" / "queries")["runaway"]
    reply = peer.client().ask(runaway, 0.5)

    assert (reply.is_answer, reply.seconds) == (False, 0.5)
    assert peer.client().ask("SELECT * { ?s ?p ?o } LIMIT 1", 10).is_answer


def test_an_aggregation_may_take_twice_as_long_as_a_columnar_server() -> None:
    def took(seconds: float) -> dict[str, Any]:
        return {"aggregation": {"median": seconds, "problem": ""}}

    peers = {
        "strategigraf": {"latency": took(9.0), "cached": took(0.001)},
        "virtuoso": {"latency": took(1.0)},
        "strategigraf-virtuoso": {"latency": took(2.1)},
    }
    verdicts = {goal.what: goal.verdict for goal in large_goals(peers)}

    assert verdicts["bench queries answered"] == "yes"
    assert verdicts["repeated aggregation"] == "yes"
    assert verdicts["uncached aggregation over virtuoso"] == "no"
    assert verdicts["repeated top-k"] == "not measured"
    peers["strategigraf"]["latency"]["top-k"] = {"median": None, "problem": "HTTP 504"}
    assert {goal.what: goal.told for goal in large_goals(peers)}["bench queries answered"] == "1 of 2"
