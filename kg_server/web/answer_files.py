"""The answer to a question in the forms programs and spreadsheets take: JSON, CSV and Excel."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from typing import TYPE_CHECKING, Any

from kg_server.engine.results import Format, Rows
from kg_server.engine.workbook import typed_value, with_labels, write_workbook
from kg_server.web.arguments import FORMAT, LANG
from kg_server.web.asked import public, unlabelled
from kg_server.web.negotiation import EXCEL_CSV, WORKBOOK
from kg_server.web.site import the_site
from kg_server.web.sparql import LICENCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg_server.ask.catalog import Query
    from kg_server.core.terms import Term
    from kg_server.web.arguments import Slice
    from kg_server.web.asked import Answered, Asked

JSON = Format("application/json", "json", "JSON")
CSV = Format("text/csv", "csv", "CSV")
FORMATS = (JSON, CSV, WORKBOOK, EXCEL_CSV)

DOWNLOADS = (CSV, WORKBOOK, JSON)


def plain(term: Term | None) -> Any:
    """
    The term as JSON holds it: numbers and truths as such, all else as text.

    >>> from kg_server.core.terms import XSD, literal
    >>> plain(literal("0.85", datatype=XSD + "decimal")), plain(None)
    (0.85, None)
    """
    if term is None:
        return None
    value = typed_value(term)
    return term.value if isinstance(value, dt.date) else value


def as_json(asked: Asked, answered: Answered, wanted: Slice) -> bytes:
    """The rows wanted, with all it takes to read and to cite them."""
    query, site = asked.query, the_site()
    rows = answered.part(wanted.offset, wanted.offset + wanted.limit).rows
    told = {
        "question": query.name,
        "summary": query.summary(site.language),
        "language": site.language,
        "parameters": {name: plain(term) for name, term in asked.terms.items()},
        "columns": columns_of(asked.query, answered, site.language),
        "rows": [{name: plain(row.get(name)) for name in query.columns} for row in rows],
        "labels": labels_of(rows, answered),
        "total": len(answered.table.rows),
        "limit": wanted.limit,
        "offset": wanted.offset,
        "truncated": not answered.table.complete,
        "digest": site.engine.digest,
        "licence": LICENCE.partition(", ")[2],
        "links": links_of(asked, answered, wanted),
    }
    return json.dumps(told, ensure_ascii=False).encode()


def columns_of(query: Query, answered: Answered, language: str) -> list[dict[str, str]]:
    """What each column is called, and what it holds."""
    return [
        {"name": name, "label": query.naming.label(name, language), "type": answered.kinds.get(name, "text")}
        for name in query.columns
    ]


def labels_of(rows: list[dict[str, Term]], answered: Answered) -> dict[str, str]:
    """What every thing in the rows is called, by its IRI."""
    named = {
        row[column.name].value: row[column.label].value
        for row in rows
        for column in answered.columns
        if column.label in row and column.name in row and row[column.name].kind == "uri"
    }
    rest = unlabelled(rows, answered.columns)
    return named | {term.value: answered.labels.name(term).label.value for term in rest}


def links_of(asked: Asked, answered: Answered, wanted: Slice) -> dict[str, str]:
    """Where the same answer is to be had: its other pages, its other forms, and for readers."""
    here = public(address_of(asked, limit=wanted.limit, offset=wanted.offset))
    page = public(the_site().urls.question(asked.query.name, **asked.values, lang=the_site().language))
    return {"self": here} | pages_of(asked, answered, wanted) | forms_of(asked) | {"page": page}


def pages_of(asked: Asked, answered: Answered, wanted: Slice) -> dict[str, str]:
    """Where the first, previous, next and last rows are, as far as there are any."""
    places = wanted.near(len(answered.table.rows))
    return {rel: public(address_of(asked, limit=wanted.limit, offset=begin)) for rel, begin in places.items()}


def forms_of(asked: Asked) -> dict[str, str]:
    """Where the whole answer is in each form, by its extension."""
    return {item.extension: public(address_of(asked, format=item.extension)) for item in DOWNLOADS}


def address_of(asked: Asked, **more: object) -> str:
    """Where the API answers a question with these values."""
    kept = {FORMAT: asked.arguments[FORMAT]} if FORMAT in asked.arguments else {}
    options = (
        asked.values | kept | {LANG: the_site().language} | {name: str(value) for name, value in more.items() if value}
    )
    return the_site().urls.api(f"questions/{asked.query.name}", **options)


def as_csv(table: Rows) -> bytes:
    """The rows with the names of the columns over them, every value as it stands in the graph."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(table.variables)
    writer.writerows([row[name].value if name in row else "" for name in table.variables] for row in table.rows)
    return target.getvalue().encode()


def as_workbook(asked: Asked, answered: Answered, table: Rows) -> bytes:
    """The rows as a workbook with columns that people can read, and a sheet that tells where they come from."""
    site, query = the_site(), asked.query
    rest = unlabelled(table.rows, answered.columns)
    shown = with_labels(table, {term.value: answered.labels.name(term).label.value for term in rest}, site.language)
    titles = _titles(shown.variables, query, site.language)
    titled = Rows(
        tuple(titles.values()),
        [{titles[name]: term for name, term in row.items()} for row in shown.rows],
        shown.complete,
    )
    return write_workbook(titled, query=asked.words, digest=site.engine.digest, licence=LICENCE, language=site.language)


def _titles(names: tuple[str, ...], query: Query, language: str) -> Mapping[str, str]:
    """A title of its own for every column."""
    titles: dict[str, str] = {}
    for name in names:
        title = query.naming.label(name, language)
        titles[name] = f"{title} ({name})" if title in titles.values() else title
    return titles
