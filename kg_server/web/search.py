"""Search: what has some words in its names, numbers or texts, as a page by kinds and as a web API."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, make_response, render_template

from kg_server.ask.finding import find
from kg_server.ask.matches import all_kinds, name_kinds, tell
from kg_server.core.errors import BadParameter
from kg_server.core.namespaces import compact
from kg_server.web.api import tagged
from kg_server.web.arguments import LANG, LIMIT, OFFSET, PAGE, Slice, read_arguments, read_slice
from kg_server.web.asked import public
from kg_server.web.site import gettext, the_site

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg_server.ask.finding import Found, Hit
    from kg_server.ask.labels import Text
    from kg_server.ask.matches import Match, Told
    from kg_server.web.site import Site

USUAL_LIMIT = 20
MOST_LIMIT = 100
MOST_KINDS = 8
"""Kinds whose things the page lists; of the others it says how many there are."""
EACH = 4
"""Things of each kind on that page."""

Q, PREFIX, KIND = "q", "prefix", "kind"
OTHER = "other"
"""What stands in an address for things without a class."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

blueprint = Blueprint("search", __name__)


@dataclass(frozen=True)
class Asked:
    """What a search is for: the words, whether in names alone, and the kind of thing, by its short name."""

    words: str
    kind: str
    names_only: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of thing among what was found, and how many there are of it."""

    iri: str
    name: str
    label: Text
    count: int


@dataclass(frozen=True)
class Results:
    """What was found, of which only the things in `told` are told of."""

    found: Found
    kinds: tuple[Kind, ...]
    hits: tuple[Hit, ...]
    told: tuple[Told, ...]
    is_whole: bool

    def label(self, kind: str) -> Text:
        """What the kind is called."""
        return next(one.label for one in self.kinds if one.iri == kind)


@dataclass(frozen=True)
class Group:
    """Some things of a kind; the first group of a page is of no kind and holds what the words name exactly."""

    kind: Kind | None
    told: tuple[Told, ...]


@blueprint.get("/search")
def page() -> Response:
    """What was found: the first of each kind, or all of one kind, page by page."""
    arguments = read_arguments((Q, KIND, PAGE, LANG))
    asked = Asked(_plain(arguments.get(Q, "")), arguments.get(KIND, ""))
    wanted = read_slice({LIMIT: str(USUAL_LIMIT)} | arguments, USUAL_LIMIT)
    results = _look_up(the_site(), asked, wanted) if asked.kind else _look_up(the_site(), asked)
    return make_response(
        render_template(
            "search.html",
            asked=asked,
            results=results,
            groups=() if asked.kind else _groups(results),
            page=wanted.offset // wanted.limit + 1,
            pages=-(-len(results.hits) // wanted.limit),
            fields=_field_words(),
            tongues={"nb": gettext("in Norwegian"), "en": gettext("in English")},
            address=_address,
            address_of_page=lambda number: the_site().urls.search(asked.words, kind=asked.kind, page=str(number)),
        )
    )


@blueprint.get("/api/search")
def api() -> Response:
    """What was found, with where the words stand; `prefix` instead of `q` looks in names and numbers alone."""
    arguments = read_arguments((Q, PREFIX, KIND, LIMIT, OFFSET, PAGE, LANG))
    words = arguments.get(Q, "") or arguments.get(PREFIX, "")
    if not words or {Q, PREFIX} <= arguments.keys():
        raise BadParameter("Give the words to search for as {parameter}.", parameter=Q)
    asked = Asked(words, arguments.get(KIND, ""), PREFIX in arguments)
    wanted = read_slice(arguments, USUAL_LIMIT, MOST_LIMIT)
    results = _look_up(the_site(), asked, wanted)
    text = json.dumps(_record(asked, results, wanted), ensure_ascii=False)
    return tagged(Response(text, mimetype="application/json"))


def _plain(text: str) -> str:
    """The text without signs that no page may hold."""
    return _CONTROL.sub(" ", text).strip()


def _look_up(site: Site, asked: Asked, wanted: Slice | None = None) -> Results:
    """What is found; told of are the things of the slice, or else the first of each kind."""
    index = site.holdings.indexes.of(site.engine, anywhere=bool(site.data_files))
    with index.opened() as database:
        found = find(database, asked.words, names_only=asked.names_only, base=site.base)
        labels = name_kinds(database, (kind for kind, _ in found.kinds), site.language, site.base)
        kinds = tuple(Kind(kind, compact(kind, site.base) or OTHER, labels[kind], count) for kind, count in found.kinds)
        hits = found.hits
        if asked.kind:
            chosen = _class_of(all_kinds(database), asked.kind, site.base)
            hits = tuple(hit for hit in hits if hit.kind == chosen)
        shown = hits[wanted.offset : wanted.offset + wanted.limit] if wanted else _firsts(hits)
        told = tell(database, shown, found.wanted, site.language, site.base)
    return Results(found, kinds, hits, told, is_whole=not (found.is_cut or index.is_cut))


def _class_of(known: Iterable[str], name: str, base: str) -> str:
    """The class that goes by the short name; raises `BadParameter` where no thing is of such a class."""
    names = {compact(kind, base) or OTHER: kind for kind in known}
    if name not in names:
        raise BadParameter(
            "The parameter {parameter} takes {allowed}, not “{value}”.",
            parameter=KIND,
            value=name,
            allowed=", ".join(sorted(names)),
        )
    return names[name]


def _firsts(hits: Iterable[Hit]) -> list[Hit]:
    """What is named exactly, and the first things of the first kinds."""
    counts: dict[str, int] = {}
    shown: list[Hit] = []
    for hit in hits:
        if hit.is_exact:
            shown += [hit] if len(shown) < USUAL_LIMIT else []
        elif hit.kind in counts or len(counts) < MOST_KINDS:
            counts[hit.kind] = counts.get(hit.kind, 0) + 1
            shown += [hit] if counts[hit.kind] <= EACH else []
    return shown


def _groups(results: Results) -> tuple[Group, ...]:
    """The things told of, by kind, in the order in which the kinds were found."""
    exact = tuple(one for one in results.told if one.is_exact)
    others = [one for one in results.told if not one.is_exact]
    kinds = {kind.iri: kind for kind in results.kinds}
    groups = [
        Group(kinds[iri], tuple(one for one in others if one.kind == iri))
        for iri in dict.fromkeys(one.kind for one in others)
    ]
    return (Group(None, exact), *groups) if exact else tuple(groups)


def _address(one: Told) -> str:
    """Where a reader who follows a result should come: of a question the page that answers it."""
    site = the_site()
    question = one.name.removeprefix("question/")
    if question != one.name and question in site.holdings.catalog:
        return site.urls.question(question)
    return site.urls.thing(one.iri)


def _field_words() -> Mapping[str, str]:
    """What the places are called where words were found."""
    return {
        "label": gettext("Name"),
        "other": gettext("Other name"),
        "number": gettext("Number"),
        "summary": gettext("Description"),
        "rationale": gettext("Rationale"),
        "wording": gettext("The words of the strategy"),
    }


def _record(asked: Asked, results: Results, wanted: Slice) -> dict[str, Any]:
    site = the_site()
    given = {PREFIX if asked.names_only else Q: asked.words} | ({KIND: asked.kind} if asked.kind else {})

    def address(offset: int) -> str:
        slice_ = {LIMIT: str(wanted.limit)} | ({OFFSET: str(offset)} if offset else {})
        return public(site.urls.api("search", **given, **slice_))

    places = {"self": wanted.offset} | wanted.near(len(results.hits))
    return given | {
        "nearest": results.found.nearest or None,
        "partial": results.found.is_partial,
        "truncated": not results.is_whole,
        "total": len(results.hits),
        "limit": wanted.limit,
        "offset": wanted.offset,
        "kinds": [_kind_record(kind) | {"count": kind.count} for kind in results.kinds],
        "results": [_told_record(one, results) for one in results.told],
        "language": site.language,
        "digest": site.engine.digest,
        "links": {rel: address(offset) for rel, offset in places.items()}
        | {"page": public(site.urls.search(asked.words))},
    }


def _kind_record(kind: Kind) -> dict[str, Any]:
    return {"iri": kind.iri, "name": kind.name, "label": kind.label.value}


def _told_record(one: Told, results: Results) -> dict[str, Any]:
    kind = next(kind for kind in results.kinds if kind.iri == one.kind)
    return {
        "iri": one.iri,
        "name": one.name,
        "label": one.label.text,
        "language": one.label.language,
        "notation": one.notation,
        "kind": _kind_record(kind),
        "exact": one.is_exact,
        "matches": [_match_record(match) for match in (one.label, *one.matches) if match.marks],
        "links": {"page": public(_address(one))},
    }


def _match_record(match: Match) -> dict[str, Any]:
    return {"field": match.field, "language": match.language, "text": match.text, "marks": match.marks}
