"""A table as the CSV that Excel opens by a double click where the comma is the decimal sign."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from kg_server.core.errors import QueryTooLarge
from kg_server.core.terms import XSD
from kg_server.engine.workbook import typed_value

if TYPE_CHECKING:
    from kg_server.core.terms import Term
    from kg_server.engine.results import Rows

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_DECIMALS = (XSD + "decimal", XSD + "double", XSD + "float")
_BOM = b"\xef\xbb\xbf"


def write_excel_csv(table: Rows) -> bytes:
    """
    The table with a byte order mark, semicolons and decimal commas; no cell of it starts a formula.

    Raises `QueryTooLarge` where there were more rows than the table holds.
    """
    if not table.complete:
        raise QueryTooLarge(
            "The answer has more than {most} rows, too many for this format.",
            hint="Ask for CSV, or add a LIMIT.",
            most=len(table.rows),
        )
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow(table.variables)
    for row in table.rows:
        writer.writerow([cell(row[name]) if name in row else "" for name in table.variables])
    return _BOM + target.getvalue().encode()


def cell(term: Term) -> str:
    """
    The term as Excel should read it.

    >>> from kg_server.core.terms import literal
    >>> cell(literal("-0.5", datatype=XSD + "decimal")), cell(literal("-0.5")), cell(literal("=1+1"))
    ('-0,5', "'-0.5", "'=1+1")
    """
    if term.kind == "literal":
        value = typed_value(term)
        if isinstance(value, float) and term.datatype in _DECIMALS:
            return term.value.replace(".", ",")
        if isinstance(value, (int, float)):
            return term.value
    return f"'{term.value}" if term.value.lstrip(" \n\u00a0").startswith(_STARTS_A_FORMULA) else term.value
