"""The SPARQL 1.1 Graph Store Protocol, for reading: each named graph and the default graph, by its IRI."""

from __future__ import annotations

from flask import Blueprint, Response, request

from kg_server.core.errors import BadParameter
from kg_server.core.namespaces import declarations
from kg_server.engine.results import GRAPH_FORMATS
from kg_server.web.data import answer_graph, answer_query
from kg_server.web.description import root
from kg_server.web.negotiation import choose
from kg_server.web.protocol import graphs_of, read_fields
from kg_server.web.site import the_site

blueprint = Blueprint("graph_store", __name__)


@blueprint.get("/rdf-graph-store/<path:path>")
def read_here(path: str) -> Response:
    """The graph whose IRI is the address it is asked for at."""
    return answer_graph(f"{root(the_site())}rdf-graph-store/{path}")


@blueprint.get("/rdf-graph-store")
def read() -> Response:
    """The graph that `graph` names, or the default graph with `default`; `/graph/…` gives ours directly."""
    fields = read_fields(request)
    graphs = graphs_of(fields, "graph") or ()
    if sum(name in ("default", "graph") for name, _ in fields) != 1:
        raise BadParameter("The request does not say which graph it wants.", hint="Write ?default or ?graph=IRI, once.")
    if graphs:
        return answer_graph(graphs[0])
    chosen = choose(request.accept_mimetypes, GRAPH_FORMATS, request.args.get("format", ""))
    query = f"{declarations(the_site().base)}CONSTRUCT {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}"
    return answer_query(query, chosen, "default")
