"""Cooperations with cities: what kind they are of, how they stand, from when to when, and where the city lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg_server.ask.labels import Labels, Named
from kg_server.core.namespaces import BASE, PREFIXES, prefixes
from kg_server.engine.results import read_rows

if TYPE_CHECKING:
    from kg_server.core.terms import Term
    from kg_server.engine.base import Engine

_QUERY = """PREFIX wgs: <{wgs}>
PREFIX sg: <{sg}>
SELECT ?cooperation ?kind ?status ?city ?country ?lat ?long ?since ?until WHERE {{
  ?cooperation a sg:CityCooperation ;
    sg:cooperationKind ?kind ;
    sg:cooperationStatus ?status .
  OPTIONAL {{
    ?cooperation sg:party ?city .
    ?city sg:locatedIn ?country ;
      wgs:lat ?lat ;
      wgs:long ?long .
    ?country a sg:Country .
  }}
  OPTIONAL {{ ?cooperation sg:since ?since }}
  OPTIONAL {{ ?cooperation sg:until ?until }}
}}
ORDER BY ?kind ?status ?cooperation ?city"""

_HOMES = """PREFIX wgs: <{wgs}>
PREFIX sg: <{sg}>
SELECT ?city ?lat ?long WHERE {{
  ?city a sg:City ;
    wgs:lat ?lat ;
    wgs:long ?long .
  FILTER NOT EXISTS {{ ?cooperation sg:party ?city }}
}}
ORDER BY ?city"""


@dataclass(frozen=True)
class Home:
    """A city that the cooperations go out from; `position` is latitude and longitude in degrees."""

    city: Named
    position: tuple[float, float]


@dataclass(frozen=True)
class Cooperation:
    """
    A cooperation with one city, or with cities nobody names.

    `position` is latitude and longitude in degrees. `since` and `until` are years, none where nobody tells them; `runs`
    when it has not ended.
    """

    thing: Named
    kind: Named
    status: Named
    city: Named | None
    country: Named | None
    position: tuple[float, float] | None
    since: int | None
    until: int | None
    runs: bool = False

    def may_run_in(self, year: int) -> bool:
        """Whether it may have run in the year, as far as its years are known."""
        return (self.since is None or self.since <= year) and (self.until is None or year <= self.until)


def read_homes(engine: Engine, language: str = "nb", *, base: str = BASE) -> tuple[Home, ...]:
    """The cities on the map that nobody cooperates with: those it is all seen from."""
    labels = Labels(engine, language, base)
    rows = read_rows(engine, _HOMES.format(wgs=PREFIXES["wgs"], sg=prefixes(base)["sg"])).rows
    return tuple(Home(labels.name(row["city"]), _position(row)) for row in rows)


def read_cooperations(engine: Engine, language: str = "nb", *, base: str = BASE) -> tuple[Cooperation, ...]:
    """Every cooperation with a city, by kind and status."""
    labels = Labels(engine, language, base)
    rows = read_rows(engine, _QUERY.format(wgs=PREFIXES["wgs"], sg=prefixes(base)["sg"])).rows
    labels.read(row.get(name) for row in rows for name in ("cooperation", "kind", "status", "city", "country"))
    return tuple(_cooperation(row, labels) for row in rows)


def _cooperation(row: dict[str, Term], labels: Labels) -> Cooperation:
    def named(name: str) -> Named | None:
        return labels.name(row[name]) if name in row else None

    return Cooperation(
        thing=labels.name(row["cooperation"]),
        kind=labels.name(row["kind"]),
        status=labels.name(row["status"]),
        city=named("city"),
        country=named("country"),
        position=_position(row) if "lat" in row else None,
        since=_year(row.get("since")),
        until=_year(row.get("until")),
        runs=row["status"].value == f"{prefixes(labels.base)['sg']}Active",
    )


def _position(row: dict[str, Term]) -> tuple[float, float]:
    return float(row["lat"].value), float(row["long"].value)


def _year(date: Term | None) -> int | None:
    """The year of a date or of a year alone."""
    return int(date.value[:4]) if date else None
