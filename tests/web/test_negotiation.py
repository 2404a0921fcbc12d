from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from kg_server.core.errors import NotAcceptable
from kg_server.web.negotiation import GRAPHS, TABLES, choose, read_accept

if TYPE_CHECKING:
    from flask.testing import FlaskClient

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
CSV = "text/csv"
TSV = "text/tab-separated-values"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("*", JSON),
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "text/html"),
        ("image/gif, *; q=.2", JSON),
        ("text/csv;q=.2, text/tab-separated-values;q=.3", TSV),
        ("text/*", CSV),
        ("text/*;q=0.5, text/csv;q=0.1", TSV),
        ("application/*", JSON),
        ("application/json", JSON),
        ("application/xml", XML),
        ("text/xml", XML),
        ("application/sparql-results+json;q=0, */*", XML),
        ("application/sparql-results+json;q=0, */*;q=0.1", XML),
        ("application/*;q=0, */*", CSV),
        ("*/*, text/csv", CSV),
        ("*/*;q=0.9, text/csv;q=0.1", JSON),
        ("text/csv, application/sparql-results+xml", CSV),
        ("TEXT/CSV", CSV),
        ("text/csv;charset=utf-8;header=present", CSV),
        ("text/csv;q=2", CSV),
        ("text/csv;q=nonsense", CSV),
        ("text/csv ; q = 0.5 , application/sparql-results+xml ; q=0.4", CSV),
        (",,text/csv,", CSV),
        (XLSX, XLSX),
        ("application/sparql-results+xml, text/html;q=0.5, */*;q=0.1", XML),
        (CHROME, "text/html"),
        ("application/sparql-results+json;q=1.0,application/sparql-results+xml;q=0.7", JSON),
        ("text/turtle, application/sparql-results+json;q=0.001", JSON),
    ],
)
def test_a_table_comes_as_the_request_likes_best(accept: str, media_type: str) -> None:
    assert choose(read_accept(accept), TABLES).media_type == media_type


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "text/turtle"),
        ("*/*", "text/turtle"),
        ("application/json", "application/ld+json"),
        ("application/xml", "application/rdf+xml"),
        ("application/x-turtle", "text/turtle"),
        ("text/turtle;q=0, */*", "application/ld+json"),
        ("application/trig, application/n-quads;q=0.9", "application/trig"),
        ("application/n-triples", "application/n-triples"),
        ("application/sparql-results+json, application/rdf+xml;q=0.1", "application/rdf+xml"),
        (CHROME, "text/html"),
    ],
)
def test_a_graph_comes_as_the_request_likes_best(accept: str, media_type: str) -> None:
    assert choose(read_accept(accept), GRAPHS).media_type == media_type


@pytest.mark.parametrize(
    ("named", "accept", "media_type"),
    [
        ("json", CHROME, JSON),
        ("XML", "", XML),
        ("csv", "text/html", CSV),
        ("tsv", "", TSV),
        ("xlsx", "", XLSX),
        ("html", "", "text/html"),
        ("srx", "", XML),
        (JSON, CHROME, JSON),
        ("application/json", "", JSON),
        ("text/csv", "", CSV),
        ("sparql-results+json", "", JSON),
        ("auto", "text/csv", CSV),
    ],
)
def test_a_table_comes_in_the_format_named(named: str, accept: str, media_type: str) -> None:
    assert choose(read_accept(accept), TABLES, named).media_type == media_type


@pytest.mark.parametrize(
    ("named", "media_type"),
    [
        ("ttl", "text/turtle"),
        ("turtle", "text/turtle"),
        ("n3", "text/turtle"),
        ("nt", "application/n-triples"),
        ("n-triples", "application/n-triples"),
        ("rdf", "application/rdf+xml"),
        ("xml", "application/rdf+xml"),
        ("rdf+xml", "application/rdf+xml"),
        ("json", "application/ld+json"),
        ("json-ld", "application/ld+json"),
        ("trig", "application/trig"),
        ("nq", "application/n-quads"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/ld json", "application/ld+json"),
    ],
)
def test_a_graph_comes_in_the_format_named(named: str, media_type: str) -> None:
    assert choose(read_accept(CHROME), GRAPHS, named).media_type == media_type


@pytest.mark.parametrize(
    ("accept", "named"),
    [
        ("image/png", ""),
        ("*/*;q=0", ""),
        ("text/turtle", ""),
        ("", "ttl"),
        ("*/*", "bogus"),
        ("", "bogus"),
        ("text/html;q=0, text/csv;q=0.0", ""),
    ],
)
def test_what_nothing_can_carry_is_refused_with_what_there_is(accept: str, named: str) -> None:
    with pytest.raises(NotAcceptable) as caught:
        choose(read_accept(accept), TABLES, named)
    assert str(caught.value.values["types"]).split(", ") == [JSON, XML, CSV, TSV, XLSX, "text/html"]


@pytest.mark.parametrize("parameter", ["format", "output"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_format_may_be_named_in_either_parameter(client: FlaskClient, parameter: str, method: str) -> None:
    given = {"query": "ASK {}", parameter: "xml"}
    where = "query_string" if method == "GET" else "data"
    assert client.open("/sparql", method=method, **{where: given}).mimetype == XML  # type: ignore[arg-type]


def test_a_media_type_may_stand_in_an_address_as_it_is(client: FlaskClient) -> None:
    assert client.get(f"/sparql?query=ASK{{}}&format={XML}").mimetype == XML


@pytest.mark.parametrize("extension", ["json", "xml", "csv", "tsv", "xlsx", "html", "csv-excel"])
@pytest.mark.parametrize("query", ["ASK {}", "SELECT * { ?s a ?o }"])
def test_tables_and_truths_come_in_every_format(client: FlaskClient, extension: str, query: str) -> None:
    response = client.get("/sparql", query_string={"query": query, "format": extension})
    assert response.status_code == 200
    assert response.data
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_truth_fills_one_cell(client: FlaskClient, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("sheet") / "answer.xlsx"
    file.write_bytes(client.get("/sparql?query=ASK{}&format=xlsx").data)
    assert [[cell.value for cell in row] for row in openpyxl.load_workbook(file)["Resultat"]] == [["answer"], [True]]


def test_a_workbook_names_what_its_iris_stand_for(
    client: FlaskClient, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("sheet") / "answer.xlsx"
    query = 'SELECT ?s ?n { ?s <http://www.w3.org/2004/02/skos/core#notation> ?n FILTER (?n = "A1") }'
    file.write_bytes(client.get("/sparql", query_string={"query": query, "format": "xlsx"}).data)
    book = openpyxl.load_workbook(file)
    assert [[cell.value for cell in row] for row in book["Resultat"]] == [
        ["s", "s (navn)", "n"],
        ["https://w3id.org/strategigraf/id/strategy/a1", "Samarbeid om fornybar energi", "A1"],
    ]
    assert {"Spørring", "Fingeravtrykk for grafen", "Lisens", "Hentet"} <= {row[0].value for row in book["Om"].rows}


@pytest.mark.parametrize("asked", [{"format": "csv-excel"}, {"csv": "excel"}, {"csv": "excel", "format": "csv"}])
def test_csv_for_excel_is_to_be_had_and_plain_csv_stays_plain(client: FlaskClient, asked: dict[str, str]) -> None:
    query = 'SELECT ?a ?b ?c { VALUES (?a ?b ?c) { ("=1+1" 0.5 "x;y") } }'
    response = client.get("/sparql", query_string=asked | {"query": query})
    assert response.mimetype == "text/csv"
    assert response.data == '\ufeffa;b;c\r\n\'=1+1;0,5;"x;y"\r\n'.encode()
    assert response.headers["Content-Disposition"].endswith('.csv"')
    plain = client.get("/sparql", query_string={"query": query, "format": "csv"})
    assert plain.data == b"a,b,c\r\n=1+1,0.5,x;y\r\n"
