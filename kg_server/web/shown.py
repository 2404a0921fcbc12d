"""What the page of a question shows: its form, its answer in the way it is best seen, and ways to reuse it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from kg_server.ask.cells import Cell, Chart, Grid, cell, draw_bars, draw_grid
from kg_server.ask.options import read_options
from kg_server.web.answer_files import DOWNLOADS, address_of
from kg_server.web.arguments import PAGE
from kg_server.web.asked import public
from kg_server.web.figures import built_at
from kg_server.web.mapping import Spot, draw_maps
from kg_server.web.site import the_site
from kg_server.web.snippets import Snippet, snippets_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from kg_server.ask.catalog import Query
    from kg_server.ask.columns import Column
    from kg_server.ask.options import Group
    from kg_server.ask.params import Param
    from kg_server.core.terms import Term
    from kg_server.web.arguments import Slice
    from kg_server.web.asked import Answered, Asked
    from kg_server.web.mapping import Picture
    from kg_server.web.site import Site

MOST_ON_MAP = 500
"""Rows of an answer whose places are marked on its map."""

ROWS = 50
"""Rows of the table on a page."""

MANY_COLUMNS = 9
"""From so many on a column that says the same in every row is told once, above the table."""

MOST_BARS = 40
MOST_IN_GRID = 2_000
"""Rows of an answer that is drawn as a grid; a longer one is shown as a table only."""


@dataclass(frozen=True)
class Field:
    """A parameter in the form: what stands in it, what there is to pick, and whether it is the wrong one."""

    param: Param
    value: str
    groups: tuple[Group, ...]
    extra: str
    is_wrong: bool


@dataclass(frozen=True)
class Shown:
    """The answer to a question as its page shows it."""

    same: list[tuple[str, Cell]]
    heads: list[tuple[str, str]]
    rows: list[list[Cell | None]]
    total: int
    begin: int
    is_cut: bool
    chart: Chart | None
    grid: Grid | None
    is_map: bool
    pictures: tuple[Picture, ...]
    page: int
    last_page: int
    address_of_page: Callable[[int], str]
    downloads: list[tuple[str, str]]
    snippets: list[Snippet]
    query: str
    permalink: str
    digest: str
    built_at: dt.datetime | None


def read_fields(query: Query, values: Mapping[str, str], wrong: str = "") -> list[Field]:
    """The form, with what was given in it; the language has its own place on every page."""
    site = the_site()
    found = []
    for param in query.params:
        if param.type == "lang":
            continue
        value = values.get(param.name, param.default or "")
        groups = site.keep(f"options of {query.name} {param.name}", partial(_read_options, site, param))
        known = any(option.value == value for group in groups for option in group.options)
        extra = "" if known or not groups else value
        found.append(Field(param, value, groups, extra, param.name == wrong))
    return found


def _read_options(site: Site, param: Param) -> tuple[Group, ...]:
    return read_options(site.engine, param, site.language, site.base)


def show(asked: Asked, answered: Answered, wanted: Slice) -> Shown:
    """The answer as the page shows it: the rows wanted in its table, and all of them in what is drawn."""
    site, query = the_site(), asked.query
    table, labels, columns, kinds = answered.table, answered.labels, answered.columns, answered.kinds
    total = len(table.rows)
    last = wanted.near(total)["last"]
    begin = min(wanted.offset, last)
    part = answered.part(begin, begin + wanted.limit).rows
    drawn = answered.part(0, MOST_BARS).rows if query.shows == "chart" else []
    gridded = answered.part(0, total).rows if query.shows == "matrix" and total <= MOST_IN_GRID else []
    permalink = public(site.urls.question(query.name, **asked.values, lang=site.language))
    csv = public(address_of(asked, format="csv"))
    same = _same(table.rows, columns)
    told = [column for column in columns if column not in same]
    names = {column: query.naming.label(column.name, site.language) for column in columns}
    return Shown(
        same=[(names[column], found) for column in same if (found := cell(part[0], column, labels))],
        heads=[(names[column], kinds[column.name]) for column in told],
        rows=[[cell(row, column, labels) for column in told] for row in part],
        total=total,
        begin=begin,
        is_cut=not table.complete,
        chart=draw_bars(drawn, columns, kinds, labels) if drawn else None,
        grid=draw_grid(gridded, columns, kinds, labels) if gridded else None,
        is_map=query.shows == "map",
        pictures=_pictures(answered.part(0, MOST_ON_MAP).rows, answered) if query.shows == "map" else (),
        page=begin // wanted.limit + 1,
        last_page=last // wanted.limit + 1,
        address_of_page=lambda page: f"{site.urls.question(query.name, **asked.values, **{PAGE: str(page)})}#rows",
        downloads=[(item.name, address_of(asked, format=item.extension)) for item in DOWNLOADS],
        snippets=list(snippets_of(csv, public(f"{site.urls.root}sparql"), asked.words)),
        query=asked.words,
        permalink=permalink,
        digest=site.engine.digest,
        built_at=built_at(site.settings, site.engine.digest),
    )


def _same(rows: Sequence[Mapping[str, Term]], columns: Sequence[Column]) -> list[Column]:
    """The columns that say the same in every row, where there are many columns."""
    if len(columns) < MANY_COLUMNS or len(rows) < 2:  # noqa: PLR2004 - one row has nothing to repeat
        return []
    return [
        column for column in columns if rows[0].get(column.name) and len({row.get(column.name) for row in rows}) == 1
    ]


def _pictures(rows: Sequence[Mapping[str, Term]], answered: Answered) -> tuple[Picture, ...]:
    """The maps of an answer with the places in its first column, each once, where its lat and long tell they lie."""
    site, column = the_site(), answered.columns[0]
    spots: dict[str, Spot] = {}
    for row in rows:
        if row.keys() >= {column.name, "lat", "long"}:
            place = row.get(column.label) or answered.labels.name(row[column.name]).label
            position = (float(row["lat"].value), float(row["long"].value))
            address = site.urls.thing(row[column.name].value)
            spots.setdefault(address, Spot(place.value, address, position, "place"))
    return draw_maps(site.holdings.outlines, spots.values())
