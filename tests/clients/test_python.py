"""SPARQLWrapper and rdflib's SPARQLStore, in every form and format they know."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, GET, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, URLENCODED, XML
from SPARQLWrapper import SPARQLWrapper as Client
from SPARQLWrapper.SPARQLExceptions import EndPointNotFound, QueryBadFormed

if TYPE_CHECKING:
    from xml.dom.minidom import Document

EX = "http://example.org/"
SELECT = "SELECT ?l { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?l FILTER(LANG(?l) = 'nb') } ORDER BY ?l"
CONSTRUCT = "CONSTRUCT WHERE { ?s a ?t }"
MANNERS = [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)]


def client(endpoint: str, query: str, form: str, manner: tuple[str, str] = (GET, URLENCODED)) -> Any:
    made = Client(endpoint)
    made.setMethod(manner[0])
    made.setRequestMethod(manner[1])
    made.setReturnFormat(form)
    made.setQuery(query)
    return made


def texts(document: Document) -> list[str]:
    return [found.firstChild.nodeValue for found in document.getElementsByTagName("literal")]  # type: ignore[union-attr,misc]


@pytest.mark.parametrize("manner", MANNERS)
def test_sparqlwrapper_reads_tables(endpoint: str, manner: tuple[str, str]) -> None:
    rows = client(endpoint, SELECT, JSON, manner).queryAndConvert()["results"]["bindings"]
    assert [row["l"]["value"] for row in rows] == ["Gøteborg", "Oslo"]
    assert texts(client(endpoint, SELECT, XML, manner).queryAndConvert()) == ["Gøteborg", "Oslo"]
    assert client(endpoint, SELECT, CSV, manner).queryAndConvert().decode() == "l\r\nGøteborg\r\nOslo\r\n"
    assert client(endpoint, SELECT, TSV, manner).queryAndConvert().decode() == '?l\n"Gøteborg"@nb\n"Oslo"@nb\n'


@pytest.mark.parametrize("manner", MANNERS)
def test_sparqlwrapper_reads_truths(endpoint: str, manner: tuple[str, str]) -> None:
    assert client(endpoint, "ASK { ?s ?p ?o }", JSON, manner).queryAndConvert()["boolean"] is True
    document = client(endpoint, "ASK { ?s ?p ?s }", XML, manner).queryAndConvert()
    assert document.getElementsByTagName("boolean")[0].firstChild.nodeValue == "false"


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("query", [CONSTRUCT, f"DESCRIBE <{EX}oslo> <{EX}gothenburg>"])
def test_sparqlwrapper_reads_graphs(endpoint: str, manner: tuple[str, str], query: str) -> None:
    towns = {URIRef(f"{EX}oslo"), URIRef(f"{EX}gothenburg")}
    for form in (RDFXML, XML, JSONLD):
        graph = client(endpoint, query, form, manner).queryAndConvert()
        assert set(graph.subjects(RDF.type, URIRef(f"{EX}Town"))) == towns, form
    for form in (TURTLE, N3):
        text = client(endpoint, query, form, manner).queryAndConvert().decode()
        assert set(Graph().parse(data=text, format="turtle").subjects(RDF.type)) == towns, form


def test_pandas_reads_tables(endpoint: str) -> None:
    pandas = importlib.import_module("pandas")
    address = f"{endpoint}?{urlencode({'query': SELECT})}"
    by_name = pandas.read_csv(f"{address}&format=csv")
    by_header = pandas.read_csv(address, storage_options={"Accept": "text/csv"})
    by_tsv = pandas.read_csv(f"{address}&format=tsv", sep="\t")
    for_excel = pandas.read_csv(f"{address}&csv=excel", sep=";", decimal=",", encoding="utf-8-sig")
    workbook = pandas.read_excel(f"{address}&format=xlsx", sheet_name=0)
    for table in (by_name, by_header, for_excel, workbook):
        assert table.to_dict("list") == {"l": ["Gøteborg", "Oslo"]}
    assert list(by_tsv.columns) == ["?l"]


def test_sparqlwrapper_chooses_graphs(endpoint: str) -> None:
    made = client(endpoint, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", JSON)
    made.addParameter("default-graph-uri", f"{EX}first")
    made.addParameter("default-graph-uri", f"{EX}second")
    assert made.queryAndConvert()["results"]["bindings"][0]["n"]["value"] == "3"


def test_sparqlwrapper_tells_its_errors_apart(endpoint: str) -> None:
    with pytest.raises(QueryBadFormed):
        client(endpoint, "SELECT", JSON).query()
    with pytest.raises(EndPointNotFound):
        client(endpoint + "/nowhere", SELECT, JSON).query()


@pytest.fixture(params=["GET", "POST", "POST_FORM"])
def graph(request: pytest.FixtureRequest, endpoint: str) -> Graph:
    return Graph(SPARQLStore(endpoint, method=request.param))


def test_a_sparqlstore_reads_as_a_graph(graph: Graph) -> None:
    oslo = URIRef(f"{EX}oslo")
    assert (oslo, RDF.type, URIRef(f"{EX}Town")) in graph
    assert (oslo, RDF.type, URIRef(f"{EX}Village")) not in graph
    assert set(graph.objects(oslo, RDFS.label)) == {Literal("Oslo", lang="nb"), Literal("Oslo", lang="en")}
    assert graph.value(oslo, URIRef(f"{EX}population")) == Literal(717710)
    assert len(graph) == 13


def test_a_sparqlstore_queries(graph: Graph) -> None:
    rows: Any = graph.query(SELECT)
    assert [str(row.l) for row in rows] == ["Gøteborg", "Oslo"]
    assert graph.query("ASK { ?s ?p ?o }").askAnswer is True
    assert set(graph.query(CONSTRUCT).graph or ()) == {
        (URIRef(f"{EX}{name}"), RDF.type, URIRef(f"{EX}Town")) for name in ("oslo", "gothenburg")
    }


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_a_sparqlstore_reads_every_format(endpoint: str, form: str) -> None:
    rows: Any = Graph(SPARQLStore(endpoint, returnFormat=form)).query(SELECT)
    assert [str(row.l) for row in rows] == ["Gøteborg", "Oslo"]


def test_a_sparqlstore_reads_a_named_graph(endpoint: str) -> None:
    first = Graph(SPARQLStore(endpoint), identifier=URIRef(f"{EX}first"))
    rows: Any = first.query("SELECT ?o { ?s ?p ?o } ORDER BY ?o")
    assert [str(row.o) for row in rows] == ["in both", "only in the first"]
