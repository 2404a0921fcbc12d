from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from kg_server.build.pipeline import build
from kg_server.connect.documents import read_document
from kg_server.connect.wording import add_wording
from kg_server.core.settings import read_settings
from kg_server.engine.opening import open_engine
from kg_server.web.app import create_app
from tests.reference import ROOT, TEXT, needs_reference

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

MOST_BYTES = 175_000


@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_contents_lead_to_the_sections(real: FlaskClient, language: str) -> None:
    page = real.get(f"/plan?lang={language}")
    assert page.status_code == 200
    assert len(page.data) < MOST_BYTES
    marks = set(re.findall(r'id="([^"]+)"', page.text))
    assert len(set(re.findall(r'href="#([^"]+)"', page.text)) & marks) > 12
    assert set(re.findall(r'href="#([^"]+)"', page.text)) <= marks


def test_a_passage_has_its_place_with_links_to_what_rests_on_it(real: FlaskClient) -> None:
    place = real.get("/plan").text.partition('id="4-a1"')[2].partition("</details>")[0]
    assert 'href="/page/strategy/a1"' in place
    assert re.search(r'href="/page/alignment/a1-sdg-12-5">\s*12.5</a> \(0,8\)', place)
    assert "vurderte koblinger bygger på dette" in place


@needs_reference
def test_with_the_wording_loaded_the_text_itself_stands_at_its_place(tmp_path: Path) -> None:
    settings = read_settings(project_dir=ROOT, store_dir=tmp_path / "build", local_dir=tmp_path / "local")
    add_wording(read_document(TEXT), settings)
    build(settings)
    text = " ".join(TEXT.read_text(encoding="utf-8").split())
    with open_engine(settings) as engine:
        client = create_app(settings, engine).test_client()
        page, alignment = client.get("/plan?lang=en"), client.get("/page/alignment/a1-sdg-12-5?lang=en")
        beside = client.get("/plan?lang=nb")
    assert len(page.data) < MOST_BYTES
    read = re.findall(r'<p class="words" lang="nb">(.*?)</p>', page.text)
    shown = [unescape(re.sub(r"<sup>.*?</sup>|<[^>]+>", "", words)) for words in read]
    assert [words for words in shown if words not in text] == []
    assert len(" ".join(shown)) > 0.95 * len(text)
    marked = dict(re.findall(r'<mark id="([^"]+)">(.*?)</mark>', page.text))
    table = (ROOT / "data/strategy/passages.csv").read_text(encoding="utf-8")
    assert len(marked) == len(table.splitlines()) - 1
    for slug in marked:
        number = re.findall(rf'<div id="n(\d+)">\n<p><a href="#{slug}">', page.text)
        assert f'<sup><a href="#n{number[0]}">{number[0]}</a></sup>' in page.text
    assert "/plan?lang=en#4-a1" in alignment.text
    assert page.text.count("Build cooperation with other countries") == 1
    assert "Bygge opp samarbeid med andre land" not in beside.text


def test_a_thing_told_at_several_places_is_summed_up_at_the_first(real: FlaskClient) -> None:
    text = real.get("/plan?lang=en").text
    things = re.findall(r'<a href="/page/strength/international-population[^>]*>(?:[^<]|<(?!li|/ul))*</a>(<p>)?', text)
    assert len(things) > 2
    assert [bool(summary) for summary in things] == [True, *[False] * (len(things) - 1)]


def test_links_are_told_by_relation_what_stands_at_the_place_first_and_denials_last(real: FlaskClient) -> None:
    place = real.get("/plan?lang=en").text.partition('id="4-a1"')[2].partition("</details>")[0]
    relations = re.findall(r"<dt>(.*)\n<dd>(?:<[^>]*>)?(\w+)", place)
    assert relations[0] == ("contributes to", "A1")
    assert [name for name, _ in relations][-1] == "makes no contribution to"
    assert len({name for name, _ in relations}) == len(relations)


def test_numbers_stand_in_their_order(real: FlaskClient) -> None:
    place = real.get("/plan").text.partition('id="4-a1"')[2].partition("</details>")[0]
    assert ">1, 2, 3, 5, 10, 16</a>" in place
