from __future__ import annotations

import itertools
import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from kg_server.ask.labels import Named, Text
from kg_server.ask.neighbours import Neighbour
from kg_server.ask.things import describe
from kg_server.core.namespaces import thing_iri
from kg_server.core.terms import iri
from kg_server.web.around import draw_around
from kg_server.web.identifiers import identifier_of

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from kg_server.engine.embedded import EmbeddedEngine

MOST_BYTES = 200_000
LARGEST = ["plan/international-strategy", "policy/green-deal", "strategy/a1", "sdg/12", "sdg/16", "focus-area/a"]
PARTNER = Named(iri(thing_iri("partner-role/havn")), Text("Havna"))
SUPPORTS = Named(iri("https://w3id.org/strategigraf/ontology#supports"), Text("støtter"))


@pytest.mark.parametrize("path", LARGEST)
def test_the_largest_pages_are_light(real: FlaskClient, path: str) -> None:
    page = real.get(f"/page/{path}")
    assert page.status_code == 200
    assert len(page.data) < MOST_BYTES


def test_the_drawing_leads_to_each_neighbour_and_says_how_it_is_linked(real: FlaskClient) -> None:
    drawing = real.get("/page/strategy/a1").text.partition('<figure class="around">')[2].partition("</figure>")[0]
    links = re.findall(r'<a href="(/page/[^"]+)" aria-label="([^"]+)">', drawing)
    assert len(links) == len(re.findall(r"<path class=\"line", drawing)) == 12
    assert len({address for address, _ in links}) == 12
    assert any(address == "/page/sdg/12.5" and words.startswith("bidrar til: 12.5 ") for address, words in links)
    assert {real.get(address).status_code for address, _ in links} == {200}


def test_boxes_stand_on_the_side_of_their_direction_and_clear_of_each_other(web_engine: EmbeddedEngine) -> None:
    thing = describe(web_engine, thing_iri("strategy/a1"))
    drawn = draw_around(thing, [Neighbour(PARTNER, SUPPORTS, comes_here=here) for here in (True, True, True, False)])
    assert drawn is not None
    left, right = ([arm.box for arm in drawn.arms if arm.neighbour.comes_here is here] for here in (True, False))
    assert all(box.x + box.width < drawn.middle.x for box in left)
    assert all(box.x > drawn.middle.x + drawn.middle.width for box in right)
    assert all(one.y + one.height < other.y for one, other in itertools.pairwise(left))
    assert max(box.x + box.width for box in right) <= drawn.width
    assert left[-1].y + left[-1].height <= drawn.height
    assert draw_around(thing, []) is None


@pytest.mark.parametrize(
    ("term", "address"),
    [
        ("https://sws.geonames.org/3099424/", "https://www.geonames.org/3099424"),
        ("https://ror.org/03x297z98", "https://ror.org/03x297z98"),
        (thing_iri("identifier/orgnr-970546200"), "https://virksomhet.brreg.no/nb/oppslag/enheter/970546200"),
        (
            "http://publications.europa.eu/resource/celex/32023R1542",
            "https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:32023R1542",
        ),
        ("http://data.europa.eu/eli/reg/2023/1542/oj", "http://data.europa.eu/eli/reg/2023/1542/oj"),
        ("https://example.org/Q1", None),
        ("http://www.wikidata.org/entity/Q1\n", None),
    ],
)
def test_an_identifier_leads_to_the_page_of_its_register(term: str, address: str | None) -> None:
    found = identifier_of(iri(term))
    assert (found.address if found else None) == address


def test_every_identifier_of_an_act_stands_once(real: FlaskClient) -> None:
    text = real.get("/page/policy/batteries").text
    told = re.findall(r"<dt>(CELEX|ELI)</dt><dd><a href=\"[^\"]+\">([^<]+)</a>", text)
    assert told == [("CELEX", "32023R1542"), ("ELI", "reg/2023/1542/oj")]
    assert text.count("32023R1542</a>") == 1


def test_evidence_and_passages_lead_to_their_place_in_the_strategy(real: FlaskClient) -> None:
    for path in ("strategy/a1", "passage/4-a1", "alignment/a1-sdg-12-2"):
        assert 'href="/plan#4-a1"' in real.get(f"/page/{path}").text


def test_a_judged_link_is_told_in_one_place(real: FlaskClient) -> None:
    text = real.get("/page/alignment/a1-sdg-12-2").text
    assert text.count("Ansvarlig forbruk og produksjon, som strategien nevner") == 1
    told = text.partition('id="judged"')[2].partition("</section>")[0]
    for part in ('href="/page/strategy/a1"', "bidrar til", 'href="/page/sdg/12.2"', "sterk (0,85)", "utkast", "2026"):
        assert part in told


@pytest.mark.parametrize(("path", "marks"), [("city/gdynia", 2), ("city/mombasa", 2), ("city/kristiansand", 1)])
def test_a_place_is_marked_on_one_map(mapped: FlaskClient, path: str, marks: int) -> None:
    text = mapped.get(f"/page/{path}").text
    assert text.count('<svg class="map"') == 1
    assert text.count("<g transform=") == marks


def test_what_is_no_place_has_no_map(mapped: FlaskClient) -> None:
    assert '<svg class="map"' not in mapped.get("/page/strategy/a1").text


def test_a_question_of_places_has_its_answer_on_maps(mapped: FlaskClient) -> None:
    text = mapped.get("/questions/cities-on-the-map").text
    before = text.partition("<table")[0]
    assert before.count('<svg class="map"') == 2
    marked = re.findall(r'<a href="(/page/city/[^"]+)">\s*<g ', before)
    assert {"/page/city/gdynia", "/page/city/mombasa", "/page/city/kristiansand"} <= set(marked)
    assert len(marked) == len(set(marked))


def test_quotation_marks_in_a_title_are_inner_ones_in_its_citation(mapped: FlaskClient) -> None:
    told = unescape(mapped.get("/page/alignment/a1-green-deal-circular?lang=nb").text)
    assert "<h1>A1 støtter «Sirkulære løsninger»" in told
    assert "Strategigraf: «A1 støtter \u2018Sirkulære løsninger\u2019»." in told


def test_the_goals_of_a_judgement_stand_in_the_order_of_their_numbers(mapped: FlaskClient) -> None:
    text = mapped.get("/page/alignment/a1-none-1?lang=nb").text
    told = text.partition("Vurderingen")[2].partition("Tekststeder")[0]
    assert re.findall(r'href="[^"]*/sdg/(\d+)', told) == ["1", "2", "3", "5", "10", "16"]


def test_a_page_tells_how_to_cite_it_with_build_and_licence(client: FlaskClient) -> None:
    text = client.get("/page/strategy/a2?lang=en", headers={"Accept": "text/html"}).text
    told = unescape(text.partition('id="citing"')[2].partition("</section>")[0])
    assert "Strategigraf: «A2 Bare på norsk <b>&». Graph built November 23, 2026" in told
    assert "http://localhost/page/strategy/a2?lang=en" in told
    assert "title = {{A2 Bare på norsk <b>\\&}}," in told
    assert "@misc{strategigraf-strategy-a2," in told
    assert "year = {{2026}}," in told


def test_imported_statements_name_the_licence_of_their_source(real: FlaskClient) -> None:
    told = real.get("/page/identifier/orgnr-970546200?lang=en").text.partition('id="citing"')[2]
    assert re.search(r'licenses/by/4.0/">CC BY 4.0</a> \(<a href="/graph/organisations', told)
    assert re.search(r'publicdomain/zero/1.0/">CC0 1.0</a> \(<a href="/page/source/ror', told)


def test_the_same_thing_is_linked_as_data_in_every_format(real: FlaskClient) -> None:
    text = real.get("/page/strategy/a1").text
    for extension in ("ttl", "jsonld", "csv"):
        assert text.count(f'href="/data/strategy/a1.{extension}"') == 2
    assert 'format=csv"' not in real.get("/graph/strategy").text


def test_links_stand_in_the_order_of_their_numbers(real: FlaskClient) -> None:
    told = real.get("/page/strategy/a1").text.partition('id="out"')[2].partition("</section>")[0]
    numbers = re.findall(r'<dd><a href="/page/sdg/(\d+)">', told.partition("bidrar til")[0])
    assert numbers == sorted(numbers, key=int)
    assert len(numbers) > 5


def test_what_was_assessed_without_a_link_comes_after_the_links(real: FlaskClient) -> None:
    text = real.get("/page/sdg/12").text
    assert text.index('id="in"') < text.index('id="without-to"')


def test_a_passage_tells_which_judged_links_rest_on_it(real: FlaskClient) -> None:
    text = real.get("/page/passage/4-a1").text
    told = text.partition('id="on"')[2].partition("</section>")[0]
    assert re.search(
        r'/page/policy/ceap">[^<]+</a>\s*<span class="property">bidrar til</span>\s*<a href="/page/sdg/12.5"', told
    )
    assert "alignment/" not in text.partition('id="in"')[2].partition("</section>")[0]


def test_a_thing_with_very_many_links_leads_to_all_of_them(real: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg_server.ask.links.MOST_LINKS", 2)
    monkeypatch.setattr("kg_server.ask.things.MOST_ALIGNMENTS", 2)
    text = real.get("/page/sdg/12?lang=en").text
    assert re.search("The page tells of the 2 surest of [1-9][0-9] judgements", text)
    for address in re.findall(r'<a href="(/sparql[^"]+)">Show all</a>', text):
        rows = real.get(unescape(address), headers={"Accept": "text/csv"}).text.splitlines()[1:]
        assert len(rows) > 2
    assert "Showing 2 of" in text


def test_numbers_stand_as_the_reader_writes_them(real: FlaskClient) -> None:
    assert "54,51889" in real.get("/page/city/gdynia").text
    assert "54.51889" in real.get("/page/city/gdynia?lang=en").text


def test_a_question_as_a_thing_leads_to_where_it_is_asked(real: FlaskClient) -> None:
    assert '<a href="/questions/answers-to-sdg">Still spørsmålet</a>' in real.get("/page/question/answers-to-sdg").text
    assert "Still spørsmålet" not in real.get("/page/strategy/a1").text
