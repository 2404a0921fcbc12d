"""The map of twin towns and other cooperations with cities, by kind, status and year, with its table."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from flask import Blueprint, abort, render_template

from kg_server.ask.cooperations import read_cooperations, read_homes
from kg_server.core.errors import BadParameter
from kg_server.core.namespaces import compact
from kg_server.web.arguments import LANG, read_arguments
from kg_server.web.mapping import Spot, draw_maps
from kg_server.web.site import the_site
from kg_server.web.timeline import draw_timeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kg_server.ask.cooperations import Cooperation
    from kg_server.ask.labels import Named
    from kg_server.web.site import Site

KIND, STATUS, YEAR = "kind", "status", "year"
FIRST_YEAR, LAST_YEAR = 1900, 2100

blueprint = Blueprint("map", __name__)


@blueprint.get("/map")
def cities() -> str:
    """The cooperations asked for, on maps and in a table."""
    site = the_site()
    if site.data_files:
        abort(404)
    arguments = read_arguments((KIND, STATUS, YEAR, LANG))
    every = site.keep("map", lambda: read_cooperations(site.engine, site.language, base=site.base))
    chosen = _chosen(every, arguments, site)
    spots = [*home_spots(site), *_spots(chosen, site)]
    return render_template(
        "map.html",
        chosen=chosen,
        pictures=draw_maps(site.holdings.outlines, spots),
        kinds=_options((one.kind for one in every), site),
        statuses=_options((one.status for one in every), site),
        years=[(str(year), year) for year in _years(every, arguments.get(YEAR, ""))],
        given=arguments,
        timeline=draw_timeline(chosen, _this_year()),
    )


def home_spots(site: Site) -> list[Spot]:
    """The cities that the cooperations go out from, to be marked."""
    homes = site.keep("homes", lambda: read_homes(site.engine, site.language, base=site.base))
    return [Spot(str(one.city), site.urls.thing(one.city.iri), one.position, "home") for one in homes]


def _spots(chosen: Iterable[Cooperation], site: Site) -> Iterator[Spot]:
    """The cities of the cooperations, as far as anybody tells where they lie."""
    for one in chosen:
        if one.city and one.position:
            kind, status, address = _word(one.kind, site), _word(one.status, site), site.urls.thing(one.city.iri)
            yield Spot(str(one.city), address, one.position, kind, status, f"{one.kind}, {one.status}")


def _chosen(every: Sequence[Cooperation], arguments: Mapping[str, str], site: Site) -> list[Cooperation]:
    """The cooperations of the kind and status that may have run in the year; raises `BadParameter`."""
    year = _year(arguments.get(YEAR, ""))
    kind, status = (_known(name, arguments.get(name, ""), every, site) for name in (KIND, STATUS))
    return [
        one
        for one in every
        if kind in ("", _word(one.kind, site))
        and status in ("", _word(one.status, site))
        and (year is None or one.may_run_in(year))
    ]


def _known(name: str, value: str, every: Iterable[Cooperation], site: Site) -> str:
    allowed = [word for word, _ in _options((getattr(one, name) for one in every), site)]
    if value and value not in allowed:
        raise BadParameter(
            "The parameter {parameter} takes {allowed}, not “{value}”.",
            parameter=name,
            value=value,
            allowed=", ".join(allowed),
        )
    return value


def _year(value: str) -> int | None:
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and FIRST_YEAR <= int(value[:5]) <= LAST_YEAR):
        raise BadParameter(
            "The parameter {parameter} takes a whole number from {least} to {most}, not “{value}”.",
            parameter=YEAR,
            value=value,
            least=FIRST_YEAR,
            most=LAST_YEAR,
        )
    return int(value)


def _options(named: Iterable[Named], site: Site) -> list[tuple[str, Named]]:
    """Each choice once: the word that addresses and styles know it by, and its name."""
    return list({_word(one, site): one for one in named}.items())


def _word(named: Named, site: Site) -> str:
    return compact(named.iri, site.base).partition(":")[2]


def _years(every: Iterable[Cooperation], given: str) -> list[int]:
    """The years in which something began or ended, the first year after each end, this year and the one given."""
    found = {year for one in every for year in (one.since, one.until) if year}
    found |= {one.until + 1 for one in every if one.until}
    return sorted(found | {_this_year()} | ({int(given)} if given else set()))


def _this_year() -> int:
    return dt.datetime.now(tz=dt.UTC).year
