from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest

from kg_server.ask.finding import MOST_LETTERS
from kg_server.web.app import create_app

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from kg_server.core.settings import Settings
    from kg_server.engine.embedded import EmbeddedEngine

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
SIGNS = ('"', "*", "NEAR(a b)", "a AND", "{label}:a", "<b>klima</b>", "' OR 1=1 --", "\x00", "🌍", "%", "æøå", "a%2Fb")


def see(client: FlaskClient, **arguments: str | int) -> str:
    response = client.get("/search", query_string=arguments, headers=BROWSER)
    assert (response.status_code, response.mimetype) == (200, "text/html")
    return response.text


def ask(client: FlaskClient, **arguments: str | int) -> Any:
    response = client.get("/api/search", query_string=arguments)
    assert (response.status_code, response.mimetype) == (200, "application/json")
    return response.json


def refusal(response: TestResponse) -> Any:
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")
    return response.json


# The page


def test_results_stand_by_kind_with_the_words_marked(real: FlaskClient) -> None:
    text = see(real, q="klima")
    assert "<h3>EU-politikk</h3>" in text
    assert "Europeisk <mark>klimalov</mark>" in text
    assert '<span class="quiet">Beskrivelse:</span>' in text
    assert 'href="/search?q=klima&amp;kind=sg%3AAlignment"' in text


def test_what_goes_by_the_number_stands_first_in_a_place_of_its_own(real: FlaskClient) -> None:
    text = see(real, q="A1", lang="en")
    exact = text.index("Goes by that very name or number")
    assert exact < text.index('href="/page/strategy/a1?lang=en"') < text.index('href="/page/alignment/')


def test_words_in_the_other_language_are_marked_as_such(real: FlaskClient) -> None:
    text = see(real, q="waste")
    assert "Navn på engelsk:" in text
    assert '<span lang="en">Less <mark>waste</mark>, more reuse and recycling</span>' in text


def test_one_kind_is_listed_page_by_page(real: FlaskClient) -> None:
    first, second = (see(real, q="bærekraft", kind="sg:Alignment", page=number) for number in (1, 2))
    assert 'aria-current="true">Kobling</a>' in first
    assert 'rel="next"' in first
    assert 'rel="prev"' in second
    assert first.count("<li>\n    <a href=") == 20
    assert "/page/policy/" not in first


def test_a_misspelt_word_is_told_of(real: FlaskClient) -> None:
    text = see(real, q="Gdynai")
    assert "Ingenting har «Gdynai». Her er det som har «Gdynia»." in text
    assert 'href="/page/city/gdynia"' in text


def test_where_nothing_is_found_there_are_ways_on(real: FlaskClient) -> None:
    text = see(real, q="Atlantis")
    assert "Ingen treff" in text
    assert 'value="Atlantis"' in text
    assert 'href="/questions"' in text


def test_a_question_leads_to_its_answer(real: FlaskClient) -> None:
    assert 'href="/questions/twin-towns"' in see(real, q="byer", kind="sg:Question")


def test_without_words_the_page_tells_what_is_searched(real: FlaskClient) -> None:
    assert "Det søkes i navn, numre, beskrivelser og begrunnelser" in see(real)


@pytest.mark.parametrize("words", SIGNS)
def test_signs_are_harmless(real: FlaskClient, words: str) -> None:
    text = see(real, q=words)
    assert "<b>klima" not in text
    assert "\0" not in text
    assert ask(real, q=words)["total"] >= 0


def test_markup_in_labels_stays_text(client: FlaskClient) -> None:
    assert "<mark>norsk</mark> &lt;b&gt;&amp;" in see(client, q="norsk")


@pytest.mark.parametrize("address", ["/search", "/api/search"])
@pytest.mark.parametrize("words", ["a" * (MOST_LETTERS + 1), "x" * 10_000, " ".join(f"w{n}" for n in range(40))])
def test_what_is_too_long_is_refused(real: FlaskClient, address: str, words: str) -> None:
    assert "Et søk kan ha høyst" in refusal(real.get(address, query_string={"q": words}))["detail"]


# The API


def test_a_result_tells_what_it_is_and_why_it_was_found(real: FlaskClient) -> None:
    answer = ask(real, q="970 546 200", lang="en")
    first = answer["results"][0]
    assert first == {
        "iri": "https://w3id.org/strategigraf/id/organisation/uia",
        "name": "organisation/uia",
        "label": "University of Agder",
        "language": "en",
        "notation": "970546200",
        "kind": {"iri": "http://www.w3.org/ns/org#Organization", "name": "org:Organization", "label": "Organisation"},
        "exact": True,
        "matches": [{"field": "number", "language": "", "text": "970546200", "marks": [[0, 9]]}],
        "links": {"page": "http://localhost/page/organisation/uia?lang=en"},
    }
    assert answer["digest"]


def test_marks_are_places_in_the_text(real: FlaskClient) -> None:
    answer = ask(real, q="klima", limit=100)
    marked = [
        match["text"][first:last].lower()
        for one in answer["results"]
        for match in one["matches"]
        for first, last in match["marks"]
    ]
    assert len(marked) >= len(answer["results"]) == answer["total"]
    assert all("klima" in word for word in marked)


def test_links_lead_through_all_results(real: FlaskClient) -> None:
    whole = ask(real, q="klima", limit=100)
    answer = ask(real, q="klima", limit=25)
    seen = [one["iri"] for one in answer["results"]]
    while "next" in answer["links"]:
        address = answer["links"]["next"].removeprefix("http://localhost/api/search?")
        answer = ask(real, **dict(parse_qsl(address)))
        seen += [one["iri"] for one in answer["results"]]
    assert seen == [one["iri"] for one in whole["results"]]
    assert answer["links"]["prev"].endswith("limit=25&offset=25")


def test_a_kind_is_chosen_by_its_short_name(real: FlaskClient) -> None:
    whole, some = ask(real, q="klima"), ask(real, q="klima", kind="sg:EUPolicy", limit=100)
    assert some["kinds"] == whole["kinds"]
    assert {one["kind"]["name"] for one in some["results"]} == {"sg:EUPolicy"}
    assert some["total"] == next(kind["count"] for kind in whole["kinds"] if kind["name"] == "sg:EUPolicy")
    assert ask(real, q="klima", kind="sg:City")["total"] == 0
    assert "Ingenting av slaget sg:City" in see(real, q="klima", kind="sg:City")
    problem = refusal(real.get("/api/search?q=klima&kind=sg:Nothing"))
    assert (problem["parameter"], "sg:EUPolicy" in problem["allowed"]) == ("kind", True)


def test_a_prefix_is_looked_for_in_names_alone(real: FlaskClient) -> None:
    answer = ask(real, prefix="Krist", limit=100)
    assert "city/kristiansand" in [one["name"] for one in answer["results"]]
    assert {one["matches"][0]["field"] for one in answer["results"]} <= {"label", "other", "number"}
    assert answer["total"] < ask(real, q="Krist")["total"]


@pytest.mark.parametrize("rest", ["", "?q=", "?q=a&prefix=b", "?q=a&q=b", "?q=a&limit=0", "?q=a&limit=101", "?q=a&x=1"])
def test_what_cannot_be_meant_is_refused(real: FlaskClient, rest: str) -> None:
    assert refusal(real.get(f"/api/search{rest}"))["detail"]


def test_an_answer_is_not_sent_twice(real: FlaskClient) -> None:
    first = real.get("/api/search?q=klima")
    again = real.get("/api/search?q=klima", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Access-Control-Allow-Origin"] == "*"


def test_an_index_that_is_cut_is_said_to_be(
    web_settings: Settings, web_engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg_server.ask.indexes.MOST_SAID", 3)
    client = create_app(web_settings, web_engine).test_client()
    assert ask(client, q="norsk")["truncated"]
    assert "Det finnes mer enn det som kan vises" in see(client, q="norsk")
