from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from kg_server.core.checks import read_checks
from kg_server.web.terms import _EDGES
from tests.web.test_pages import BROWSER, Outline, read

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from kg_server.core.settings import Settings


@pytest.mark.parametrize("language", ["nb", "en"])
def test_every_term_has_a_page_under_its_name(real: FlaskClient, language: str) -> None:
    page = Outline(read(real, f"/ontology?lang={language}"))
    locals_ = [str(item["id"]) for item in page.all("div") if item.get("id")]
    assert len(locals_) > 100
    wrong = [
        name
        for name in locals_
        if len(Outline(read(real, f"/ontology/{name}?lang={language}")).all("h1")) != 1
        or len(read(real, f"/ontology/{name}?lang={language}")) > 200_000
    ]
    assert wrong == []


def test_the_page_of_a_class_tells_its_place_its_rules_and_examples(real: FlaskClient, real_build: Settings) -> None:
    text = read(real, "/ontology/EUPolicy?lang=en")
    assert "More general</dt><dd><a" in text
    assert "/ontology/PolicyInstrument?lang=en" in text
    checked = read_checks(real_build.store / "current")
    assert checked
    own = [rule for rule in checked.checks.rules if any(one.endswith("#EUPolicy") for one in rule.classes)]
    general = [rule for rule in checked.checks.rules if any(one.endswith("#PolicyInstrument") for one in rule.classes)]
    assert own
    assert general
    assert [rule.rule for rule in (*own, *general) if f"<code>{rule.rule}</code>" not in text] == []
    assert len(re.findall(r'<li><a href="/page/policy/', text)) == 5


def test_the_page_of_a_property_tells_its_ends_and_statements(real: FlaskClient) -> None:
    text = read(real, "/ontology/inFocusArea?lang=nb")
    assert "Går fra</dt><dd>" in text
    assert re.search(r"Brukt \d+ ganger, for eksempel:", text)
    assert "/page/focus-area/a" in text


def test_every_link_of_the_diagram_is_in_the_graph(real: FlaskClient) -> None:
    text = read(real, "/ontology?lang=en")
    assert text.count('marker-end="url(#tip)"') == len(_EDGES)
    drawing = text.partition("<svg")[2].partition("</svg>")[0]
    links = set(re.findall(r'<a href="([^"]+)"', drawing))
    assert {"/ontology/Strategy?lang=en", "/ontology/Passage?lang=en"} <= links
    assert [link for link in links if real.get(link.replace("&amp;", "&"), headers=BROWSER).status_code != 200] == []


def test_a_term_is_data_for_programs(real: FlaskClient) -> None:
    response = real.get("/ontology/Strategy", headers={"Accept": "text/turtle"})
    assert response.mimetype == "text/turtle"
    assert "sg:Strategy" in response.text
    assert real.get("/ontology", headers={"Accept": "text/turtle"}).text.count("owl:Class") > 30


def test_a_term_that_is_not_there_leads_to_those_that_are_alike(real: FlaskClient) -> None:
    response = real.get("/ontology/Strategi?lang=en", headers=BROWSER)
    assert response.status_code == 404
    assert '<h2 id="near">Did you mean one of these?</h2>' in response.text
