"""The coverage matrix: for every row and column whether there is a link, none was found, or nobody has looked."""

from __future__ import annotations

import enum
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from kg_server.ask.network import CARRIED, DENIAL, REJECTED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg_server.ask.network import Network, Tie

ROWS = ("strategy", "goal", "focus-area")
COLUMNS = {"sdg": ("sdg",), "eu": ("eu-policy", "programme"), "challenge": ("challenge",), "partner": ("partner",)}
"""What columns there are, and the kinds of things that each choice puts there."""

_PARTS = {"sdg": ("target",), "eu": COLUMNS["eu"]}
"""The kinds of things a column opens to, where it has parts."""

_REACHED = (*CARRIED, "sg:partner")
"""A link to a part counts for its whole; one to a partner's role for the partner."""


class State(enum.StrEnum):
    """What a cell says; `aside` is a link or finding that the filter leaves out."""

    LINKED = "linked"
    WITHOUT = "without"
    ASIDE = "aside"
    OPEN = "open"


@dataclass(frozen=True)
class Choice:
    """What a matrix shows; `opened` are the columns whose parts are shown as well."""

    rows: str = "strategy"
    columns: str = "sdg"
    opened: frozenset[str] = frozenset()
    basis: str = ""
    status: str = ""
    least: Decimal = Decimal(0)

    def takes(self, tie: Tie) -> bool:
        """Whether the filter lets the tie pass; a rejected one only where rejected ones are asked for."""
        fits = (not self.basis or tie.basis == self.basis) and tie.strength >= self.least
        return fits and (tie.status == self.status if self.status else tie.status != REJECTED)


@dataclass(frozen=True)
class Cell:
    """What stands where a row meets a column, and the ties it rests on, the surest first."""

    state: State
    ties: tuple[Tie, ...] = ()

    @property
    def strength(self) -> Decimal:
        """How sure the surest tie is."""
        return self.ties[0].strength if self.ties else Decimal(0)


@dataclass(frozen=True)
class Column:
    """One column: the thing, and the opened column it is a part of, if any."""

    thing: str
    whole: str = ""
    has_parts: bool = False


@dataclass(frozen=True)
class Sum:
    """How many cells of a line are linked, by how many links, and how many are in each other state."""

    linked: int
    links: int
    without: int
    unknown: int


@dataclass(frozen=True)
class Matrix:
    """A coverage matrix, row by row."""

    choice: Choice
    rows: tuple[str, ...]
    columns: tuple[Column, ...]
    cells: tuple[tuple[Cell, ...], ...]

    @cached_property
    def row_sums(self) -> tuple[Sum, ...]:
        """The sum of every row; parts of a column are counted in their whole."""
        return tuple(
            _sum(cell for cell, column in zip(row, self.columns, strict=True) if not column.whole) for row in self.cells
        )

    @cached_property
    def column_sums(self) -> tuple[Sum, ...]:
        """The sum of every column."""
        return tuple(map(_sum, zip(*self.cells, strict=True)))

    @cached_property
    def total(self) -> Sum:
        """The sum of the whole; parts of a column are counted in their whole."""
        return _sum(
            cell for row in self.cells for cell, column in zip(row, self.columns, strict=True) if not column.whole
        )

    def cell(self, row: str, column: str) -> Cell | None:
        """The cell where two things meet, if both are there."""
        columns = [one.thing for one in self.columns]
        if row not in self.rows or column not in columns:
            return None
        return self.cells[self.rows.index(row)][columns.index(column)]


def make_matrix(network: Network, choice: Choice) -> Matrix:
    """The matrix that was chosen, from all links of the network."""
    rows, columns = network.by_kind[choice.rows], _columns(network, choice)
    reach, denied = _reach(network, {column.thing for column in columns}), _denied(network, columns)
    members = {row: _members(network, row) for row in rows}
    row_of: dict[str, list[str]] = defaultdict(list)
    for row, parts in members.items():
        for part in parts:
            row_of[part].append(row)
    found: dict[tuple[str, str], list[Tie]] = defaultdict(list)
    for tie in network.ties:
        for near, far in ((tie.source, tie.target), (tie.target, tie.source)):
            for row in row_of.get(near, ()):
                for column in denied.get(far, ()) if tie.relation == DENIAL else reach[far]:
                    found[row, column].append(tie)
    asked = {row: _asked(network, row, members[row]) for row in rows}
    cells = tuple(
        tuple(_cell(choice, found.get((row, column.thing), ()), asked[row]) for column in columns) for row in rows
    )
    return Matrix(choice, rows, columns, cells)


def _columns(network: Network, choice: Choice) -> tuple[Column, ...]:
    """The columns: things that are no part of another one shown, each followed by its parts where it is opened."""
    things = [thing for kind in COLUMNS[choice.columns] for thing in network.by_kind[kind]]
    parts: dict[str, list[str]] = defaultdict(list)
    for part in (thing for kind in _PARTS.get(choice.columns, ()) for thing in network.by_kind[kind]):
        for whole in _wholes(network, part):
            if whole in things:
                parts[whole].append(part)
    inner = {part for found in parts.values() for part in found}
    columns: list[Column] = []
    for thing in things:
        if thing not in inner:
            columns.append(Column(thing, has_parts=thing in parts))
            if thing in choice.opened:
                columns += [Column(part, thing) for part in parts[thing]]
    return tuple(columns)


def _wholes(network: Network, thing: str, relations: Iterable[str] = CARRIED) -> list[str]:
    """What the thing is directly a part of."""
    steps = network.steps.get(thing, ())
    return [step.end for step in steps if step.is_forward and not step.tie.alignment and step.tie.relation in relations]


def _reach(network: Network, columns: set[str]) -> dict[str, tuple[str, ...]]:
    """For every thing the columns it is, or is a part of."""
    known: dict[str, frozenset[str]] = {}

    def over(thing: str) -> frozenset[str]:
        if thing not in known:
            known[thing] = frozenset({thing})  # what is a part of itself, by a fault in the data, is not followed again
            above = (over(whole) for whole in _wholes(network, thing, _REACHED))
            known[thing] = frozenset({thing}).union(*above)
        return known[thing]

    return {thing: tuple(sorted(over(thing) & columns)) for thing in network.nodes}


def _denied(network: Network, columns: Iterable[Column]) -> dict[str, list[str]]:
    """For everything the columns that a finding of no link with it speaks of: itself, and its parts."""
    found: dict[str, list[str]] = defaultdict(list)
    for column in columns:
        for thing in {column.thing, *_wholes(network, column.thing)}:
            found[thing].append(column.thing)
    return found


def _members(network: Network, row: str) -> tuple[str, ...]:
    """The things whose links count for a row: itself, and for a focus area its goals and strategies."""
    inside = [step.end for step in network.steps.get(row, ()) if step.tie.relation == "sg:inFocusArea"]
    return (row, *(thing for thing in inside if network.nodes[row].kind == "focus-area"))


def _asked(network: Network, row: str, members: tuple[str, ...]) -> frozenset[str]:
    """Those for whom no link must have been found before a row is assessed: for a focus area every strategy."""
    strategies = frozenset(member for member in members if network.nodes[member].kind == "strategy")
    return strategies or frozenset({row})


def _cell(choice: Choice, ties: Iterable[Tie], asked: frozenset[str]) -> Cell:
    links: list[Tie] = []
    findings: list[Tie] = []
    aside: list[Tie] = []
    for tie in ties:
        if not choice.takes(tie):
            aside.append(tie)
        else:
            (findings if tie.relation == DENIAL else links).append(tie)
    if links:
        return Cell(State.LINKED, _surest(links))
    if findings and asked <= {tie.source for tie in findings}:
        return Cell(State.WITHOUT, _surest(findings))
    if aside:
        return Cell(State.ASIDE, _surest(aside))
    return Cell(State.OPEN, _surest(findings))


def _surest(ties: Iterable[Tie]) -> tuple[Tie, ...]:
    return tuple(sorted(ties, key=lambda tie: (-tie.strength, tie.source, tie.target, tie.alignment)))


def _sum(cells: Iterable[Cell]) -> Sum:
    line = list(cells)
    states = [cell.state for cell in line]
    return Sum(
        linked=states.count(State.LINKED),
        links=sum(len(cell.ties) for cell in line if cell.state is State.LINKED),
        without=states.count(State.WITHOUT),
        unknown=states.count(State.OPEN),
    )


def opened_things(network: Network, columns: str, words: Iterable[str]) -> frozenset[str]:
    """The columns to open: by notation or the last part of their IRI, or every one by the word all."""
    wanted = {word.strip().lower() for word in words}
    things = (thing for kind in COLUMNS[columns] for thing in network.by_kind[kind])
    return frozenset(
        thing for thing in things if "all" in wanted or {thing.rpartition("/")[2].lower(), thing.lower()} & wanted
    )
