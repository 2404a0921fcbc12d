"""The strategy as it is read: its sections in order, each passage with what rests on it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from flask import Blueprint, abort, render_template

from kg_server.ask.reading import read_plan
from kg_server.web.site import the_site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kg_server.ask.labels import Named
    from kg_server.ask.reading import Claim, Place, Section

blueprint = Blueprint("plan", __name__)


class Source(NamedTuple):
    """What claims go from, with its notation, and the claims by relation."""

    thing: Named
    code: str
    lines: tuple[tuple[Named, tuple[Claim, ...]], ...]


@blueprint.get("/plan")
def plan() -> str:
    """The strategy in its own structure, with our summaries, and with its words where they are loaded."""
    site = the_site()
    if site.data_files:
        abort(404)
    sections = site.keep("plan", lambda: read_plan(site.engine, site.language, base=site.base))
    helpers = {"sources_of": sources_of, "told_here": told_here}
    return render_template("plan.html", sections=sections, has_wording=_has_wording(sections), **helpers)


def sources_of(claims: Iterable[Claim]) -> list[Source]:
    """The claims gathered by where they come from and then by relation, what found no link last."""
    ordered = sorted(claims, key=lambda one: (one.source_code, one.source.iri, not one.has_link, one.relation.iri))
    return [
        Source(found[0].source, found[0].source_code, _lines(found))
        for _, found in _runs(ordered, lambda one: one.source.iri)
    ]


def _lines(claims: Iterable[Claim]) -> tuple[tuple[Named, tuple[Claim, ...]], ...]:
    return tuple((found[0].relation, tuple(found)) for _, found in _runs(claims, lambda one: one.relation.iri))


def _runs(claims: Iterable[Claim], key: Callable[[Claim], str]) -> Iterator[tuple[str, list[Claim]]]:
    return ((value, list(group)) for value, group in groupby(claims, key))


def told_here(place: Place) -> set[str]:
    """The IRIs of what is told at the place, which need not be named again there."""
    return {one.thing.iri for one in place.told}


def _has_wording(sections: Iterable[Section]) -> bool:
    return any(place.passage.wording for section in sections for place in section.places)
