from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from kg_server.ask.labels import AT_ONCE
from kg_server.core.namespaces import PREFIXES
from tests.serving import ROOT, fetch, serving

if TYPE_CHECKING:
    from flask.testing import FlaskClient

EX = "http://example.org/"
SG = "https://w3id.org/strategigraf/ontology#"
SDG = "http://metadata.un.org/sdg/"
TOWNS = ROOT / "tests" / "clients" / "towns.trig"
BROWSER = {"Accept": "text/html"}


@pytest.fixture
def vocabulary(real: FlaskClient) -> Any:
    response = real.get("/api/vocabulary?lang=nb")
    assert (response.status_code, response.mimetype) == (200, "application/json")
    return response.json


def named(vocabulary: Any, rows: list[list[int]]) -> set[tuple[str, ...]]:
    terms = vocabulary["terms"]
    return {tuple(terms[place]["iri"] for place in row[:-1]) for row in rows}


def test_the_vocabulary_holds_what_the_graph_holds(real: FlaskClient, vocabulary: Any) -> None:
    for kind, pattern in (("classes", "?s a ?term"), ("properties", "?s ?term ?o")):
        query = f"SELECT ?term (COUNT(*) AS ?n) {{ {pattern} }} GROUP BY ?term"
        rows = real.get("/sparql", query_string={"query": query, "format": "json"}).json["results"]["bindings"]  # type: ignore[index]
        told = {vocabulary["terms"][place]["iri"]: count for place, count in vocabulary[kind]}
        assert told == {row["term"]["value"]: int(row["n"]["value"]) for row in rows}


def test_the_vocabulary_tells_which_properties_a_class_has_and_where_they_lead(vocabulary: Any) -> None:
    of, leads = named(vocabulary, vocabulary["of"]), named(vocabulary, vocabulary["leads"])
    assert (f"{SG}Strategy", f"{SG}contributesTo") in of
    assert (f"{SG}Strategy", f"{SG}celex") not in of
    assert (f"{SG}contributesTo", f"{SDG}ontology#Target") in leads
    assert (f"{SG}contributesTo", f"{SG}Strategy") not in leads


def test_terms_are_called_by_their_labels_in_both_languages_and_defined_in_the_readers(
    real: FlaskClient, vocabulary: Any
) -> None:
    found = {term["iri"]: term for term in vocabulary["terms"]}[f"{SG}contributesTo"]
    assert found["label"] == {"nb": "bidrar til", "en": "contributes to"}
    english: Any = real.get("/api/vocabulary?lang=en").json
    other = {term["iri"]: term for term in english["terms"]}[f"{SG}contributesTo"]
    assert found["definition"] != other["definition"]
    assert vocabulary["prefixes"]["sg"] == SG


def test_terms_of_rdf_itself_have_names_too(vocabulary: Any) -> None:
    names = {term["iri"]: term.get("label") for term in vocabulary["terms"]}
    assert names[PREFIXES["rdfs"] + "label"] == {"nb": "navn", "en": "name"}
    assert names[PREFIXES["rdf"] + "type"] == {"nb": "er av typen", "en": "is of type"}


def test_the_vocabulary_is_small_and_sent_once(real: FlaskClient) -> None:
    response = real.get("/api/vocabulary", headers={"Accept-Encoding": "gzip"})
    again = real.get("/api/vocabulary", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    assert len(response.data) < 150_000


def test_things_are_named_in_the_readers_language(real: FlaskClient) -> None:
    asked = {"iri": [f"{SDG}12", f"{SDG}nothing", "no iri"]}
    norwegian: Any = real.post("/api/labels?lang=nb", data=asked).json
    assert norwegian == {
        f"{SDG}12": {
            "code": "12",
            "label": "Ansvarlig forbruk og produksjon",
            "language": "nb",
            "page": "/page/sdg/12?lang=nb",
            "short": "sdg:12",
        },
        f"{SDG}nothing": {"page": norwegian[f"{SDG}nothing"]["page"], "short": "sdg:nothing"},
    }


@pytest.mark.parametrize("asked", [[], [f"{SDG}{number}" for number in range(AT_ONCE + 1)]])
def test_too_few_or_too_many_things_are_refused(real: FlaskClient, asked: list[str]) -> None:
    response = real.post("/api/labels", data={"iri": asked})
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")


def test_the_words_of_the_editor_stand_on_the_page_in_its_language_and_are_no_markup(real: FlaskClient) -> None:
    page = real.get("/sparql?lang=nb", headers=BROWSER).text
    assert '"cancel": "Avbryt"' in page
    assert '"cancel": "Cancel"' in real.get("/sparql?lang=en", headers=BROWSER).text


def test_the_page_offers_questions_that_run(real: FlaskClient) -> None:
    page = real.get("/sparql?lang=en", headers=BROWSER).text
    offered = page.partition('id="examples"')[2].partition("</ul>")[0].split('href="')[1:]
    assert len(offered) == 5
    for address in offered:
        answer = real.get(address.partition('"')[0].replace("&amp;", "&"), headers=BROWSER)
        assert "<tbody>" in answer.text


def test_files_of_others_have_their_own_vocabulary_and_names() -> None:
    with serving("--data", TOWNS) as address:
        told = json.loads(fetch(f"{address}api/vocabulary").text)
        assert f"{EX}Town" in {told["terms"][place]["iri"] for place, _ in told["classes"]}
        body = urlencode({"iri": f"{EX}oslo"}).encode()
        assert json.loads(fetch(f"{address}api/labels", method="POST", body=body).text)[f"{EX}oslo"]["label"] == "Oslo"
        assert fetch(f"{address}sparql", BROWSER).status == 200
