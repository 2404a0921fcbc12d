"""The coverage matrix: the page, what a cell of it rests on, and the same as files and as an API."""

from __future__ import annotations

import dataclasses
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from babel.numbers import format_decimal
from flask import Blueprint, Response, make_response, render_template, request

from kg_server.ask.grounds import tell_tie
from kg_server.ask.matrix import COLUMNS, ROWS, Choice, make_matrix, opened_things
from kg_server.ask.traces import find_end
from kg_server.core.errors import BadParameter
from kg_server.web.ground_tables import JSON, OFFERED, TABLE_FILES
from kg_server.web.matrix_files import answer_matrix, heading, legend, marks_of
from kg_server.web.negotiation import HTML, choose
from kg_server.web.networks import grounds_of, network_of
from kg_server.web.site import gettext as _
from kg_server.web.site import the_site

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg_server.ask.network import Network

MOST_COLUMNS = 60
"""Columns on one page at most."""

blueprint = Blueprint("matrix", __name__)


@blueprint.get("/matrix")
def page() -> Response:
    """The matrix as a page, or as the file that is asked for."""
    chosen = choose(request.accept_mimetypes, OFFERED, request.args.get("format", ""))
    site = the_site()
    network = network_of(site)
    choice = _read_choice(network)
    matrix = make_matrix(network, choice)
    if chosen is not HTML:
        return answer_matrix(network, matrix, chosen)
    if len(matrix.columns) > MOST_COLUMNS:
        raise BadParameter(
            "A page holds {most} columns, and this matrix has {count}.",
            hint="Open fewer columns, or take the matrix as Excel or CSV.",
            most=MOST_COLUMNS,
            count=len(matrix.columns),
        )
    text = render_template(
        "matrix.html",
        network=network,
        matrix=matrix,
        choice=choice,
        kept=_kept(choice),
        cell_options={name: value for name, value in _kept(choice).items() if name != "open"},
        grades=_named_grades(network),
        levels=_named_levels(network, choice.least),
        mark_of=marks_of(network),
        legend=legend(network),
        heading=heading,
        row_names=_row_names(),
        column_names=_column_names(),
        downloads=[(item.name, site.urls.matrix(**_kept(choice), format=item.extension)) for item in TABLE_FILES],
    )
    return make_response(text)


@blueprint.get("/api/matrix")
def api() -> Response:
    """The matrix as data: JSON, or the file that is asked for."""
    chosen = choose(request.accept_mimetypes, (JSON, *TABLE_FILES[:-1]), request.args.get("format", ""))
    network = network_of(the_site())
    return answer_matrix(network, make_matrix(network, _read_choice(network)), chosen)


@blueprint.get("/matrix/cell")
def cell() -> str:
    """What a cell rests on: its links, or the findings that there is none."""
    site = the_site()
    network = network_of(site)
    choice = _read_choice(network)
    row, column = (_read_thing(network, name) for name in ("row", "column"))
    wholes = {step.end for step in network.steps.get(column, ()) if step.is_forward}
    matrix = make_matrix(network, dataclasses.replace(choice, opened=choice.opened | wholes))
    met = matrix.cell(row, column)
    if met is None:
        ends = {"row": heading(network, row), "column": heading(network, column)}
        raise BadParameter("The matrix has no cell for {row} and {column}.", hint="Open it from the matrix.", **ends)
    grounds = grounds_of(site, network, met.ties)
    return render_template(
        "cell.html",
        row=network.name(row, site.language),
        column=network.name(column, site.language),
        mark=marks_of(network)(met),
        told=[tell_tie(network, tie, grounds, site.language) for tie in met.ties],
        kept=_kept(choice),
    )


def _read_choice(network: Network) -> Choice:
    """What the address asks for; raises `BadParameter`."""
    columns = _read_word("columns", COLUMNS)
    opened = [word for given in request.args.getlist("open") for word in given.split(",")]
    grades = _grades(network)
    return Choice(
        rows=_read_word("rows", ROWS),
        columns=columns,
        opened=opened_things(network, columns, opened),
        basis=grades["basis"].get(_read_word("basis", ("", *grades["basis"])), ""),
        status=grades["status"].get(_read_word("status", ("", *grades["status"])), ""),
        least=_read_least(),
    )


def _read_word(name: str, known: Iterable[str]) -> str:
    """One of the words known, the first if none is given; raises `BadParameter`."""
    words = list(known)
    word = request.args.get(name, "").lower() or words[0]
    if word not in words:
        raise BadParameter(
            "“{value}” is no value for {name}.",
            hint="There is: {known}.",
            value=word,
            name=name,
            known=", ".join(filter(None, words)),
        )
    return word


def _read_least() -> Decimal:
    given = request.args.get("least", "") or "0"
    try:
        least = Decimal(given.replace(",", "."))
        fits = 0 <= least <= 1
    except InvalidOperation:
        fits = False
    if not fits:
        raise BadParameter(
            "“{value}” is no value for {name}.", hint="Give a number from 0 to 1.", value=given, name="least"
        )
    return least


def _read_thing(network: Network, name: str) -> str:
    """The one thing that goes by the name given."""
    given = request.args.get(name, "")
    if not given:
        raise BadParameter("A cell is named by its row and its column.", hint="Open it from the matrix.")
    site = the_site()
    return find_end(network, site.engine, given, site.language).things[0]


def _grades(network: Network) -> dict[str, dict[str, str]]:
    """The bases and review statuses that links have, by the word that stands for each in an address."""
    return {
        name: {_word(short): short for short in sorted({getattr(tie, name) for tie in network.ties}) if short}
        for name in ("basis", "status")
    }


def _row_names() -> dict[str, str]:
    """What the rows may be, by the word that stands for each in an address."""
    return {"strategy": _("Strategies"), "goal": _("Goals"), "focus-area": _("Focus areas")}


def _column_names() -> dict[str, str]:
    """What the columns may be, by the word that stands for each in an address."""
    return {
        "sdg": _("Sustainable development goals"),
        "eu": _("EU policies and programmes"),
        "challenge": _("Challenges"),
        "partner": _("Partners"),
    }


def _named_grades(network: Network) -> dict[str, list[tuple[str, str]]]:
    """The words of the grades, each with its label."""
    language = the_site().language
    return {
        name: [(word, str(network.word(short, language))) for word, short in words.items()]
        for name, words in _grades(network).items()
    }


def _named_levels(network: Network, chosen: Decimal) -> list[tuple[str, str]]:
    """The lower bounds of the levels of confidence that leave something out, and the one chosen, with their labels."""
    language = the_site().language
    named = {
        str(least): f"{network.word(level, language)} ({format_decimal(least, locale=language)})"
        for least, level in network.levels
        if least
    }
    if chosen:
        named.setdefault(str(chosen), format_decimal(chosen, locale=language))
    return list(named.items())


def _word(short: str) -> str:
    return short.rpartition(":")[2].lower()


def _kept(choice: Choice) -> dict[str, str]:
    """The choice as an address holds it, without what is so anyway."""
    kept = {
        "rows": choice.rows if choice.rows != ROWS[0] else "",
        "columns": choice.columns if choice.columns != next(iter(COLUMNS)) else "",
        "open": ",".join(sorted(thing.rpartition("/")[2] for thing in choice.opened)),
        "basis": _word(choice.basis),
        "status": _word(choice.status),
        "least": str(choice.least) if choice.least else "",
    }
    return {name: value for name, value in kept.items() if value}
