"""What the service says of itself: the service description, the data set it holds, and the prefixes it knows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from flask import Blueprint, Response, make_response, redirect, render_template, request

from kg_server.ask.labels import everywhere
from kg_server.ask.vocabulary import MOST_TERMS
from kg_server.core.errors import BadParameter
from kg_server.core.namespaces import PREFIXES, declarations, graph_iri, prefixes, thing_iri
from kg_server.core.terms import iri
from kg_server.engine.results import GRAPH_FORMATS, Format, read_rows
from kg_server.web.data import answer_query
from kg_server.web.negotiation import HTML, choose
from kg_server.web.site import the_site

if TYPE_CHECKING:
    from kg_server.web.site import Site

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_FORMATS = "http://www.w3.org/ns/formats/"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_RESULT_FORMATS = (
    *("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
    *("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads"),
)
_OTHER_FORMATS = ("text/html", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
_SHOWN = ("dcterms", "rdfs", "sd", "sg", "void", "xsd")
_COUNTED = (
    ("class", "entities", "COUNT(DISTINCT ?s)", "?s a ?term"),
    ("property", "triples", "COUNT(*)", "?s ?term ?o"),
)
_JSON = Format("application/json", "json", "JSON")
_CONTEXT = Format("application/ld+json", "jsonld", "JSON-LD")
_TURTLE = GRAPH_FORMATS[0]

blueprint = Blueprint("description", __name__)


class Sizes(NamedTuple):
    """How many triples the whole, the default graph and each named graph hold."""

    whole: int
    default: int
    named: tuple[tuple[str, int], ...]


class Partition(NamedTuple):
    """A class or property of the data, and how many things or triples have it."""

    kind: str
    term: str
    unit: str
    number: str


def describe_service(chosen: Format) -> Response:
    """The SPARQL 1.1 Service Description, in the format chosen."""
    site = the_site()
    endpoint, default = _address_of(site, "sparql"), _address_of(site, "sparql#default-graph")
    sizes = _sizes(site)
    graphs = "".join(_named_graph(site, number, graph, size) for number, (graph, size) in enumerate(sizes.named))
    formats = [f"<{_FORMATS}{name}>" for name in _RESULT_FORMATS] + [
        f"<{_MEDIA_TYPES}{name}>" for name in _OTHER_FORMATS
    ]
    licence = _licence(site)
    template = f"""
  {endpoint} a sd:Service ;
    sd:endpoint {endpoint} ;
    sd:supportedLanguage sd:SPARQL10Query, sd:SPARQL11Query ;
    {"" if site.data_files else "sd:feature sd:UnionDefaultGraph ;"}
    {"sd:feature sd:BasicFederatedQuery ;" if site.settings.services else ""}
    sd:resultFormat {", ".join(formats)} ;
    {licence}
    sd:defaultDataset ?dataset .
  ?dataset a sd:Dataset, void:Dataset ;
    {licence}
    void:sparqlEndpoint {endpoint} ;
    void:triples {sizes.whole} ;
    sd:defaultGraph {default} .
  {default} a sd:Graph, void:Dataset ;
    void:triples {sizes.default} .
{graphs}"""
    dataset = _term(_dataset(site))
    return _graph(f"CONSTRUCT {{ {template} }} WHERE {{ BIND ({dataset} AS ?dataset) }}", chosen)


def _named_graph(site: Site, number: int, graph: str, size: int) -> str:
    """A named graph as a part of a description; blank nodes would have other names each time it is written."""
    named, content = (_address_of(site, f"sparql#{part}-{number}") for part in ("named-graph", "graph"))
    return f"""
  ?dataset sd:namedGraph {named} .
  {named} a sd:NamedGraph ; sd:name {_term(graph)} ; sd:graph {content} .
  {content} a sd:Graph, void:Dataset ; void:triples {size} .
"""


def _dataset(site: Site) -> str:
    """The IRI of what is served: our data set, or the files of others under the address of the service."""
    return f"{root(site)}#dataset" if site.data_files else thing_iri("dataset/strategigraf", site.base)


def _licence(site: Site) -> str:
    """Our licence as a part of a description; nothing is known of that of others' files."""
    return "" if site.data_files else f"dcterms:license <{LICENCE}> ;"


@blueprint.get("/.well-known/void")
def void() -> Response:
    """What the data set holds, by graph, class and property; readers are led to its page."""
    site = the_site()
    chosen = choose(request.accept_mimetypes, (*GRAPH_FORMATS, HTML), request.args.get("format", ""))
    dataset = _dataset(site)
    if chosen is HTML:
        return make_response(redirect(site.urls.home() if site.data_files else site.urls.thing(dataset), code=303))
    if site.data_files:
        return _graph(_void_of_files(site), chosen)
    about = _term(graph_iri("about", site.base))
    query = f"""CONSTRUCT {{
  {_term(dataset)} a void:Dataset ; {_licence(site)} void:sparqlEndpoint {_address_of(site, "sparql")} .
  ?part ?property ?value .
}} WHERE {{
  OPTIONAL {{
    {{ VALUES ?part {{ {_term(dataset)} }} }}
    UNION {{ GRAPH {about} {{ {_term(dataset)} void:subset|void:classPartition|void:propertyPartition ?part }} }}
    GRAPH {about} {{ ?part ?property ?value }}
  }}
}}"""
    return _graph(query, chosen)


def _void_of_files(site: Site) -> str:
    """The query that gives what files of others hold; what several graphs hold counts in each."""
    dataset = _term(_dataset(site))
    rows = " ".join(
        f"(void:{part.kind}Partition {_term(f'{root(site)}#{part.kind}-{number}')} void:{part.kind} {part.term}"
        f" void:{part.unit} {part.number})"
        for number, part in enumerate(site.keep("partitions", lambda: _read_partitions(site), has_words=False))
    )
    return f"""CONSTRUCT {{
  {dataset} a void:Dataset ; void:sparqlEndpoint {_address_of(site, "sparql")} ;
    void:triples {_sizes(site).whole} ; ?has ?part .
  ?part ?of ?term ; ?unit ?number .
}} WHERE {{ OPTIONAL {{ VALUES (?has ?part ?of ?term ?unit ?number) {{ {rows} }} }} }}"""


def _read_partitions(site: Site) -> list[Partition]:
    return [
        Partition(kind, row["term"].n3(), unit, row["number"].value)
        for kind, unit, counted, pattern in _COUNTED
        for row in read_rows(
            site.engine,
            f"SELECT ?term ({counted} AS ?number) WHERE {{ {everywhere(pattern)} }} "
            f"GROUP BY ?term ORDER BY DESC(?number) ?term LIMIT {MOST_TERMS}",
        ).rows
        if row["term"].kind == "uri"
    ]


@blueprint.get("/prefixes")
def list_prefixes() -> Response:
    """The prefixes that data and questions of the project are written with."""
    spaces = prefixes(the_site().base)
    chosen = choose(request.accept_mimetypes, (_TURTLE, _JSON, _CONTEXT, HTML), request.args.get("format", ""))
    if chosen is HTML:
        return make_response(render_template("prefixes.html", spaces=spaces, formats=(_TURTLE, _JSON, _CONTEXT)))
    told = {"@context": spaces} if chosen is _CONTEXT else spaces
    text = _turtle(spaces) if chosen is _TURTLE else json.dumps(told, indent=2) + "\n"
    response = Response(text, mimetype=chosen.media_type)
    response.add_etag()
    response.make_conditional(request)
    return response


def _turtle(spaces: dict[str, str]) -> str:
    """The prefixes as Turtle declares them, and as statements that can be asked for."""
    declared = "".join(f"@prefix {name}: <{space}> .\n" for name, space in spaces.items())
    stated = " ,\n".join(
        f'    [ sh:prefix "{name}" ; sh:namespace "{space}"^^xsd:anyURI ]' for name, space in spaces.items()
    )
    return f"{declared}\n<{spaces['sg'].rstrip('#')}> sh:declare\n{stated} .\n"


def _graph(query: str, chosen: Format) -> Response:
    site = the_site()
    text = declarations(site.base, _SHOWN) + query
    return answer_query(text, chosen, text)


def _sizes(site: Site) -> Sizes:
    """How large the graphs are, as the build says, or else counted; asked for once in a build."""
    return site.keep("sizes", lambda: _read_sizes(site), has_words=False)


def _read_sizes(site: Site) -> Sizes:
    dataset, about = thing_iri("dataset/strategigraf", site.base), _term(graph_iri("about", site.base))
    said = _numbers(
        site,
        f"SELECT ?graph ?number {{ GRAPH {about} {{ ?graph <{PREFIXES['void']}triples> ?number }} }} ORDER BY ?graph",
    )
    if dataset in said:
        graphs = _numbers(site, "SELECT DISTINCT ?graph (0 AS ?number) { GRAPH ?graph {} } ORDER BY ?graph")
        if graphs.keys() <= said.keys():
            return Sizes(said[dataset], said[dataset], tuple((graph, said[graph]) for graph in graphs))
    counted = _numbers(
        site, "SELECT ?graph (COUNT(*) AS ?number) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph ORDER BY ?graph"
    )
    (whole,) = read_rows(site.engine, "SELECT (COUNT(*) AS ?number) { ?s ?p ?o }").rows
    default = int(whole["number"].value)
    apart = sum(counted.values()) if site.data_files else 0
    return Sizes(default + apart, default, tuple(counted.items()))


def _numbers(site: Site, query: str) -> dict[str, int]:
    return {row["graph"].value: int(row["number"].value) for row in read_rows(site.engine, query).rows}


def _address_of(site: Site, path: str) -> str:
    """The public address of a part of the service, as SPARQL writes it: the one set, else the one asked at."""
    return _term(root(site) + path)


def root(site: Site) -> str:
    """The public address of the service, with a slash at its end."""
    return (site.settings.public_url or request.url_root).rstrip("/") + "/"


def _term(address: str) -> str:
    try:
        return iri(address).n3()
    except ValueError as exc:
        raise BadParameter("The request came to an address that is none.") from exc
