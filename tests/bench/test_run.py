from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.client import accepted, unique
from bench.generate import write
from bench.goals import fixed_goals, ratio_goals
from bench.measure import all_queries, read_wrk
from bench.report import BEGIN, END, machine, markdown, put
from bench.run import Plan, measure
from bench.shared import read_shared
from bench.statistics import median, percentile, ratio
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
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("bench")
    write(folder, read_shared(ROOT), 10_000)
    plan = Plan(("strategigraf", "engine", "pyoxigraph"), runs=3, budget=1.0, seconds=1, runaways=False)
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
