"""Linked data: names that lead to pages or data, and the data of things, terms and graphs in every format."""

from __future__ import annotations

import hashlib
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request

from kg_server.core.errors import UnknownThing
from kg_server.core.namespaces import compact, declarations, graph_iri, prefixes, thing_iri
from kg_server.core.terms import iri as iri_term
from kg_server.engine.base import Question
from kg_server.engine.results import GRAPH_FORMATS, Format, ask
from kg_server.web.negotiation import HTML, choose
from kg_server.web.site import the_site
from kg_server.web.terms import read_diagram, read_term, read_terms
from kg_server.web.thing_page import show_thing
from kg_server.web.things import CSV, FORMATS, is_known, pattern_about, spelt
from kg_server.web.urls import thing_of
from kg_server.web.xml import body_of

blueprint = Blueprint("data", __name__)


@blueprint.get("/id/<path:path>")
def name(path: str) -> Response:
    """Where a name leads: to the page for readers, to the data for programs."""
    site = the_site()
    thing = thing_iri(path, site.base)
    chosen = choose(request.accept_mimetypes, (*FORMATS, HTML))
    there = site.urls.thing(thing) if chosen is HTML else site.urls.data(thing, chosen.extension)
    return make_response(redirect(there, code=303))


@blueprint.get("/data/<path:path>")
def data(path: str) -> Response:
    """What the graph says of a thing, in the format its address ends in, or else the best accepted."""
    site = the_site()
    stem, _, extension = path.rpartition(".")
    is_named = extension in [item.extension for item in FORMATS]
    chosen = choose(request.accept_mimetypes, FORMATS, extension if is_named else "")
    name = stem if is_named else path
    _check(thing_of(name, site.base))
    thing = spelt(site, name)
    if thing != thing_of(name, site.base):
        return make_response(redirect(site.urls.data(thing, chosen.extension)))
    return _answer_thing(thing, chosen)


@blueprint.get("/ontology")
def ontology() -> Response:
    """The terms of the project, as a list or as data."""
    site = the_site()
    if is_wanted():
        return answer_graph(graph_iri("ontology", site.base))
    groups = read_terms(site)
    if site.data_files and not any(groups.values()):
        abort(404)
    diagram = site.keep("diagram", lambda: read_diagram(site))
    return make_response(
        render_template(
            "ontology.html",
            groups=groups,
            diagram=diagram,
            formats=GRAPH_FORMATS,
            exports=_exports(site.base + "ontology"),
        )
    )


@blueprint.get("/ontology/<local>")
def term(local: str) -> Response:
    """A term of the project: its page, or what the graph says of it."""
    site = the_site()
    thing = prefixes(site.base)["sg"] + local
    _check(thing)
    if is_wanted():
        return answer_data(thing)
    if site.data_files:
        return make_response(redirect(f"{site.urls.resource()}?{urlencode({'iri': thing})}"))
    told = site.keep(f"term {local}", lambda: read_term(site, local))
    return make_response(render_template("term.html", told=told, exports=_exports(thing)))


@blueprint.get("/graph/<path:path>")
def graph(path: str) -> Response:
    """A named graph as data, or a page about it."""
    site = the_site()
    named = graph_iri(path, site.base)
    if is_wanted():
        return answer_graph(named)
    _check(named)
    return make_response(show_thing(named, GRAPH_FORMATS))


def _exports(thing: str) -> list[tuple[str, str]]:
    """The names of the formats that data comes in, and where it is in each."""
    return [(item.name, the_site().urls.data(thing, item.extension)) for item in GRAPH_FORMATS]


def is_wanted() -> bool:
    """Whether the request would rather have data than a page."""
    return choose(request.accept_mimetypes, (*FORMATS, HTML), request.args.get("format", "")) is not HTML


def answer_data(thing: str) -> Response:
    """What the graph says of the thing, in the format the request asks for."""
    return _answer_thing(thing, choose(request.accept_mimetypes, FORMATS, request.args.get("format", "")))


def _answer_thing(thing: str, chosen: Format) -> Response:
    site = the_site()
    _check(thing)
    if not is_known(site, thing):
        raise _unknown(thing)
    pattern = pattern_about(site, thing)
    if chosen is CSV:
        query = f"SELECT DISTINCT ?subject ?property ?object WHERE {{ {pattern} }} ORDER BY ?subject ?property ?object"
    else:
        query = f"{declarations(site.base)}CONSTRUCT {{ ?subject ?property ?object }} WHERE {{ {pattern} }}"
    return answer_query(query, chosen, thing)


def answer_graph(named: str) -> Response:
    """A named graph as data, in the format the request asks for; raises `UnknownThing` where there is none."""
    site = the_site()
    chosen = choose(request.accept_mimetypes, GRAPH_FORMATS, request.args.get("format", ""))
    _check(named)
    term = iri_term(named).n3()
    if not ask(site.engine, f"ASK {{ GRAPH {term} {{ ?s ?p ?o }} }}"):
        raise _unknown(named)
    query = f"{declarations(site.base)}CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {term} {{ ?s ?p ?o }} }}"
    return answer_query(query, chosen, named)


def answer_query(query: str, chosen: Format, subject: str) -> Response:
    """The data, or a word that the reader has it already: it cannot change before the next build."""
    engine = the_site().engine
    seen = f"{engine.digest}\n{subject}\n{chosen.media_type}"
    tag = hashlib.sha256(seen.encode()).hexdigest()[:32]
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        if chosen is CSV:
            question = Question(query, bindings_type=chosen.media_type)
        else:
            question = Question(query, graph_type=chosen.media_type)
        response = Response(body_of(engine.answer(question)), mimetype=chosen.media_type)
    response.set_etag(tag)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _check(thing: str) -> None:
    """Raise `UnknownThing` for what can be no IRI."""
    try:
        iri_term(thing).n3()
    except ValueError as exc:
        raise _unknown(thing) from exc


def _unknown(thing: str) -> UnknownThing:
    return UnknownThing("Nothing in the graph is called {name}.", name=compact(thing, the_site().base))
