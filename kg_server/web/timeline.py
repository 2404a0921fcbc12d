"""Cooperations as bars along the years: when each ran, as far as its years are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg_server.ask.cooperations import Cooperation


@dataclass(frozen=True)
class Bar:
    """When a cooperation ran: where its bar begins and how long it is, in years; `is_whole` if both ends are known."""

    cooperation: Cooperation
    begin: int
    length: int
    is_whole: bool


@dataclass(frozen=True)
class Timeline:
    """The years from `first` to `last`, both whole, and the bars along them, the oldest first."""

    first: int
    last: int
    bars: tuple[Bar, ...]

    @property
    def length(self) -> int:
        """How many years there are."""
        return self.last - self.first + 1


def draw_timeline(cooperations: Iterable[Cooperation], this_year: int) -> Timeline | None:
    """A bar for each cooperation with a known year, or that runs; nothing where no year is known."""
    told = [one for one in cooperations if one.since or one.until or one.runs]
    years = [year for one in told for year in (one.since, one.until) if year]
    if not years:
        return None
    first, last = min(years), max(this_year, *years)
    bars = [_bar(one, first, last) for one in told]
    return Timeline(first, last, tuple(sorted(bars, key=lambda bar: (bar.cooperation.since or last, bar.length))))


def _bar(one: Cooperation, first: int, last: int) -> Bar:
    begin, end = one.since or first, one.until or last
    is_whole = one.since is not None and (one.until is not None or one.runs)
    return Bar(one, begin - first, end - begin + 1, is_whole)
