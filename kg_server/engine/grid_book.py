"""A grid of marks as an Excel workbook that looks like the page: colours and symbols, headings that stay, and sums."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg_server.engine.workbook import write_facts, write_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg_server.engine.results import Rows

_HEADING_HEIGHT = 150
_HEADING_WIDTH = 44
_MARK_WIDTH = 5
_NOTE_WIDTH = 320


@dataclass(frozen=True)
class Mark:
    """What stands in a cell: the symbol, the look it has, and the words that explain it."""

    symbol: str | int
    look: str = ""
    note: str = ""


@dataclass(frozen=True)
class Grid:
    """Rows and columns of marks under headings; `looks` gives the ground and the ink of each look."""

    title: str
    corner: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Mark]]]
    looks: Mapping[str, tuple[str, str]]


def write_grid(
    grid: Grid,
    legend: Sequence[tuple[Mark, str]],
    sheets: Mapping[str, Rows],
    facts: Sequence[tuple[str, str]],
    about: str,
) -> bytes:
    """The bytes of an .xlsx file: the grid with its legend, further tables by the names of their sheets, and facts."""
    import xlsxwriter  # noqa: PLC0415 - the service starts without it

    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        _write_marks(book, grid, legend)
        for name, table in sheets.items():
            write_table(book, name, table)
        write_facts(book, about, list(facts))
    return target.getvalue()


def _write_marks(book: Any, grid: Grid, legend: Sequence[tuple[Mark, str]]) -> None:
    sheet = book.add_worksheet(grid.title)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    upright = book.add_format({"bold": True, "rotation": 90, "text_wrap": True, "align": "center", "border": 1})
    looks = {
        name: book.add_format(
            {"bg_color": ground, "font_color": ink, "align": "center", "valign": "vcenter", "border": 1}
        )
        for name, (ground, ink) in grid.looks.items()
    }
    sheet.freeze_panes(1, 1)
    sheet.set_row(0, _HEADING_HEIGHT)
    sheet.set_column(0, 0, _HEADING_WIDTH)
    sheet.set_column(1, max(1, len(grid.columns)), _MARK_WIDTH)
    sheet.write_string(0, 0, grid.corner, bold)
    for column, heading in enumerate(grid.columns, start=1):
        sheet.write_string(0, column, heading, upright)
    for row, (heading, marks) in enumerate(grid.rows, start=1):
        sheet.write_string(row, 0, heading, bold)
        for column, mark in enumerate(marks, start=1):
            _write_mark(sheet, row, column, mark, looks)
    for row, (mark, meaning) in enumerate(legend, start=len(grid.rows) + 2):
        sheet.write_string(row, 0, meaning)
        _write_mark(sheet, row, 1, mark, looks)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.repeat_columns(0)


def _write_mark(sheet: Any, row: int, column: int, mark: Mark, looks: Mapping[str, Any]) -> None:
    look = looks.get(mark.look)
    if isinstance(mark.symbol, str):
        sheet.write_string(row, column, mark.symbol, look)
    else:
        sheet.write_number(row, column, mark.symbol, look)
    if mark.note:
        sheet.write_comment(row, column, mark.note, {"x_scale": _NOTE_WIDTH / 128})
