"""A table as an Excel workbook: typed cells, and a second sheet that tells where the table comes from."""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from typing import TYPE_CHECKING, Any

from kg_server.core.errors import QueryTooLarge
from kg_server.core.terms import XSD, literal
from kg_server.engine.results import Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg_server.core.terms import Term

Cell = str | float | bool | dt.date

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 100_000

_TEXTS = {
    "nb": {
        "result": "Resultat",
        "about": "Om",
        "query": "Spørring",
        "digest": "Fingeravtrykk for grafen",
        "licence": "Lisens",
        "rows": "Rader",
        "made": "Hentet",
        "label": "navn",
        "more": "Svaret er kuttet ved tjenestens grense; det finnes flere rader enn disse",
        "cut": "Tekster kortet ned til Excels lengste celle",
    },
    "en": {
        "result": "Result",
        "about": "About",
        "query": "Query",
        "digest": "Digest of the graph",
        "licence": "Licence",
        "rows": "Rows",
        "made": "Fetched",
        "label": "label",
        "more": "The answer was cut at the limit of the service; there are more rows than these",
        "cut": "Texts cut to the longest cell of Excel",
    },
}
_WHOLE_NUMBERS = (
    *("integer", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
    *("int", "long", "short", "byte", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte", "gYear"),
)
_MOST_DIGITS = 15
_LONGEST_CELL = 32_767
_FIRST_YEAR = 1900
_WIDEST = 60
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def write_workbook(table: Rows, *, query: str, digest: str, licence: str, language: str = "nb") -> bytes:
    """
    The bytes of an .xlsx file with the table.

    Every text is written as text, so that one which looks like a formula stays what it is. Raises `QueryTooLarge` past
    `MOST_ROWS` rows.
    """
    if len(table.rows) > MOST_ROWS:
        raise QueryTooLarge(
            "The answer has more than {most} rows, too many for a workbook.",
            hint="Ask for CSV, or add a LIMIT.",
            most=MOST_ROWS,
        )
    import xlsxwriter  # noqa: PLC0415 - the service starts without it

    texts = _TEXTS.get(language, _TEXTS["en"])
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        cut = write_table(book, texts["result"], table)
        about = [(texts["query"], query), (texts["digest"], digest), (texts["licence"], licence)]
        about.append((texts["made"], dt.datetime.now(dt.UTC).isoformat(sep=" ", timespec="minutes")))
        about.append((texts["rows"], str(len(table.rows))))
        if not table.complete:
            about.append((texts["more"], str(len(table.rows))))
        if cut:
            about.append((texts["cut"], str(cut)))
        write_facts(book, texts["about"], about)
    return target.getvalue()


def with_labels(table: Rows, labels: Mapping[str, str], language: str = "nb") -> Rows:
    """The table with a column of names beside each column that holds IRIs we have names for."""
    named = [name for name in table.variables if any(_label(row.get(name), labels) for row in table.rows)]
    if not named:
        return table
    word = _TEXTS.get(language, _TEXTS["en"])["label"]
    beside = {name: f"{name} ({word})" for name in named}
    columns = [column for name in table.variables for column in (name, beside.get(name)) if column]
    rows = [
        row | {beside[name]: literal(label) for name in named if (label := _label(row.get(name), labels))}
        for row in table.rows
    ]
    return Rows(tuple(columns), rows, table.complete)


def _label(term: Term | None, labels: Mapping[str, str]) -> str:
    return labels.get(term.value, "") if term and term.kind == "uri" else ""


class _Sheet:
    """The sheet of the table."""

    def __init__(self, book: Any, name: str) -> None:
        self._sheet = book.add_worksheet(name)
        self._bold = book.add_format({"bold": True, "bottom": 1})
        self._formats = {
            dt.date: book.add_format({"num_format": "yyyy-mm-dd"}),
            dt.datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        self._cut = 0

    def write(self, table: Rows) -> int:
        """How many texts were too long for a cell."""
        self._sheet.freeze_panes(1, 0)
        for column, name in enumerate(table.variables):
            self._sheet.write_string(0, column, name, self._bold)
            lengths = [len(row[name].value) for row in table.rows[:200] if name in row]
            self._sheet.set_column(column, column, min(_WIDEST, max([len(name) + 4, *lengths])))
        for number, row in enumerate(table.rows, start=1):
            for column, name in enumerate(table.variables):
                if name in row:
                    self._write_cell(number, column, typed_value(row[name]))
        if table.variables:
            self._sheet.autofilter(0, 0, max(1, len(table.rows)), len(table.variables) - 1)
        return self._cut

    def _write_cell(self, row: int, column: int, value: Cell) -> None:
        if isinstance(value, bool):
            self._sheet.write_boolean(row, column, value)
        elif isinstance(value, dt.date):
            self._sheet.write_datetime(row, column, value, self._formats[type(value)])
        elif isinstance(value, str):
            self._cut += len(value) > _LONGEST_CELL
            self._sheet.write_string(row, column, value[:_LONGEST_CELL])
        else:
            self._sheet.write_number(row, column, value)


def write_table(book: Any, name: str, table: Rows) -> int:
    """Add a sheet with the table; how many texts were too long for a cell."""
    return _Sheet(book, name).write(table)


def write_facts(book: Any, name: str, lines: list[tuple[str, str]]) -> None:
    """Add a sheet with what is told about the workbook; a text too long for a cell goes on in those below."""
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 100)
    row = 0
    for label, text in lines:
        sheet.write_string(row, 0, label, bold)
        for begin in range(0, max(1, len(text)), _LONGEST_CELL):
            sheet.write_string(row, 1, text[begin : begin + _LONGEST_CELL], wrapped)
            row += 1


def typed_value(term: Term) -> Cell:
    """
    The term as a spreadsheet would hold it; text where Excel cannot hold the value exactly.

    >>> from kg_server.core.terms import literal
    >>> typed_value(literal("0.85", datatype=XSD + "decimal"))
    0.85
    >>> typed_value(literal("12345678901234567890", datatype=XSD + "integer"))
    '12345678901234567890'
    """
    if term.kind != "literal":
        return term.value
    try:
        return _READERS.get(term.datatype, str)(term.value)
    except ValueError:
        return term.value


def _whole_number(text: str) -> int | str:
    return int(text) if len(text) <= _MOST_DIGITS else text


def _number(text: str) -> float | str:
    value = float(text)
    fits = math.isfinite(value) and sum(char.isdigit() for char in text) <= _MOST_DIGITS
    return value if fits else text


def _truth(text: str) -> bool | str:
    return {"true": True, "1": True, "false": False, "0": False}.get(text, text)


def _day(text: str) -> dt.date | str:
    day = dt.date.fromisoformat(text)
    return day if day.year >= _FIRST_YEAR and _DATE.fullmatch(text) else text


def _moment(text: str) -> dt.datetime | str:
    """The moment without its zone, as Excel knows none: in UTC where the text gives a zone."""
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
    return moment if moment.year >= _FIRST_YEAR else text


_READERS: dict[str, Callable[[str], Cell]] = {
    **{XSD + name: _whole_number for name in _WHOLE_NUMBERS},
    XSD + "decimal": _number,
    XSD + "double": _number,
    XSD + "float": _number,
    XSD + "boolean": _truth,
    XSD + "date": _day,
    XSD + "dateTime": _moment,
}
