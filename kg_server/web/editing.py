"""What the editor on the SPARQL page asks for besides queries: the vocabulary, and what things are called."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from kg_server.ask.labels import AT_ONCE, Labels
from kg_server.ask.vocabulary import read_vocabulary
from kg_server.core.errors import BadParameter
from kg_server.core.namespaces import compact, prefixes
from kg_server.core.terms import iri as iri_term
from kg_server.core.terms import is_absolute_iri
from kg_server.engine.complaints import WELL_KNOWN
from kg_server.web.api import tagged
from kg_server.web.arguments import LANG, read_arguments
from kg_server.web.site import Site, the_site

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg_server.ask.labels import Named
    from kg_server.ask.vocabulary import Pairs, Vocabulary

blueprint = Blueprint("editing", __name__, url_prefix="/api")


@blueprint.get("/vocabulary")
def vocabulary() -> Response:
    """The classes and properties in use, how they go together, and the prefixes to write them with."""
    read_arguments((LANG,))
    site = the_site()
    return tagged(Response(site.keep("vocabulary", lambda: _write(site)), mimetype="application/json"))


@blueprint.post("/labels")
def labels() -> Response:
    """What the things are called whose IRIs a form names as `iri`."""
    site = the_site()
    asked = list(dict.fromkeys(request.form.getlist("iri")))
    if not asked or len(asked) > AT_ONCE:
        raise BadParameter("Give between 1 and {most} IRIs as {parameter}.", most=AT_ONCE, parameter="iri")
    things = [iri_term(thing) for thing in asked if is_absolute_iri(thing)]
    names = Labels(site.engine, site.language, site.base, anywhere=bool(site.data_files))
    names.read(things)
    told = {thing.value: _told(site, names.name(thing)) for thing in things}
    return Response(json.dumps(told, ensure_ascii=False), mimetype="application/json")


def _told(site: Site, named: Named) -> dict[str, str]:
    short = compact(named.iri, site.base)
    found = {"page": site.urls.link(named), "short": short}
    if named.label.value != short:
        found |= {"label": named.label.value, "language": named.label.language}
    return found | ({"code": named.code} if named.code else {})


def _read(site: Site) -> Vocabulary:
    return read_vocabulary(site.engine, anywhere=bool(site.data_files))


def _write(site: Site) -> str:
    """The vocabulary in JSON, where a number stands for a term: its place in the list of terms."""
    found = site.keep("read vocabulary", lambda: _read(site), has_words=False)
    terms = dict.fromkeys(term for term, _ in (*found.classes, *found.properties))
    places = {term: place for place, term in enumerate(terms)}
    told = {
        "prefixes": prefixes(site.base) | WELL_KNOWN | prefixes(site.base),
        "terms": [_term(term, found, site.language) for term in terms],
        "classes": [(places[term], number) for term, number in found.classes],
        "properties": [(places[term], number) for term, number in found.properties],
        "of": list(_placed(found.of, places)),
        "leads": list(_placed(found.leads, places)),
        "digest": site.engine.digest,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _term(term: str, found: Vocabulary, language: str) -> dict[str, Any]:
    described = found.described.get(term)
    if not described:
        return {"iri": term}
    definition = described.definitions.get(language)
    return {"iri": term, "label": described.labels} | ({"definition": definition} if definition else {})


def _placed(pairs: Pairs, places: dict[str, int]) -> Iterable[tuple[int, int, int]]:
    for one, other, number in pairs:
        if one in places and other in places:
            yield places[one], places[other], number
