"""The pages people read: the start, every thing, and where names are looked up."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request

from kg_server.ask.names import called
from kg_server.core.errors import BadParameter, UnknownThing
from kg_server.core.terms import iri as iri_term
from kg_server.web.data import answer_data, is_wanted
from kg_server.web.examples import examples_of, sample_query
from kg_server.web.figures import figures_of
from kg_server.web.flow import flow_of
from kg_server.web.menu import ways_in
from kg_server.web.site import the_site
from kg_server.web.thing_page import show_thing
from kg_server.web.things import spelt
from kg_server.web.urls import thing_of

MOST_GRAPHS = 500
"""Named graphs that the start page lists at most."""

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def home() -> str:
    """What this is, what it holds, and what to ask it."""
    site = the_site()
    if files := site.data_files:
        shown = list(files.named.items())[:MOST_GRAPHS]
        return render_template("files.html", files=files, shown=shown, sample=sample_query(site))
    return render_template(
        "home.html", figures=figures_of(site), flow=flow_of(site), examples=examples_of(site), ways=ways_in()
    )


@blueprint.get("/find")
def find() -> Response:
    """The page of the thing that goes by a name, or else what search finds for it."""
    site = the_site()
    name = request.args.get("name", "").strip()
    if not name:
        return make_response(redirect(site.urls.home()))
    found = called(site.engine, name, site.base)
    return make_response(redirect(site.urls.thing(found[0]) if len(found) == 1 else site.urls.search(name)))


@blueprint.get("/page/<path:path>")
def page(path: str) -> Response:
    """The page of a thing of ours, or of one of the UN's goals, targets and indicators."""
    site = the_site()
    _check(thing_of(path, site.base), path)
    thing = spelt(site, path)
    if thing != thing_of(path, site.base):
        return make_response(redirect(site.urls.thing(thing)))
    return make_response(show_thing(thing))


@blueprint.get("/resource")
def resource() -> Response:
    """The page of whatever has an IRI in the graph, or what the graph says of it."""
    thing = request.args.get("iri", "")
    if not thing:
        raise BadParameter("The parameter {parameter} is missing.", hint="Give the IRI of a thing.", parameter="iri")
    if ":" not in thing:
        raise BadParameter("This is not an IRI: {iri}.", hint="Give it as the parameter iri.", iri=thing)
    _check(thing, thing)
    if is_wanted():
        return answer_data(thing)
    return make_response(show_thing(thing))


def _check(thing: str, name: str) -> None:
    """Raise `UnknownThing` for what can be no IRI."""
    try:
        iri_term(thing).n3()
    except ValueError as exc:
        raise UnknownThing("Nothing in the graph is called {name}.", name=name) from exc
