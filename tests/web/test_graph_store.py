from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph
import pytest
import rdflib

from tests.w3c.service import served

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

GRAPH = "https://w3id.org/strategigraf/graph/"


def triples(text: str) -> int:
    return len(rdflib.Graph().parse(data=text, format="nt"))


@pytest.mark.parametrize("graph", ["about", "strategy", "inferred", "ontology", "alignments"])
def test_a_named_graph_comes_by_its_iri_and_by_its_address(client: FlaskClient, graph: str) -> None:
    accept = {"Accept": "application/n-triples"}
    indirect = client.get("/rdf-graph-store", query_string={"graph": GRAPH + graph}, headers=accept)
    direct = client.get(f"/graph/{graph}", headers=accept)
    query = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{GRAPH}{graph}> {{ ?s ?p ?o }} }}"
    counted = client.get("/sparql", query_string={"query": query, "format": "csv"}).text.split()[1]
    assert (indirect.status_code, indirect.mimetype) == (200, "application/n-triples")
    assert triples(indirect.text) == triples(direct.text) == int(counted)


def test_the_default_graph_is_the_whole(client: FlaskClient) -> None:
    response = client.get("/rdf-graph-store?default", headers={"Accept": "application/n-triples"})
    counted = client.get("/sparql?query=SELECT+(COUNT(*)+AS+?n){?s+?p+?o}&format=csv").text.split()[1]
    assert triples(response.text) == int(counted)


@pytest.mark.parametrize("address", ["?default", f"?graph={GRAPH}strategy"])
@pytest.mark.parametrize(
    "media_type",
    [
        *("text/turtle", "application/n-triples", "application/rdf+xml"),
        *("application/ld+json", "application/trig", "application/n-quads"),
    ],
)
def test_graphs_come_in_every_format(client: FlaskClient, address: str, media_type: str) -> None:
    response = client.get("/rdf-graph-store" + address, headers={"Accept": media_type})
    assert (response.status_code, response.mimetype) == (200, media_type)
    head = client.head("/rdf-graph-store" + address, headers={"Accept": media_type})
    assert (head.status_code, head.mimetype, head.data) == (200, media_type, b"")
    assert head.headers["ETag"] == response.headers["ETag"]


def test_a_graph_without_wishes_comes_as_turtle(client: FlaskClient) -> None:
    assert client.get("/rdf-graph-store?default").mimetype == "text/turtle"
    assert client.get("/rdf-graph-store?default&format=nt").mimetype == "application/n-triples"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("", 400),
        ("?graph=", 400),
        ("?graph=strategy", 400),
        ("?graph=//e/a", 400),
        ("?graph=http://e/%2520%20", 400),
        ("?graph=http://e/%FF", 400),
        (f"?default&graph={GRAPH}strategy", 400),
        (f"?graph={GRAPH}about&graph={GRAPH}strategy", 400),
        ("?default&default", 400),
        (f"?graph={GRAPH}none", 404),
        ("?graph=http://example.org/none", 404),
        ("?graph=urn:x-strategigraf:merge", 404),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_is_not_there_and_what_is_not_said(client: FlaskClient, method: str, address: str, status: int) -> None:
    response = client.open("/rdf-graph-store" + address, method=method)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "address", ["/rdf-graph-store?default", f"/rdf-graph-store?graph={GRAPH}strategy", "/graph/strategy"]
)
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_nothing_is_written(client: FlaskClient, method: str, address: str) -> None:
    response = client.open(address, method=method, data="", content_type="text/turtle")
    assert response.status_code == 405
    assert response.allow.as_set() == {"get", "head", "options"}


def test_nothing_is_acceptable_but_graphs(client: FlaskClient) -> None:
    assert client.get("/rdf-graph-store?default", headers={"Accept": "image/png"}).status_code == 406


def test_a_graph_named_by_an_address_of_the_service_is_read_there(tmp_path: Path) -> None:
    store, here = pyoxigraph.Store(), "/rdf-graph-store/person/1.ttl"
    graph = pyoxigraph.NamedNode(f"http://localhost{here}")
    store.add(pyoxigraph.Quad(graph, graph, graph, graph))
    with served(store, tmp_path) as client:
        for method in ("GET", "HEAD"):
            found = client.open(here, method=method)
            assert (found.status_code, found.mimetype) == (200, "text/turtle")
            assert found.headers["Access-Control-Allow-Origin"] == "*"
            assert client.open("/rdf-graph-store/person/2.ttl", method=method).status_code == 404
        assert triples(client.get(here, headers={"Accept": "application/n-triples"}).text) == 1
        assert client.delete(here).status_code == 405
        assert client.get("/rdf-graph-store/a%20b").status_code == 404
