"""Why the graph says something: who says it, or by which rule it follows from what, down to the passage."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from kg_server.ask.names import find_property, find_thing
from kg_server.ask.rules import read_rules
from kg_server.ask.why import explain
from kg_server.core.errors import BadParameter
from kg_server.core.terms import iri
from kg_server.web.arguments import LANG, read_arguments
from kg_server.web.site import the_site

ENDS = ("subject", "property", "object")

blueprint = Blueprint("why", __name__)


@blueprint.get("/why")
def why() -> str:
    """The explanation of the triple that the address names; raises `UnknownThing` where the graph does not say so."""
    site = the_site()
    if site.data_files:
        abort(404)
    arguments = read_arguments((*ENDS, LANG))
    for name in ENDS:
        if not arguments.get(name, "").strip():
            raise BadParameter(
                "The parameter {parameter} is missing.",
                hint="An explanation needs subject, property and object.",
                parameter=name,
            )
    subject, object_ = (
        iri(find_thing(site.engine, arguments[name], site.language, base=site.base)) for name in ("subject", "object")
    )
    triple = (subject, iri(find_property(arguments["property"], site.base)), object_)
    rules = read_rules(site.settings, site.engine.digest)
    told = explain(site.engine, rules, triple, site.language, base=site.base)
    return render_template("why.html", told=told)
