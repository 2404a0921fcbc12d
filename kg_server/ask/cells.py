"""Rows as people read them: a thing with its number and name in one cell, and the bars and grids drawn of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg_server.ask.labels import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg_server.ask.columns import Column
    from kg_server.ask.labels import Labels
    from kg_server.core.terms import Term

    Row = Mapping[str, Term]

COVERAGE = ("linked", "no-link", "not-assessed")
"""What a grid's column `coverage` says of a cell."""


@dataclass(frozen=True)
class Cell:
    """A term, its number, and what to call it; a literal is called by its own words."""

    term: Term
    code: str
    label: Text

    @property
    def iri(self) -> str:
        """The IRI, or nothing for a literal."""
        return self.term.value if self.term.kind == "uri" else ""


@dataclass(frozen=True)
class Bar:
    """One bar: what it stands for, its number, and its length as a share of the longest, from 0 to 100."""

    cells: tuple[Cell, ...]
    value: float
    share: float


@dataclass(frozen=True)
class Chart:
    """The bars of an answer, and the columns they are made of."""

    names: tuple[Column, ...]
    number: Column
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Mark:
    """What stands where a row and a column of a grid meet: a number, and of three-valued grids which of the three."""

    value: Cell | None
    coverage: str = ""
    label: Text | None = None


@dataclass(frozen=True)
class Grid:
    """An answer as a grid: the things of its first column down, those of its second across."""

    down: Column
    across: Column
    number: Column | None
    rows: tuple[tuple[Cell, tuple[Mark | None, ...]], ...]
    heads: tuple[Cell, ...]

    @property
    def coverage(self) -> tuple[tuple[str, Text], ...]:
        """Which of the three there are, and what they are called."""
        found = {mark.coverage: mark.label for _, marks in self.rows for mark in marks if mark and mark.label}
        return tuple((name, found[name]) for name in COVERAGE if name in found)


def cell(row: Row, column: Column, labels: Labels) -> Cell | None:
    """What stands in the column of a row, or nothing."""
    term = row.get(column.name)
    if term is None:
        return None
    code, label = row.get(column.code), row.get(column.label)
    words = Text(label.value, label.language) if label else labels.name(term).label
    return Cell(term, code.value if code else "", words)


def draw_bars(rows: Sequence[Row], columns: Sequence[Column], kinds: Mapping[str, str], labels: Labels) -> Chart | None:
    """
    The first number of each row as a bar, named by as many of the things before it as tell the bars apart.

    Nothing where the answer has no such columns.
    """
    place = next((at for at, column in enumerate(columns) if kinds[column.name] in ("integer", "number")), 0)
    things = [column for column in columns[:place] if column.label or kinds[column.name] == "iri"]
    if not things:
        return None
    number = columns[place]
    counted = [row for row in rows if number.name in row]
    names = next((things[:most] for most in range(1, len(things)) if _differ(counted, things[:most])), things)
    values = [float(row[number.name].value) for row in counted]
    longest = max((abs(value) for value in values), default=0) or 1
    bars = tuple(
        Bar(_cells(row, names, labels), value, round(100 * max(value, 0) / longest, 2))
        for row, value in zip(counted, values, strict=True)
    )
    return Chart(tuple(names), number, bars)


def draw_grid(rows: Sequence[Row], columns: Sequence[Column], kinds: Mapping[str, str], labels: Labels) -> Grid | None:
    """The answer as a grid of its first two columns of things; nothing where there are not two."""
    things = [column for column in columns if kinds[column.name] == "iri"]
    if len(things) < 2:  # noqa: PLR2004 - one way down and one across
        return None
    down, across = things[:2]
    number = next((column for column in columns if kinds[column.name] in ("integer", "number")), None)
    lines: dict[str, Cell] = {}
    heads: dict[str, Cell] = {}
    marks: dict[tuple[str, str], Mark] = {}
    for row in rows:
        line, head = cell(row, down, labels), cell(row, across, labels)
        if line and head:
            lines.setdefault(line.iri, line)
            heads.setdefault(head.iri, head)
            marks[line.iri, head.iri] = _mark(row, number, labels)
    body = tuple((line, tuple(marks.get((iri, head)) for head in heads)) for iri, line in lines.items())
    return Grid(down, across, number, body, tuple(heads.values()))


def _mark(row: Row, number: Column | None, labels: Labels) -> Mark:
    coverage, label = row.get("coverage"), row.get("coverageLabel")
    value = cell(row, number, labels) if number else None
    if coverage is None:
        return Mark(value)
    words = Text(label.value, label.language) if label else Text(coverage.value)
    return Mark(value if coverage.value == COVERAGE[0] else None, coverage.value, words)


def _cells(row: Row, columns: Iterable[Column], labels: Labels) -> tuple[Cell, ...]:
    return tuple(found for column in columns if (found := cell(row, column, labels)))


def _differ(rows: Sequence[Row], columns: Sequence[Column]) -> bool:
    """Whether no two rows have the same things in the columns."""
    return len({tuple(row.get(column.name) for column in columns) for row in rows}) == len(rows)
