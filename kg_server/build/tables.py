"""
A CSV table and its CONSTRUCT become triples, row by row, so that every triple has a line to point at.

A CONSTRUCT sees its row and nothing else, unless it asks by `GRAPH` what the files read before it say, for instance
what the things are called that a row links.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_server.build.texts import Source, Text, open_text, shown
from kg_server.core.errors import SourceError
from kg_server.core.terms import literal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg_server.core.settings import Settings

_SLOT = re.compile(r"VALUES\s*\((?P<variables>[\s\w?]*)\)\s*\{\s*UNDEF\s*\}")
_COLUMN = re.compile(r"(?P<name>[a-z][a-z0-9]*(?:_[a-z0-9]+)*)(?P<several>\[\])?")
_WHOLE = "_all"
"""What the name of a variable ends in that holds a whole cell, where the one without it holds each of its values."""

_LOOK_UP = re.compile(r"\bGRAPH\s*(?:[?$<]|[\w-]*:\w)", re.IGNORECASE)
_PLACE = re.compile(r"error at (\d+):\d+: ")

Cells = tuple[tuple[str, ...], ...]
"""The values of one row, column by column: none for an empty cell, several where the column's name ends in `[]`."""


@dataclass(frozen=True)
class Construct:
    """The CONSTRUCT of a table: its text, the names of the columns its slot asks for, and what it may look up."""

    text: Text
    variables: tuple[str, ...]
    known: ox.Store

    def triples(self, cells: Cells) -> frozenset[ox.Triple]:
        """What the query says about one row; the cells stand in the order of `variables`."""
        choices = [tuple(literal(value).n3() for value in values) or ("UNDEF",) for values in cells]
        rows = " ".join(f"({' '.join(row)})" for row in itertools.product(*choices))
        return self.filled(rows)

    def filled(self, rows: str) -> frozenset[ox.Triple]:
        """What the query says with `rows` in its slot; raises `SourceError` where it is no CONSTRUCT that parses."""
        query = _SLOT.sub(lambda slot: f"VALUES ({slot['variables']}) {{ {rows} }}", self.text.content)
        answer = try_query(Text(self.text.file, query), self.known)
        if not isinstance(answer, ox.QueryTriples):
            raise SourceError("The query of a table has to be a CONSTRUCT.", file=self.text.file)
        return frozenset(answer)


def try_query(text: Text, known: ox.Store | None = None) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """What the query answers where only that is known; raises `SourceError` with the line where it does not parse."""
    try:
        return (known or ox.Store()).query(text.content)
    except SyntaxError as exc:
        found = _PLACE.match(exc.msg)
        reason = exc.msg[found.end() :] if found else exc.msg
        line = int(found[1]) if found else None
        raise SourceError("The query does not parse: {reason}.", file=text.file, line=line, reason=reason) from exc


def read_table(path: Path, graph: str, settings: Settings, known: ox.Store | None = None) -> tuple[Source, Text]:
    """
    The triples of the table at `path`, for the graph with that IRI, and the text of its CONSTRUCT.

    `known` holds in named graphs what the CONSTRUCT may look up.
    Raises `SourceError` for a table without CONSTRUCT, columns that do not fit it, ragged rows, and rows that come to
    nothing.
    """
    query = construct_path(path)
    if not query.exists():
        raise SourceError(
            "The table has no query beside it.", file=shown(path, settings), hint="Add the .rq file that reads it."
        )
    construct = read_construct(query, settings, known)
    table = open_text(path, settings)
    rows = _rows(table)
    columns = _columns(next(rows, (1, []))[1], construct, table.file)
    triples: set[ox.Triple] = set()
    lines: dict[str, int] = {}
    for line, row in rows:
        given = _cells(row, columns, (table.file, line))
        cells = tuple(given[name] for name in construct.variables)
        found = construct.triples(cells)
        _check_row(found, cells, construct, (table.file, line))
        triples |= found
        for triple in found:
            if isinstance(triple.subject, ox.NamedNode):
                lines.setdefault(triple.subject.value, line)
    return Source(table.file, graph, frozenset(triples), lines), construct.text


def construct_path(table: Path) -> Path:
    """Where the CONSTRUCT of a table lies: beside it, or in the file named like the folder, which its tables share."""
    own = table.with_suffix(".rq")
    shared = table.with_name(f"{table.parent.name}.rq")
    return shared if shared.exists() and not own.exists() else own


def looks_up(table: Path, settings: Settings) -> bool:
    """Whether the CONSTRUCT of the table asks what other files say."""
    query = construct_path(table)
    return query.exists() and _LOOK_UP.search(open_text(query, settings).content) is not None


def read_construct(path: Path, settings: Settings, known: ox.Store | None = None) -> Construct:
    """The CONSTRUCT at `path`; raises `SourceError` where it is missing, does not parse or has not exactly one slot."""
    text = open_text(path, settings)
    slots = _SLOT.findall(text.content)
    if len(slots) != 1:
        raise SourceError(
            "The query has {count} slots instead of one.",
            file=text.file,
            hint="Write `VALUES (?column ?other_column) {{ UNDEF }}` once, with the columns of the table.",
            count=len(slots),
        )
    names = slots[0].split()
    construct = Construct(text, tuple(name.removeprefix("?") for name in names), known or ox.Store())
    if not names or not all(name.startswith("?") for name in names) or len(set(names)) < len(names):
        raise SourceError("The slot is not a list of different variables.", file=text.file)
    construct.filled("")
    return construct


def _rows(table: Text) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(table.content, newline=""), strict=True)
    line = 1
    while True:
        try:
            row = next(reader, None)
        except csv.Error as exc:
            raise SourceError("The row is not CSV: {reason}.", file=table.file, line=line, reason=exc) from exc
        if row is None:
            return
        yield line, row
        line = reader.line_num + 1


def _columns(header: list[str], construct: Construct, file: str) -> list[re.Match[str]]:
    columns: list[re.Match[str]] = []
    for name in header:
        column = _COLUMN.fullmatch(name)
        if column is None:
            raise SourceError(
                'The column name "{name}" is not lower_snake, with or without `[]`.', file=file, line=1, name=name
            )
        columns.append(column)
    names = [column["name"] for column in columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    wholes = {name + _WHOLE for name in names}
    missing = sorted(set(construct.variables) - set(names) - wholes)
    extra = sorted(set(names) - set(construct.variables))
    for problem, found in (
        ("There is more than one column {names}.", twice),
        ("The query asks for columns that are not there: {names}.", missing),
        ("The query does not use these columns: {names}.", extra),
    ):
        if found:
            raise SourceError(problem, file=file, line=1, names=", ".join(found))
    return columns


def _cells(row: list[str], columns: list[re.Match[str]], place: tuple[str, int]) -> dict[str, tuple[str, ...]]:
    file, line = place
    if len(row) != len(columns):
        raise SourceError(
            "The row has {count} cells, but the table has {columns} columns.",
            file=file,
            line=line,
            count=len(row),
            columns=len(columns),
        )
    cells: dict[str, tuple[str, ...]] = {}
    for cell, column in zip(row, columns, strict=True):
        values = tuple(cell.split("|")) if column["several"] and cell else (cell,) * bool(cell)
        if any(value != value.strip() or not value for value in values):
            raise SourceError(
                "A value in the column {name} is empty, or begins or ends with a blank.",
                file=file,
                line=line,
                name=column["name"],
            )
        cells[column["name"]] = values
        cells.setdefault(column["name"] + _WHOLE, (cell,) * bool(cell))
    return cells


def _check_row(found: frozenset[ox.Triple], cells: Cells, construct: Construct, place: tuple[str, int]) -> None:
    """
    Raise `SourceError` for a row that says nothing, or a value in it that does.

    SPARQL leaves a triple out where it cannot make one of its terms, say from a misspelt code, and keeps quiet. A value
    that shows in no term is therefore taken out once to see whether anything changes. `sdg:7.2` shows in …/sdg/7.2.
    """
    file, line = place
    if not found:
        raise SourceError("The row gives no triple.", file=file, line=line)
    shown = "\n".join(term.value for triple in found for term in triple if not isinstance(term, ox.Triple))
    for index, values in enumerate(cells):
        for value in values:
            if construct.variables[index].endswith(_WHOLE) or value in shown or value.replace(":", "/") in shown:
                continue
            rest = tuple(other for other in values if other != value)
            if construct.triples((*cells[:index], rest, *cells[index + 1 :])) == found:
                raise SourceError(
                    'The value "{value}" in the column {name} has no effect: it may be misspelt.',
                    file=file,
                    line=line,
                    value=value,
                    name=construct.variables[index],
                )
