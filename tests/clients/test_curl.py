"""What browsers, spreadsheets and statistics programs say they accept, sent by curl, and what they get."""

from __future__ import annotations

import json
import subprocess
from typing import NamedTuple

import pytest

from tests.serving import PATIENCE_SECONDS

SELECT = "SELECT ?l { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?l FILTER(LANG(?l) = 'en') } ORDER BY ?l"
CONSTRUCT = "CONSTRUCT WHERE { ?s a ?t }"
BROWSERS = {
    "Chrome": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7",
    "Firefox": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Firefox before 128": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
}
JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PROGRAMS = [
    ("curl", "*/*", {JSON}),
    ("pandas.read_csv and read.csv", "", {JSON}),
    ("pandas with storage_options", "text/csv", {"text/csv"}),
    ("Power Query, Web.Contents", "*/*", {JSON}),
    ("Power Query with a header for Csv.Document", "text/csv", {"text/csv"}),
    ("Excel", XLSX, {XLSX}),
    ("httr in R", "application/json, text/xml, application/xml, */*", {JSON, XML}),
    ("SPARQL in R", XML, {XML}),
    ("axios", "application/json, text/plain, */*", {JSON}),
    ("RDF4J", f"{XML};q=0.8, {JSON};q=0.8, text/tab-separated-values;q=0.8, text/csv", {"text/csv"}),
    ("Jena", f"{JSON}, {XML};q=0.9, text/tab-separated-values;q=0.7, text/csv;q=0.5, */*;q=0.1", {JSON}),
]
CSV = "l\r\nGothenburg\r\nOslo\r\n"


class Got(NamedTuple):
    """What curl tells of an answer."""

    status: int
    media_type: str
    body: bytes


def run(curl: str, address: str, *options: str) -> Got:
    told = "%{stderr}%{http_code} %{content_type}"
    command = [curl, "--silent", "--max-time", str(PATIENCE_SECONDS), "--write-out", told, *options, address]
    done = subprocess.run(command, capture_output=True, timeout=2 * PATIENCE_SECONDS, check=True)
    status, _, media_type = done.stderr.decode().partition(" ")
    return Got(int(status), media_type.partition(";")[0], done.stdout)


def ask(curl: str, endpoint: str, accept: str, query: str, *options: str) -> Got:
    return run(curl, endpoint, "--get", "--data-urlencode", f"query={query}", "--header", f"Accept: {accept}", *options)


@pytest.mark.parametrize("query", [SELECT, "ASK {}", CONSTRUCT])
@pytest.mark.parametrize("browser", BROWSERS)
def test_a_browser_gets_a_page(curl: str, endpoint: str, browser: str, query: str) -> None:
    got = ask(curl, endpoint, BROWSERS[browser], query)
    assert (got.status, got.media_type) == (200, "text/html")
    assert got.body.startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize("browser", BROWSERS)
def test_a_browser_gets_errors_as_pages(curl: str, endpoint: str, browser: str) -> None:
    got = ask(curl, endpoint, BROWSERS[browser], "SELECT")
    assert (got.status, got.media_type) == (400, "text/html")


@pytest.mark.parametrize(("program", "accept", "expected"), PROGRAMS, ids=[name for name, _, _ in PROGRAMS])
def test_a_program_gets_data(curl: str, endpoint: str, program: str, accept: str, expected: set[str]) -> None:
    got = ask(curl, endpoint, accept, SELECT)
    assert got.status == 200, program
    assert got.media_type in expected
    assert b"Gothenburg" in got.body or got.media_type == XLSX


def test_a_table_comes_as_csv_to_those_who_cannot_set_headers(curl: str, endpoint: str) -> None:
    got = ask(curl, endpoint, "", SELECT, "--data-urlencode", "format=csv")
    assert (got.status, got.media_type, got.body.decode()) == (200, "text/csv", CSV)


def test_a_form_may_be_posted(curl: str, endpoint: str) -> None:
    got = run(curl, endpoint, "--data-urlencode", f"query={SELECT}", "--header", "Accept: text/csv")
    assert (got.status, got.body.decode()) == (200, CSV)


def test_a_query_may_be_posted_as_it_is(curl: str, endpoint: str) -> None:
    kind = "Content-Type: application/sparql-query"
    got = run(curl, endpoint, "--data-binary", SELECT, "--header", kind, "--header", f"Accept: {JSON}")
    assert got.status == 200
    rows = json.loads(got.body)["results"]["bindings"]
    assert [row["l"] for row in rows] == [
        {"type": "literal", "value": name, "xml:lang": "en"} for name in ("Gothenburg", "Oslo")
    ]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/turtle", "text/turtle"),
        ("application/n-triples", "application/n-triples"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/ld+json", "application/ld+json"),
        ("application/trig", "application/trig"),
        ("application/n-quads", "application/n-quads"),
        ("text/turtle;q=0.5, application/ld+json", "application/ld+json"),
        ("text/turtle;q=0, */*", None),
    ],
)
def test_a_graph_comes_as_what_is_accepted(curl: str, endpoint: str, accept: str, expected: str | None) -> None:
    got = ask(curl, endpoint, accept, CONSTRUCT)
    assert got.status == 200
    assert got.media_type == expected if expected else got.media_type != "text/turtle"
    assert b"gothenburg" in got.body
