"""Links with what they rest on as rows of a table, and tables as files."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from flask import Response

from kg_server.core.terms import XSD, Term, literal
from kg_server.engine.excel_csv import cell, write_excel_csv
from kg_server.engine.results import Format
from kg_server.web.downloads import answer_file
from kg_server.web.negotiation import EXCEL_CSV, HTML, WORKBOOK
from kg_server.web.site import gettext as _
from kg_server.web.site import the_site

if TYPE_CHECKING:
    from kg_server.ask.evidence import Passage
    from kg_server.ask.grounds import ToldTie
    from kg_server.ask.labels import Named
    from kg_server.engine.results import Rows

JSON = Format("application/json", "json", "JSON")
CSV = Format("text/csv", "csv", "CSV")
TABLE_FILES = (WORKBOOK, CSV, EXCEL_CSV, JSON)
OFFERED = (HTML, *TABLE_FILES)


def tie_columns() -> tuple[str, ...]:
    """The headings of what is told of a link."""
    return (
        *(_("From"), _("From (IRI)"), _("Link"), _("To"), _("To (IRI)"), _("Confidence"), _("Level")),
        *(_("Basis"), _("Status"), _("Rationale"), _("Judged by"), _("Passages"), _("Alignment")),
    )


def tie_cells(tie: ToldTie) -> tuple[Term | None, ...]:
    """What is told of a link, in the order of the headings."""
    grounds = tie.grounds
    confidence = literal(str(tie.strength), datatype=f"{XSD}decimal") if grounds else None
    passages = "; ".join(map(_passage, grounds.passages)) if grounds else ""
    return (
        *(_name(tie.source), tie.source.term, _name(tie.relation), _name(tie.target), tie.target.term),
        *(confidence, _name(tie.level), _name(tie.basis), _name(tie.status)),
        literal(str(grounds.rationale)) if grounds and grounds.rationale else None,
        _name(grounds.curator) if grounds else None,
        literal(passages) if passages else None,
        Term("uri", grounds.iri) if grounds else None,
    )


def table_row(columns: tuple[str, ...], cells: tuple[Term | None, ...]) -> dict[str, Term]:
    """The cells under their headings; empty ones are left out."""
    return {name: term for name, term in zip(columns, cells, strict=True) if term}


def _passage(passage: Passage) -> str:
    """The passage by its name, with its words where they are loaded."""
    return f"{passage.label}: «{passage.wording}»" if passage.wording else str(passage.label)


def _name(named: Named | None) -> Term | None:
    return literal(f"{named.code} {named.label}".strip()) if named else None


def answer_csv(table: Rows, chosen: Format, stem: str) -> Response:
    """The table as a CSV file; no cell of it starts a formula."""
    if chosen is EXCEL_CSV:
        return answer_file(write_excel_csv(table), chosen, stem)
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(table.variables)
    for row in table.rows:
        writer.writerow([_plain_cell(row[name]) if name in row else "" for name in table.variables])
    return answer_file(target.getvalue().encode(), chosen, stem)


def _plain_cell(term: Term) -> str:
    return term.value if term.datatype else cell(term)


def answer_json(value: dict[str, Any]) -> Response:
    """The value as JSON that names the build it comes from."""
    told = {"digest": the_site().engine.digest, **value}
    return Response(json.dumps(told, ensure_ascii=False), mimetype="application/json")
