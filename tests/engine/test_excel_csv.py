from __future__ import annotations

import pytest

from kg_server.core.errors import QueryTooLarge
from kg_server.core.terms import XSD, Term, iri, literal
from kg_server.engine.excel_csv import cell, write_excel_csv
from kg_server.engine.results import Rows


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (literal("=HYPERLINK(1)"), "'=HYPERLINK(1)"),
        (literal("+47 12 34 56 78"), "'+47 12 34 56 78"),
        (literal("-x"), "'-x"),
        (literal("@SUM(1)"), "'@SUM(1)"),
        (literal("\t=1"), "'\t=1"),
        (literal("\r=1"), "'\r=1"),
        (literal("  =1"), "'  =1"),
        (literal("\uff1d1"), "'\uff1d1"),
        (literal("=1", datatype=XSD + "integer"), "'=1"),
        (literal("-x", datatype=XSD + "decimal"), "'-x"),
        (literal("-5", datatype=XSD + "integer"), "-5"),
        (literal("-0.25", datatype=XSD + "decimal"), "-0,25"),
        (literal("1.5e3", datatype=XSD + "double"), "1,5e3"),
        (literal("1.5", datatype=XSD + "string"), "1.5"),
        (literal("2026-11-23", datatype=XSD + "date"), "2026-11-23"),
        (literal("Måløy", language="nb"), "Måløy"),
        (iri("http://e/a"), "http://e/a"),
        (Term("bnode", "b0"), "b0"),
    ],
)
def test_no_cell_starts_a_formula_and_numbers_stay_numbers(term: Term, text: str) -> None:
    assert cell(term) == text


def test_cells_with_signs_of_the_format_are_quoted() -> None:
    table = Rows(("a", "b"), [{"a": literal('say "x"; y\nz')}, {"b": literal("ø")}])
    assert write_excel_csv(table).decode("utf-8-sig") == 'a;b\r\n"say ""x""; y\nz";\r\n;ø\r\n'


def test_a_table_that_was_cut_is_refused() -> None:
    with pytest.raises(QueryTooLarge):
        write_excel_csv(Rows(("x",), [{}], complete=False))
