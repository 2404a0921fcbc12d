from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import rdflib
from rdflib.namespace import DCTERMS, RDF, VOID

from kg_server.web.app import create_app
from kg_server.web.protocol import FORM

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from kg_server.core.settings import Settings
    from kg_server.engine.embedded import EmbeddedEngine

SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMATS = rdflib.Namespace("http://www.w3.org/ns/formats/")
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
BASE = "https://w3id.org/strategigraf/"
DATASET = rdflib.URIRef(BASE + "id/dataset/strategigraf")
GRAPHS = {"about", "ontology", "strategy", "alignments", "inferred"}
TYPES = [
    ("text/turtle", "turtle"),
    ("application/rdf+xml", "xml"),
    ("application/n-triples", "nt"),
    ("application/ld+json", "json-ld"),
    ("application/trig", "trig"),
    ("application/n-quads", "nquads"),
]

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of rdflib, about itself


def parse(text: str, syntax: str = "turtle") -> rdflib.Graph:
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(data=text, format=syntax)
    return dataset


@pytest.mark.parametrize(("media_type", "syntax"), TYPES)
@pytest.mark.parametrize("address", ["/sparql", "/.well-known/void"])
def test_descriptions_come_in_every_format_of_graphs(
    client: FlaskClient, address: str, media_type: str, syntax: str
) -> None:
    response = client.get(address, headers={"Accept": media_type})
    assert (response.status_code, response.mimetype) == (200, media_type)
    assert (DATASET, RDF.type, VOID.Dataset) in parse(response.text, syntax)


def test_the_service_describes_itself(client: FlaskClient) -> None:
    graph = parse(client.get("/sparql", headers={"Accept": "text/turtle"}).text)
    (service,) = graph.subjects(RDF.type, SD.Service)
    assert graph.value(service, SD.endpoint) == service == rdflib.URIRef("http://localhost/sparql")
    assert SD.SPARQL11Query in set(graph.objects(service, SD.supportedLanguage))
    assert set(graph.objects(service, SD.resultFormat)) >= {
        *(FORMATS[f"SPARQL_Results_{name}"] for name in ("JSON", "XML", "CSV", "TSV")),
        *(FORMATS[name] for name in ("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads")),
    }
    (dataset,) = graph.objects(service, SD.defaultDataset)
    assert (dataset, RDF.type, SD.Dataset) in graph
    assert graph.value(dataset, DCTERMS.license) == rdflib.URIRef("https://creativecommons.org/licenses/by/4.0/")


def test_the_service_counts_its_graphs(client: FlaskClient) -> None:
    graph = parse(client.get("/sparql", headers={"Accept": "text/turtle"}).text)
    (default,) = graph.objects(DATASET, SD.defaultGraph)
    csv = client.get("/sparql?query=SELECT+(COUNT(*)+AS+?n){?s+?p+?o}&format=csv").text.split()
    assert str(graph.value(default, VOID.triples)) == csv[1]
    names = {}
    for named in graph.objects(DATASET, SD.namedGraph):
        content = graph.value(named, SD.graph)
        assert (named, RDF.type, SD.NamedGraph) in graph
        names[str(graph.value(named, SD.name)).removeprefix(BASE + "graph/")] = graph.value(content, VOID.triples)
    assert set(names) == GRAPHS
    assert str(names["inferred"]) == "1"


def test_behind_a_proxy_the_descriptions_give_the_public_address(
    web_settings: Settings, web_engine: EmbeddedEngine
) -> None:
    settings = web_settings.model_copy(update={"public_url": "https://graf.example/strategi/"})
    client = create_app(settings, web_engine).test_client()
    for address in ("/sparql", "/.well-known/void"):
        text = client.get(address, headers={"Accept": "text/turtle"}, base_url="http://10.0.0.1:8000").text
        assert "<https://graf.example/strategi/sparql>" in text
        assert "10.0.0.1" not in text


def test_a_description_is_given_only_to_those_who_want_one(client: FlaskClient) -> None:
    assert client.get("/sparql?format=ttl").mimetype == "text/turtle"
    assert client.get("/sparql", headers={"Accept": "text/html,text/turtle;q=0.5"}).mimetype == "text/html"
    assert client.get("/sparql", headers={"Accept": "application/sparql-results+json"}).status_code == 400
    assert client.get("/sparql?format=csv").status_code == 406
    assert client.head("/sparql", headers={"Accept": "text/turtle"}).mimetype == "text/turtle"
    assert client.post("/sparql", headers={"Accept": "text/turtle", "Content-Type": FORM}).status_code == 400


@pytest.mark.parametrize("address", ["/sparql", "/sparql?", "/sparql/", "/sparql?x=1"])
@pytest.mark.parametrize("headers", [{}, {"Accept": "*/*"}, {"Accept": "image/png, */*;q=0.1"}])
def test_whoever_just_looks_gets_the_description(client: FlaskClient, address: str, headers: dict[str, str]) -> None:
    response = client.get(address, headers=headers)
    assert (response.status_code, response.mimetype) == (200, "text/turtle")
    assert (None, RDF.type, SD.Service) in parse(response.text)


@pytest.mark.parametrize("address", ["/sparql", "/.well-known/void", "/prefixes"])
@pytest.mark.parametrize("megabytes", [0, 8])
def test_descriptions_are_sent_once(
    web_settings: Settings, web_engine: EmbeddedEngine, address: str, megabytes: int
) -> None:
    tags = []
    for _ in range(2):
        settings = web_settings.model_copy(update={"cache_megabytes": megabytes})
        client = create_app(settings, web_engine).test_client()
        first = client.get(address, headers={"Accept": "application/ld+json"})
        tags.append(first.headers["ETag"])
        assert tags[-1][0] == '"'
        again = client.get(address, headers={"Accept": "application/ld+json", "If-None-Match": tags[-1]})
        assert (again.status_code, again.data) == (304, b"")
        assert client.get(address, headers={"Accept": "text/turtle"}).headers["ETag"] != tags[-1]
    assert tags[0] == tags[1]


def test_readers_of_void_are_led_to_the_page_of_the_data_set(client: FlaskClient) -> None:
    response = client.get("/.well-known/void", headers={"Accept": "text/html"})
    assert (response.status_code, response.headers["Location"]) == (303, "/page/dataset/strategigraf")


def test_prefixes_come_as_turtle_json_and_a_page(client: FlaskClient) -> None:
    graph = parse(client.get("/prefixes").text)
    assert ("skos", "http://www.w3.org/2004/02/skos/core#") in {
        (str(graph.value(one, SH.prefix)), str(graph.value(one, SH.namespace)))
        for one in graph.objects(None, SH.declare)
    }
    plain = client.get("/prefixes", headers={"Accept": "application/json"})
    assert (plain.mimetype, plain.get_json()["sg"]) == ("application/json", BASE + "ontology#")
    assert client.get("/prefixes?format=json").mimetype == "application/json"
    assert client.get("/prefixes?format=jsonld").get_json()["@context"]["sg"] == BASE + "ontology#"
    page = client.get("/prefixes", headers={"Accept": "text/html"})
    assert "<code>skos:</code>" in page.text
    assert client.get("/prefixes", headers={"Accept": "image/png"}).status_code == 406
    assert client.put("/prefixes").status_code == 405
