"""Paths between two things or kinds: the page, and the same as files and as an API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, make_response, render_template, request

from kg_server.ask.grounds import tell_paths
from kg_server.ask.network import KINDS
from kg_server.ask.trace_queries import form_of, form_query
from kg_server.ask.traces import LONGEST, MOST_PATHS, find_kind, find_paths, read_search
from kg_server.core.errors import BadParameter
from kg_server.web.ground_tables import JSON
from kg_server.web.matrix_files import heading
from kg_server.web.negotiation import HTML, choose
from kg_server.web.networks import grounds_of, network_of
from kg_server.web.site import the_site
from kg_server.web.step_drawing import draw
from kg_server.web.trace_files import FILES, answer_paths

if TYPE_CHECKING:
    from kg_server.ask.network import Network
    from kg_server.ask.traces import Found

_LONGEST = 4
_MOST = 20
"""Paths on a page at most."""

_MOST_DRAWN = 12
_MOST_FORMS = 8
_ENDS = ("strategy", "goal", "focus-area", "sdg", "target", "eu-policy", "programme", "theme", "challenge", "partner")
_LISTED = ("strategy", "goal", "focus-area", "sdg", "eu-policy", "programme", "challenge", "partner")

blueprint = Blueprint("trace", __name__)


@blueprint.get("/trace")
def page() -> Response:
    """The paths as a page, or as the file that is asked for; without ends, a form to choose them."""
    chosen = choose(request.accept_mimetypes, (HTML, *FILES), request.args.get("format", ""))
    site = the_site()
    network = network_of(site)
    if chosen is not HTML:
        return answer_paths(network, _find(network, MOST_PATHS), chosen)
    found = (
        _find(network, _MOST) if request.args.get("from", "").strip() and request.args.get("to", "").strip() else None
    )
    text = render_template(
        "trace.html",
        asked={name: _shown(network, request.args.get(name, "").strip()) for name in ("from", "to")},
        via=find_kind(network, request.args.get("via", "").strip()),
        longest=_read_number("longest", _LONGEST, LONGEST),
        most_found=MOST_PATHS,
        most_longest=LONGEST,
        kinds=[(word, _kind_name(network, word)) for word in _ENDS],
        things=_things(network),
        found=found,
        **(_told(network, found) if found else {}),
    )
    return make_response(text)


@blueprint.get("/api/trace")
def api() -> Response:
    """The paths as data: JSON, or the file that is asked for."""
    offered = (JSON, *(item for item in FILES if item is not JSON))
    chosen = choose(request.accept_mimetypes, offered, request.args.get("format", ""))
    network = network_of(the_site())
    return answer_paths(network, _find(network, MOST_PATHS), chosen)


def _shown(network: Network, name: str) -> str:
    """An end as the form shows it: a kind by its label in the reader's language, anything else as it was written."""
    kind = find_kind(network, name)
    return _kind_name(network, kind) if kind else name


def _kind_name(network: Network, kind: str) -> str:
    """What a kind is called; partner is a property, and is written as those are."""
    name = str(network.word(KINDS[kind], the_site().language))
    return name[:1].upper() + name[1:]


def _find(network: Network, most: int) -> Found:
    """The paths the address asks for, `most` unless it says how many; raises `BadParameter` and `UnknownThing`."""
    start, goal, via = (request.args.get(name, "").strip() for name in ("from", "to", "via"))
    if not start or not goal:
        raise BadParameter(
            "Paths lead from one end to another, and one is missing.",
            hint="Give both as the parameters from and to: a thing by any name, or a kind of things.",
        )
    site = the_site()
    longest = _read_number("longest", _LONGEST, LONGEST)
    most = min(_read_number("most", most, MOST_PATHS), most)
    search = read_search(network, site.engine, start, goal, site.language, via=via, longest=longest, most=most)
    return find_paths(network, search)


def _read_number(name: str, default: int, most: int) -> int:
    given = request.args.get(name, "") or str(default)
    if not (given.isascii() and given.isdigit() and len(given) < len(str(10 * most)) and 1 <= int(given) <= most):
        raise BadParameter(
            "“{value}” is no value for {name}.",
            hint="Give a whole number from 1 to {most}.",
            value=given,
            name=name,
            most=most,
        )
    return int(given)


def _told(network: Network, found: Found) -> dict[str, object]:
    """What the page tells of the paths."""
    site = the_site()
    grounds = grounds_of(site, network, (step.tie for path in found.paths for step in path.steps))
    forms: dict[str, int] = {}
    told_at: dict[str, int] = {}
    for number, path in enumerate(found.paths, 1):
        query = form_query(network, found.search, form_of(network, path))
        forms[query] = forms.get(query, 0) + 1
        for step in path.steps:
            told_at.setdefault(step.tie.alignment, number)
    return {
        "paths": tell_paths(network, found.paths, grounds, site.language),
        "told_at": told_at,
        "drawing": draw(network, found.paths[:_MOST_DRAWN], site.language) if found.paths else None,
        "drawn": _MOST_DRAWN,
        "downloads": _downloads(),
        "further": [*_kept("longest"), ("longest", str(LONGEST))],
        "forms": list(forms.items())[:_MOST_FORMS],
    }


def _things(network: Network) -> list[list[tuple[str, str]]]:
    """Things to choose from, kind by kind: what stands for each in an address, and what it is called."""
    return [[(network.short(thing), heading(network, thing)) for thing in network.by_kind[word]] for word in _LISTED]


def _downloads() -> list[tuple[str, str]]:
    """The paths in other formats, each with its address."""
    return [(item.name, the_site().urls.trace(*_kept(), ("format", item.extension))) for item in FILES]


def _kept(*but: str) -> list[tuple[str, str]]:
    """What the address asks for, but for what is named and what every link says by itself."""
    return [(name, value) for name, value in request.args.items() if name not in ("lang", "format", *but) and value]
