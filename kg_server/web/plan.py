"""The strategy as it is read: its sections in order, each passage with what rests on it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from flask import Blueprint, abort, render_template

from kg_server.ask.reading import read_plan
from kg_server.ask.running import Span, paragraphs, stretches
from kg_server.web.site import the_site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kg_server.ask.evidence import Passage
    from kg_server.ask.labels import Named
    from kg_server.ask.reading import Claim, Place, Section
    from kg_server.ask.running import Stretch

blueprint = Blueprint("plan", __name__)


class Line(NamedTuple):
    """What claims of one relation go from, with its notation; the thing itself is not named where it is told."""

    thing: Named
    code: str
    claims: tuple[Claim, ...]


class Paragraph(NamedTuple):
    """Words that run on, and the places in them; there are no words where they are not loaded."""

    stretches: tuple[Stretch, ...]
    places: tuple[Place, ...]

    @property
    def language(self) -> str:
        """The language of the words."""
        wording = self.places[0].passage.wording
        return wording.language if wording else ""


@blueprint.get("/plan")
def plan() -> str:
    """The strategy in its own structure, with our summaries, and with its words where they are loaded."""
    site = the_site()
    if site.data_files:
        abort(404)
    sections = site.keep("plan", lambda: read_plan(site.engine, site.language, base=site.base))
    helpers = {"lines_of": lines_of, "told_here": told_here, "paragraphs_of": paragraphs_of}
    places = [place for section in sections for place in section.places]
    return render_template(
        "plan.html",
        sections=sections,
        numbers={place.passage.slug: number for number, place in enumerate(places, 1)},
        first_at={one.thing.iri: place.passage.slug for place in reversed(places) for one in place.told},
        has_wording=_has_wording(sections),
        **helpers,
    )


def paragraphs_of(section: Section) -> list[Paragraph]:
    """The section paragraph by paragraph where its words are loaded; each place alone where they are not."""
    places = {place.passage.slug: place for place in section.places}
    spans = {slug: span for slug, place in places.items() if (span := _span(place.passage))}
    numbered = (slug for slug, place in places.items() if any(one.notation for one in place.told))
    found = [
        Paragraph(tuple(stretches(group)), tuple(places[span.name] for span in group))
        for group in paragraphs(spans.values(), numbered)
    ]
    found += [Paragraph((), (place,)) for slug, place in places.items() if slug not in spans and _is_told(place)]
    return sorted(found, key=lambda one: one.places[0].passage.start or 0)


def _span(passage: Passage) -> Span | None:
    """The passage with its words and where they stand, if both are known."""
    if passage.wording is None or passage.start is None or passage.end is None:
        return None
    return Span(passage.slug, passage.start, passage.end, passage.wording.value)


def _is_told(place: Place) -> bool:
    """Whether there is anything to say of a place without its words."""
    return bool(place.told or place.claims)


def lines_of(place: Place) -> list[tuple[Named, list[Line]]]:
    """The claims of a place by relation and then by what they go from: what is told there first, denials last."""
    own = told_here(place)

    def order(one: Claim) -> tuple[bool, str, bool, str, str]:
        source = one.source.iri
        return (not one.has_link, one.relation.iri, source not in own, one.source_code, source)

    by_relation = _runs(sorted(place.claims, key=order), lambda one: one.relation.iri)
    return [(found[0].relation, _lines(found)) for _, found in by_relation]


def _lines(claims: Iterable[Claim]) -> list[Line]:
    return [
        Line(found[0].source, found[0].source_code, tuple(found))
        for _, found in _runs(claims, lambda one: one.source.iri)
    ]


def _runs(claims: Iterable[Claim], key: Callable[[Claim], str]) -> Iterator[tuple[str, list[Claim]]]:
    return ((value, list(group)) for value, group in groupby(claims, key))


def told_here(place: Place) -> set[str]:
    """The IRIs of what is told at the place, which need not be named again there."""
    return {one.thing.iri for one in place.told}


def _has_wording(sections: Iterable[Section]) -> bool:
    return any(place.passage.wording for section in sections for place in section.places)
