"""What is missing, gap by gap: the questions about gaps with their answers, and what would close each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from flask import Blueprint, abort, render_template

from kg_server.core.topics import GAPS
from kg_server.web.arguments import Slice
from kg_server.web.asked import answer, resolve
from kg_server.web.shown import show
from kg_server.web.site import the_site

if TYPE_CHECKING:
    from kg_server.ask.catalog import Query
    from kg_server.web.asked import Asked
    from kg_server.web.shown import Shown
    from kg_server.web.site import Site

MOST_ROWS = 20
"""Gaps of one kind shown at most; the question's own page has all."""

blueprint = Blueprint("gaps", __name__)


class Missing(NamedTuple):
    """A question about gaps, and the gaps it finds: one for each thing in the first column."""

    query: Query
    found: int
    shown: Shown


@blueprint.get("/gaps")
def gaps() -> str:
    """Everything known to be missing, by question."""
    site = the_site()
    if site.data_files:
        abort(404)
    found = site.keep("gaps", lambda: _read_gaps(site))
    return render_template("gaps.html", found=found)


def _read_gaps(site: Site) -> tuple[Missing, ...]:
    queries = (query for query in site.holdings.catalog.values() if query.topic == GAPS)
    return tuple(_read_missing(site, resolve(query, {})) for query in queries)


def _read_missing(site: Site, asked: Asked) -> Missing:
    answered = answer(site, asked)
    first = answered.columns[0].name
    found = len({row.get(first) for row in answered.table.rows})
    shown = replace(show(asked, answered, Slice(MOST_ROWS)), last_page=1)
    return Missing(asked.query, found, shown)
