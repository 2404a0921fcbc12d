from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from flask.testing import FlaskClient


def test_a_derived_link_is_explained_by_rule_and_premises_down_to_the_passage(real: FlaskClient) -> None:
    text = real.get("/why?subject=A1&property=contributesTo&object=sdg:12").text
    assert "<b>Fra delmål til bærekraftsmål</b>" in text
    assert 'href="/page/alignment/a1-sdg-12-2"' in text
    assert 'href="/page/passage/4-a1"' in text
    assert "Det kan utledes på 2 måter." in text


@pytest.mark.parametrize("page", ["/page/strategy/a1", "/page/sdg/12", "/page/focus-area/a?lang=en"])
def test_every_derived_link_of_a_page_leads_to_its_explanation(real: FlaskClient, page: str) -> None:
    text = real.get(page).text
    addresses = [unescape(address) for address in re.findall(r'href="(/why\?[^"]+)"', text)]
    assert addresses
    for address in addresses[:8]:
        told = real.get(address)
        assert told.status_code == 200
        assert re.search("Det følger av regelen|It follows by the rule", told.text)


@pytest.mark.parametrize(
    ("asked", "status", "says"),
    [
        ("subject=A1", 400, "Parameteren property mangler."),
        ("subject=A1&property=contributesTo&object=%20", 400, "Parameteren object mangler."),
        ("subject=A1&property=contributesTo&object=sdg:2", 404, "Grafen sier ikke"),
        ("subject=<b>&property=contributesTo&object=sdg:2", 404, "&lt;b&gt;"),
        ("subject=A1&property=no+such&object=sdg:2", 400, "no such"),
        ("subject=A1&property=contributesTo&object=sdg:2&x=1", 400, "x"),
    ],
)
def test_what_cannot_be_explained_is_told_clearly(real: FlaskClient, asked: str, status: int, says: str) -> None:
    told = real.get(f"/why?{asked}", headers={"Accept": "text/html"})
    assert told.status_code == status
    assert says in told.text


def test_premises_about_terms_are_told_in_words(real: FlaskClient) -> None:
    text = real.get("/why?subject=plan/international-strategy&property=contributesTo&object=sdg:12").text
    told = " ".join(re.sub(r"<[^>]+>", "", text).split())
    assert "er del av er av typen Transitiv egenskap" in told
    assert "hører til satsingsområde er en snevrere form av er del av" in told
    assert not re.search(r"\b(?:rdf|rdfs|owl):\w", told)


def test_the_passage_is_in_sight_where_a_chain_ends(real: FlaskClient) -> None:
    text = real.get("/why?subject=A1&property=contributesTo&object=sdg:12").text
    assert re.search(r'<details class="evidence" open>(?:(?!</details>).)*href="/page/passage/4-a1"', text, re.DOTALL)
