from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest

from kg_server.core.errors import QueryTooLarge
from kg_server.core.terms import XSD, Term, iri, literal
from kg_server.engine.results import Rows
from kg_server.engine.workbook import MOST_ROWS, typed_value, write_workbook

TABLE = Rows(
    ("name", "number", "day", "formula", "empty"),
    [
        {
            "name": literal("Måløy", language="nb"),
            "number": literal("0.85", datatype=XSD + "decimal"),
            "day": literal("2019-02-27", datatype=XSD + "date"),
            "formula": literal('=HYPERLINK("http://e/","x")'),
        },
        {"name": iri("http://e/a"), "number": literal("143", datatype=XSD + "integer"), "formula": literal("@SUM(1)")},
    ],
)


def test_a_workbook_has_typed_cells_and_tells_where_it_comes_from() -> None:
    data = write_workbook(TABLE, query="SELECT 1", digest="abc", licence="CC BY 4.0", language="nb")
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Resultat", "Om"]
    sheet = book["Resultat"]
    assert [cell.value for cell in sheet[1]] == ["name", "number", "day", "formula", "empty"]
    assert sheet["B2"].value == 0.85
    assert sheet["B3"].value == 143
    assert sheet["C2"].value == dt.datetime(2019, 2, 27)  # noqa: DTZ001 - Excel knows no zones
    assert (sheet["D2"].value, sheet["D2"].data_type) == ('=HYPERLINK("http://e/","x")', "s")
    assert (sheet["A3"].value, sheet["A3"].hyperlink) == ("http://e/a", None)
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:E3")
    about = {row[0].value: row[1].value for row in book["Om"].rows}
    assert about["Spørring"] == "SELECT 1"
    assert about["Fingeravtrykk for grafen"] == "abc"
    assert about["Lisens"] == "CC BY 4.0"


def test_an_english_workbook_has_english_names() -> None:
    data = write_workbook(Rows((), []), query="", digest="", licence="", language="en")
    assert openpyxl.load_workbook(io.BytesIO(data)).sheetnames == ["Result", "About"]


def test_a_text_longer_than_a_cell_is_cut_and_that_is_told() -> None:
    table = Rows(("x",), [{"x": literal("å" * 40_000)}])
    data = write_workbook(table, query="", digest="", licence="", language="en")
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert len(str(book["Result"]["A2"].value)) == 32_767
    assert [row[1].value for row in book["About"].rows][-1] == "1"


def test_a_query_longer_than_a_cell_is_told_whole() -> None:
    query = "".join(f"# line {number}\n" for number in range(6_000))
    data = write_workbook(Rows((), []), query=query, digest="abc", licence="", language="en")
    rows = [(label.value, text.value) for label, text in openpyxl.load_workbook(io.BytesIO(data))["About"].rows]
    assert "".join(str(text) for _, text in rows[:3]) == query
    assert [label for label, _ in rows[:4]] == ["Query", None, None, "Digest of the graph"]


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(QueryTooLarge):
        write_workbook(Rows(("x",), [{}] * (MOST_ROWS + 1)), query="", digest="", licence="")


@pytest.mark.parametrize(
    ("text", "datatype", "value"),
    [
        ("true", "boolean", True),
        ("maybe", "boolean", "maybe"),
        ("2020", "gYear", 2020),
        ("INF", "double", "INF"),
        ("x", "integer", "x"),
        ("1234567890123456", "integer", "1234567890123456"),
        ("1e3", "double", 1000.0),
        ("1814-05-17", "date", "1814-05-17"),
        ("20190227", "date", "20190227"),
        ("2024-01-01T12:00:00+02:00", "dateTime", dt.datetime(2024, 1, 1, 10)),  # noqa: DTZ001 - Excel knows no zones
        ("noon", "dateTime", "noon"),
    ],
)
def test_what_excel_cannot_hold_exactly_stays_text(text: str, datatype: str, value: object) -> None:
    assert typed_value(Term("literal", text, datatype=XSD + datatype)) == value
