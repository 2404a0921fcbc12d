"""A coverage matrix in the reader's words: its marks, and the matrix as a workbook, as CSV and as JSON."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from babel.numbers import format_decimal

from kg_server.ask.grounds import tell_tie
from kg_server.ask.matrix import State
from kg_server.ask.records import record
from kg_server.core.terms import XSD, literal
from kg_server.engine.grid_book import Grid, Mark, write_grid
from kg_server.engine.results import Rows
from kg_server.web.downloads import answer_file
from kg_server.web.ground_tables import (
    JSON,
    answer_csv,
    answer_json,
    table_row,
    tie_cells,
    tie_columns,
)
from kg_server.web.negotiation import WORKBOOK
from kg_server.web.networks import grounds_of
from kg_server.web.site import gettext as _
from kg_server.web.site import the_site
from kg_server.web.sparql import LICENCE

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from flask import Response

    from kg_server.ask.matrix import Cell, Column, Matrix
    from kg_server.ask.network import Network
    from kg_server.engine.results import Format

SYMBOLS = ("●", "◕", "◑", "◔")
"""Linked, from the highest level of confidence to the lowest."""

_OTHERS = {State.WITHOUT: "✕", State.ASIDE: "○", State.OPEN: "·"}
_LOOKS = {
    "linked-0": ("#0D7A5F", "#FFFFFF"),
    "linked-1": ("#ADD2C9", "#053227"),
    "linked-2": ("#DCECE8", "#053227"),
    "linked-3": ("#EDF5F3", "#053227"),
    "without": ("#F3F3F4", "#5B5D60"),
    "aside": ("#FAE6C6", "#292C30"),
    "open": ("#FFFFFF", "#5B5D60"),
    "sum": ("#FFFFFF", "#2B2B2B"),
}
"""The ground and the ink of each mark in a workbook: those of the page in its light colours."""


def marks_of(network: Network) -> Callable[[Cell], Mark]:
    """What gives the mark of a cell; cells that say the same get the same one, made once."""

    @functools.cache
    def made(state: State, strength: Decimal) -> Mark:
        return _linked_mark(network, strength) if state is State.LINKED else _other_mark(state)

    return lambda cell: made(cell.state, cell.strength)


def _linked_mark(network: Network, strength: Decimal) -> Mark:
    """The symbol and the look of a link, with the words that explain it."""
    bounds = [least for least, _level in network.levels]
    rank = next((rank for rank, least in enumerate(bounds) if strength >= least), 0)
    rank = min(rank, len(SYMBOLS) - 1)
    level = network.level(strength)
    word = network.word(level, the_site().language).label.value if level else ""
    number = format_decimal(strength, locale=the_site().language)
    note = _("linked, %(level)s (%(confidence)s)") % {"level": word, "confidence": number}
    return Mark(SYMBOLS[rank], f"linked-{rank}", note)


def _other_mark(state: State) -> Mark:
    return Mark(_OTHERS[state], state.value, meaning(state))


def meaning(state: State) -> str:
    """What a state of cells means."""
    return {
        State.LINKED: _("linked"),
        State.WITHOUT: _("assessed, no link found"),
        State.ASIDE: _("left out by the filter, or rejected"),
        State.OPEN: _("not assessed"),
    }[state]


def answer_matrix(network: Network, matrix: Matrix, chosen: Format) -> Response:
    """The matrix as a file."""
    if chosen is JSON:
        return answer_json(_record(network, matrix))
    if chosen is WORKBOOK:
        return answer_file(_workbook(network, matrix), WORKBOOK, "matrix")
    return answer_csv(_cells(network, matrix), chosen, "matrix")


def heading(network: Network, thing: str) -> str:
    """A thing by its notation and label."""
    return f"{network.nodes[thing].notation} {network.name(thing, the_site().language)}".strip()


def _cells(network: Network, matrix: Matrix) -> Rows:
    """One row for every cell."""
    columns = (
        *(_("Row"), _("Row (IRI)"), _("Column"), _("Column (IRI)"), _("Part of"), _("Cell")),
        *(_("Confidence"), _("Links"), _("Basis")),
    )
    rows = []
    for row, line in zip(matrix.rows, matrix.cells, strict=True):
        for column, cell in zip(matrix.columns, line, strict=True):
            is_linked = cell.state is State.LINKED
            cells = (
                *(literal(heading(network, row)), network.name(row, "nb").term),
                *(literal(heading(network, column.thing)), network.name(column.thing, "nb").term),
                literal(heading(network, column.whole)) if column.whole else None,
                literal(meaning(cell.state)),
                literal(str(cell.strength), datatype=f"{XSD}decimal") if is_linked else None,
                literal(str(len(cell.ties)), datatype=f"{XSD}integer") if is_linked else None,
                literal(", ".join(_bases(network, cell))) if is_linked else None,
            )
            rows.append(table_row(columns, cells))
    return Rows(columns, rows)


def _bases(network: Network, cell: Cell) -> list[str]:
    shorts = sorted({tie.basis for tie in cell.ties if tie.basis})
    return [network.word(short, the_site().language).label.value for short in shorts]


def _record(network: Network, matrix: Matrix) -> dict[str, Any]:
    """The matrix as JSON holds it: headings, cells row by row, and sums."""
    language = the_site().language

    def told(thing: str) -> dict[str, Any]:
        return {**record(network.name(thing, language)), "notation": network.nodes[thing].notation}

    def column(one: Column) -> dict[str, Any]:
        return told(one.thing) | ({"whole": one.whole} if one.whole else {})

    def cell(one: Cell) -> dict[str, Any]:
        if one.state is State.OPEN:
            return {"state": one.state.value}
        links = [tie.alignment for tie in one.ties if tie.alignment]
        return {
            "state": one.state.value,
            "confidence": float(one.strength),
            "links": len(one.ties),
            "bases": [network.iri(short) for short in sorted({tie.basis for tie in one.ties if tie.basis})],
            "alignments": links,
        }

    return {
        "rows": [told(row) for row in matrix.rows],
        "columns": [column(one) for one in matrix.columns],
        "cells": [[cell(one) for one in line] for line in matrix.cells],
        "row_sums": [vars(one) for one in matrix.row_sums],
        "column_sums": [vars(one) for one in matrix.column_sums],
    }


def _workbook(network: Network, matrix: Matrix) -> bytes:
    site = the_site()
    ties = {tie: None for line in matrix.cells for cell in line for tie in cell.ties}
    grounds = grounds_of(site, network, ties)
    columns = tie_columns()
    links = Rows(
        columns, [table_row(columns, tie_cells(tell_tie(network, tie, grounds, site.language))) for tie in ties]
    )
    facts = [
        (_("Digest of the graph:"), site.engine.digest),
        (_("Licence"), LICENCE),
        (_("Reading"), _("The project judged the links; the municipality has not reviewed them.")),
    ]
    return write_grid(_grid(network, matrix), legend(network), {_("Links"): links}, facts, _("About"))


def _grid(network: Network, matrix: Matrix) -> Grid:
    mark_of = marks_of(network)
    rows = [
        (heading(network, row), [*map(mark_of, line), _sum(total.linked), _sum(total.links)])
        for row, line, total in zip(matrix.rows, matrix.cells, matrix.row_sums, strict=True)
    ]
    linked, links = [one.linked for one in matrix.column_sums], [one.links for one in matrix.column_sums]
    rows.append((_("Linked"), [*map(_sum, linked), _sum(matrix.total.linked)]))
    rows.append((_("Links"), [*map(_sum, links), Mark("", "sum"), _sum(matrix.total.links)]))
    columns = [heading(network, column.thing) for column in matrix.columns]
    return Grid(_("Coverage"), _("Coverage"), [*columns, _("Linked"), _("Links")], rows, _LOOKS)


def _sum(number: int) -> Mark:
    return Mark(number, "sum")


def legend(network: Network) -> list[tuple[Mark, str]]:
    """What each mark means."""
    language = the_site().language
    levels = [
        (Mark(SYMBOLS[rank], f"linked-{rank}"), f"{_('linked')}, {network.word(level, language)}")
        for rank, (_least, level) in enumerate(network.levels[: len(SYMBOLS)])
    ]
    return [*levels, *((Mark(symbol, state.value), meaning(state)) for state, symbol in _OTHERS.items())]
