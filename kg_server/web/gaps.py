"""What is missing, gap by gap: the questions about gaps with their answers, and what would close each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from flask import Blueprint, Response, abort, make_response, render_template, request

from kg_server.core.terms import literal
from kg_server.core.topics import GAPS
from kg_server.engine.results import Rows
from kg_server.engine.workbook import write_workbook
from kg_server.web.arguments import Slice
from kg_server.web.asked import answer, resolve
from kg_server.web.downloads import answer_file
from kg_server.web.ground_tables import JSON, OFFERED, TABLE_FILES, answer_csv, answer_json, table_row
from kg_server.web.negotiation import HTML, WORKBOOK, choose
from kg_server.web.shown import show
from kg_server.web.site import gettext as _
from kg_server.web.site import the_site
from kg_server.web.sparql import LICENCE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg_server.ask.catalog import Query
    from kg_server.core.terms import Term
    from kg_server.engine.results import Format
    from kg_server.web.asked import Answered, Asked
    from kg_server.web.shown import Shown
    from kg_server.web.site import Site

MOST_ROWS = 20
"""Gaps of one kind shown at most; the question's own page has all."""

_CLOSED_BY = "closedBy"
"""The column of a question that tells of each gap what would close it; else its header tells it of all."""

blueprint = Blueprint("gaps", __name__)


class Gap(NamedTuple):
    """What a gap is in: the thing with its number and name, and what would close the gap."""

    thing: Term
    title: str
    closed_by: str


class Missing(NamedTuple):
    """A question about gaps with its answer, and the gaps it finds: one for each thing in the first column."""

    query: Query
    text: str
    gaps: tuple[Gap, ...]
    shown: Shown


@blueprint.get("/gaps")
def gaps() -> Response:
    """Everything known to be missing, by question: as a page, or as the file that is asked for."""
    site = the_site()
    if site.data_files:
        abort(404)
    chosen = choose(request.accept_mimetypes, OFFERED, request.args.get("format", ""))
    found = site.keep("gaps", lambda: _read_gaps(site))
    if chosen is not HTML:
        return _answer_file(found, chosen)
    downloads = [(item.name, site.urls.gaps(format=item.extension)) for item in TABLE_FILES]
    return make_response(render_template("gaps.html", found=found, downloads=downloads))


def _answer_file(found: tuple[Missing, ...], chosen: Format) -> Response:
    """All gaps as one table: the question that finds each, what is missing something, and what would close it."""
    site = the_site()
    if chosen is JSON:
        told = [
            {"question": query.name, "thing": gap.thing.value, "title": gap.title, "closed_by": gap.closed_by}
            for query, _text, gaps, _shown in found
            for gap in gaps
        ]
        return answer_json({"gaps": told})
    columns = (_("Question"), _("What it concerns"), _("What it concerns (IRI)"), _("What would close it"))
    rows = [
        table_row(
            columns, (literal(query.summary(site.language)), literal(gap.title), gap.thing, literal(gap.closed_by))
        )
        for query, _text, gaps, _shown in found
        for gap in gaps
    ]
    table = Rows(columns, rows)
    if chosen is not WORKBOOK:
        return answer_csv(table, chosen, "gaps")
    queries = "\n".join(missing.text for missing in found)
    data = write_workbook(table, query=queries, digest=site.engine.digest, licence=LICENCE, language=site.language)
    return answer_file(data, WORKBOOK, "gaps")


def _read_gaps(site: Site) -> tuple[Missing, ...]:
    queries = (query for query in site.holdings.catalog.values() if query.topic == GAPS)
    return tuple(_read_missing(site, resolve(query, {})) for query in queries)


def _read_missing(site: Site, asked: Asked) -> Missing:
    answered = answer(site, asked)
    shown = replace(show(asked, answered, Slice(MOST_ROWS)), last_page=1)
    return Missing(asked.query, asked.words, tuple(_read_things(asked, answered)), shown)


def _read_things(asked: Asked, answered: Answered) -> Iterable[Gap]:
    """The things in the first column, each once."""
    first = answered.columns[0]
    found: dict[Term, Gap] = {}
    for row in answered.part(0, len(answered.table.rows)).rows:
        thing = row[first.name]
        name = row[first.label].value if first.label in row else str(answered.labels.name(thing))
        code = row[first.code].value if first.code in row else ""
        closed_by = row[_CLOSED_BY].value if _CLOSED_BY in row else asked.query.closes(answered.language)
        found.setdefault(thing, Gap(thing, f"{code} {name}".strip(), closed_by))
    return found.values()
