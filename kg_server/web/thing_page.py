"""What the page of a thing shows: what is told of it, drawn and mapped, and how to cite it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from kg_server.ask.neighbours import neighbours_of
from kg_server.core.namespaces import PREFIXES, compact, thing_iri
from kg_server.web.around import draw_around
from kg_server.web.citing import cite
from kg_server.web.identifiers import identifiers_of, is_told
from kg_server.web.map_page import home_spots
from kg_server.web.mapping import Spot, draw_maps
from kg_server.web.site import the_site
from kg_server.web.things import FORMATS, read_thing, uses_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg_server.ask.links import LinkGroup
    from kg_server.ask.things import Thing
    from kg_server.engine.results import Format
    from kg_server.web.mapping import Picture
    from kg_server.web.site import Site

_OF_JUDGEMENT = (
    *("sg:alignedFrom", "sg:relation", "sg:alignedTo", "sg:confidence", "sg:rationale", "sg:reviewStatus"),
    *("prov:wasAttributedTo", "dcterms:created"),
)


def show_thing(iri: str, formats: Sequence[Format] = FORMATS) -> str:
    """The page about the thing with this IRI; raises `UnknownThing`."""
    site = the_site()
    thing, uses = read_thing(site, iri), uses_of(site, iri)
    told = {"thing": thing, "uses": uses, "formats": formats, "outgoing": thing.outgoing}
    if not site.data_files:
        told |= {
            "outgoing": [group for group in thing.outgoing if not _stands_elsewhere(group, thing, site.base)],
            "identifiers": identifiers_of(thing.outgoing, site.base),
            "around": None if thing.judged else draw_around(thing, neighbours_of(thing, site.base)),
            "pictures": _map(site, thing),
            "citation": cite(site, thing),
            "question": _question(site, iri),
        }
    return render_template("thing.html", **told)


def _stands_elsewhere(group: LinkGroup, thing: Thing, base: str) -> bool:
    """Whether the page tells what the group does in a place of its own."""
    is_judged = thing.judged is not None and compact(group.property.iri, base) in _OF_JUDGEMENT
    return is_judged or is_told(group, base)


def _question(site: Site, iri: str) -> str:
    """The name of the question of the catalogue that the thing is; nothing for other things."""
    name = iri.removeprefix(thing_iri("question/", site.base))
    return name if name in site.holdings.catalog else ""


def _map(site: Site, thing: Thing) -> tuple[Picture, ...]:
    """The closest map that shows the place, with the cities that cooperate from here; none for what is no place."""
    at = {group.property.iri: str(group.links[0].end) for group in thing.outgoing if group.links}
    try:
        position = float(at[f"{PREFIXES['wgs']}lat"]), float(at[f"{PREFIXES['wgs']}long"])
    except (KeyError, ValueError):
        return ()
    outlines = {name: one for name, one in site.holdings.outlines.items() if one.holds(*position)}
    homes = home_spots(site)
    here = Spot(str(thing.label), site.urls.thing(thing.iri), position, "place")
    spots = [spot for spot in homes if spot.address == here.address] or [*homes, here]
    return draw_maps(outlines, spots)[:1]
