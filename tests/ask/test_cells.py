from __future__ import annotations

from typing import TYPE_CHECKING

from kg_server.ask.cells import draw_bars, draw_grid
from kg_server.ask.columns import kinds_of, shown_columns
from kg_server.ask.labels import Labels
from kg_server.core.terms import XSD, Term, iri, literal
from kg_server.engine.results import Rows

if TYPE_CHECKING:
    from kg_server.ask.cells import Chart, Grid
    from kg_server.engine.base import Engine


def thing(name: str) -> Term:
    return iri(f"http://e/{name}")


def number(value: int) -> Term:
    return literal(str(value), datatype=XSD + "integer")


def chart_of(engine: Engine, *rows: dict[str, Term]) -> Chart | None:
    table = Rows(("kind", "kindLabel", "status", "statusLabel", "links", "goals"), list(rows))
    return draw_bars(table.rows, shown_columns(table.variables), kinds_of(table), Labels(engine, "nb"))


def grid_of(engine: Engine, *rows: dict[str, Term]) -> Grid | None:
    table = Rows(("goal", "goalLabel", "sdg", "sdgLabel", "coverage", "coverageLabel", "confidence"), list(rows))
    return draw_grid(table.rows, shown_columns(table.variables), kinds_of(table), Labels(engine, "nb"))


def line(kind: str, status: str, links: int) -> dict[str, Term]:
    return {
        "kind": thing(kind),
        "kindLabel": literal(kind.upper()),
        "status": thing(status),
        "statusLabel": literal(status.upper()),
        "links": number(links),
    }


def meeting(goal: str, sdg: str, coverage: str) -> dict[str, Term]:
    return {
        "goal": thing(goal),
        "goalLabel": literal(goal),
        "sdg": thing(sdg),
        "sdgLabel": literal(sdg),
        "coverage": literal(coverage),
        "coverageLabel": literal(coverage.upper()),
        "confidence": literal("0.5", datatype=XSD + "decimal"),
    }


def test_bars_are_as_long_as_their_number_says(engine: Engine) -> None:
    chart = chart_of(engine, line("a", "x", 10), line("b", "x", 4), line("c", "x", 0))
    assert chart
    assert [(bar.cells[0].label.value, bar.value, bar.share) for bar in chart.bars] == [
        ("A", 10, 100),
        ("B", 4, 40),
        ("C", 0, 0),
    ]
    assert [column.name for column in (*chart.names, chart.number)] == ["kind", "links"]


def test_bars_that_share_a_name_are_told_apart_by_the_next(engine: Engine) -> None:
    chart = chart_of(engine, line("a", "x", 10), line("a", "y", 4))
    assert chart
    assert [[cell.label.value for cell in bar.cells] for bar in chart.bars] == [["A", "X"], ["A", "Y"]]


def test_without_a_number_there_are_no_bars(engine: Engine) -> None:
    assert chart_of(engine, {"kind": thing("a")}) is None


def test_a_grid_tells_three_values_and_a_number_only_where_there_is_a_link(engine: Engine) -> None:
    grid = grid_of(engine, meeting("g", "1", "linked"), meeting("g", "2", "no-link"), meeting("h", "1", "not-assessed"))
    assert grid
    assert [head.label.value for head in grid.heads] == ["1", "2"]
    marks = {
        row.label.value: [(mark.coverage, mark.value) if mark else None for mark in cells] for row, cells in grid.rows
    }
    (linked, denied), (unknown, absent) = marks["g"], marks["h"]
    assert linked
    assert linked[0] == "linked"
    assert linked[1] is not None
    assert (denied, unknown, absent) == (("no-link", None), ("not-assessed", None), None)
    assert [name for name, _ in grid.coverage] == ["linked", "no-link", "not-assessed"]


def test_a_single_column_of_things_is_no_grid(engine: Engine) -> None:
    assert grid_of(engine, {"goal": thing("g"), "coverage": literal("linked")}) is None
