from __future__ import annotations

import csv
import html
import io
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import openpyxl
import pytest
import rdflib

from tests.web.test_pages import BROWSER, Outline, broken_links, read

if TYPE_CHECKING:
    from flask.testing import FlaskClient

MOST_HTML = 200_000
ADDRESSES = [
    "/trace",
    "/trace?from=A1&to=policy/ppwr",
    "/trace?from=strategy&to=eu-policy&via=target",
    "/trace?from=strategy&to=partner&longest=6",
    "/trace?from=policy/green-deal&to=partner&via=strategy",
    "/trace?from=B3&to=eu-policy&longest=1",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("language", ["nb", "en"])
def test_every_view_is_well_formed_light_and_led_by_links_that_work(
    real: FlaskClient, address: str, language: str
) -> None:
    text = read(real, address + ("&" if "?" in address else "?") + f"lang={language}")
    page = Outline(text)
    assert len(text.encode()) < MOST_HTML
    assert page.all("html")[0]["lang"] == language
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert not any("style" in attributes for _, attributes in page.tags)
    assert broken_links(real, page) == []


def test_a_path_is_told_with_all_it_rests_on(real: FlaskClient) -> None:
    page = read(real, "/trace?from=A1&to=policy/ppwr&longest=2&lang=en")
    for part in (
        "1 path<",
        "Weakest link: 0.8",
        "weakest link</span>",
        "clear (0.8)",
        "Circular solutions are reuse",
        "/page/passage/4-a1",
        '<path d="M',
    ):
        assert part in page


def test_the_weakest_link_is_the_one_marked(real: FlaskClient) -> None:
    page = read(real, "/trace?from=A1&to=policy/ppwr&longest=2&lang=en")
    marked = re.findall(r'<li class="step weakest">.*?</li>', page, re.DOTALL)
    assert len(marked) == 1
    assert "Less waste, more reuse and recycling" in marked[0]
    assert "strategy/a1" in marked[0]


def test_the_sparql_behind_it_runs(real: FlaskClient) -> None:
    page = read(real, "/trace?from=A1&to=policy/ppwr&longest=2")
    (address,) = re.findall(r'href="(/sparql\?query=[^"]+)"', page)
    answer = real.get(html.unescape(address), headers={"Accept": "application/sparql-results+json"})
    (row,) = answer.get_json()["results"]["bindings"]
    assert (row["weakest"]["value"], row["thing1"]["value"]) == ("0.8", "http://metadata.un.org/sdg/12.5")


def test_a_page_that_is_cut_says_so_and_the_files_hold_more(real: FlaskClient) -> None:
    page = read(real, "/trace?from=A1&to=eu-policy&lang=en")
    assert "there are more" in page
    assert "20 paths" in page
    told = real.get("/api/trace?from=A1&to=eu-policy").get_json()
    assert (len(told["paths"]), told["more"], told["gave_up"]) == (151, False, False)
    cut = real.get("/api/trace?from=A1&to=eu-policy&most=3").get_json()
    assert (len(cut["paths"]), cut["more"]) == (3, True)


def test_the_api_tells_paths_with_their_grounds(real: FlaskClient) -> None:
    told = real.get("/api/trace?from=A1&to=policy/ppwr&longest=2&lang=en").get_json()
    (path,) = told["paths"]
    first = path["steps"][0]
    assert (path["weakest"], first["is_weakest"], first["is_forward"]) == (0.8, True, True)
    assert first["tie"]["grounds"]["passages"][0]["slug"] == "4-a1"
    assert first["tie"]["grounds"]["rationale"]["language"] == "en"
    assert told["queries"][0].startswith("PREFIX")


def test_files_hold_every_step(real: FlaskClient) -> None:
    address = "/trace?from=A1&to=policy/ppwr&longest=2&lang=en&format="
    rows = list(csv.DictReader(io.StringIO(real.get(address + "csv").text)))
    assert [(row["Path"], row["Step"], row["Confidence"], row["Is the weakest"]) for row in rows] == [
        ("1", "1", "0.8", "yes"),
        ("1", "2", "0.85", "no"),
    ]
    assert rows[0]["From"].startswith("A1 ")
    assert rows[0]["To"].startswith("12.5 ")
    book = openpyxl.load_workbook(io.BytesIO(real.get(address + "xlsx").data))
    assert [cell.value for cell in book.worksheets[0][2]][:3] == [1, 1, 0.8]


def test_the_drawing_is_a_file_of_its_own(real: FlaskClient) -> None:
    drawn = ET.fromstring(real.get("/trace?from=A1&to=policy/ppwr&format=svg&lang=en").data)
    names = {title.text for title in drawn.iter("{http://www.w3.org/2000/svg}title")}
    assert "12.5 Less waste, more reuse and recycling" in names
    assert "International cooperation" in str(drawn[0].text)
    assert real.get("/trace").headers["X-Build-Digest"] in str(drawn[1].text)
    assert len(list(drawn.iter("{http://www.w3.org/2000/svg}path"))) == 4


def test_turtle_holds_the_links_and_their_alignments(real: FlaskClient) -> None:
    response = real.get("/trace?from=A1&to=policy/ppwr&longest=2&format=ttl")
    graph = rdflib.Graph().parse(data=response.data, format="turtle")
    sg = rdflib.Namespace("https://w3id.org/strategigraf/ontology#")
    target = rdflib.URIRef("http://metadata.un.org/sdg/12.5")
    a1 = rdflib.URIRef("https://w3id.org/strategigraf/id/strategy/a1")
    assert (a1, sg.contributesTo, target) in graph
    assert len(set(graph.subjects(sg.rationale, None))) == 2


def test_where_there_is_no_path_the_page_leads_on(real: FlaskClient) -> None:
    short = real.get("/trace?from=city/gdynia&to=sdg:14&longest=1&lang=en").text
    assert 'href="/trace?from=city%2Fgdynia&amp;to=sdg%3A14&amp;longest=6&amp;lang=en"' in short
    same = real.get("/trace?from=A1&to=strategy/a1&lang=en").text
    assert "Both ends are the same thing." in same
    assert "longest=6" not in same


def test_no_path_is_an_answer_too(real: FlaskClient) -> None:
    address = "/trace?from=B3&to=eu-policy&longest=1"
    assert "Det finnes ingen slik vei" in read(real, address)
    assert real.get("/api/trace?from=B3&to=eu-policy&longest=1").get_json()["paths"] == []
    for extension in ("csv", "xlsx", "svg", "ttl"):
        assert real.get(f"{address}&format={extension}").status_code == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/trace?from=A1&to=Atlantis", 404),
        ("/trace?from=<script>&to=A1", 404),
        ("/trace?from=A1&to=strategy&via=banana", 400),
        ("/trace?from=A1&to=strategy&longest=7", 400),
        ("/trace?from=A1&to=strategy&longest=²", 400),
        ("/trace?from=A1&to=strategy&longest=-1", 400),
        ("/api/trace?from=A1", 400),
        ("/trace?from=A1&format=csv", 400),
        ("/api/trace?from=A1&to=strategy&format=nothing", 406),
    ],
)
def test_what_leads_nowhere_is_refused_in_words(real: FlaskClient, address: str, status: int) -> None:
    response = real.get(address, headers=BROWSER if "api" not in address else {})
    assert (response.status_code, "<script>" in response.text) == (status, False)


def test_open_data_may_be_asked_from_any_site(real: FlaskClient) -> None:
    response = real.get("/api/trace?from=A1&to=sdg:12")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.mimetype == "application/json"


def test_kinds_are_named_and_understood_in_the_language_of_the_reader(real: FlaskClient) -> None:
    page = read(real, "/trace?from=strategy&to=eu-policy&via=target&lang=nb")
    assert 'name="from" value="Strategi"' in page
    assert '<option value="EU-politikk">alle av typen EU-politikk</option>' in page
    assert '<option value="target" selected>Delmål</option>' in page
    assert "strategy, target" not in page
    told = [
        real.get(f"/api/trace?from={start}&to={goal}").get_json()
        for start, goal in (("strategy", "partner"), ("strategi", "Partner"))
    ]
    assert told[0]["paths"] == told[1]["paths"]
