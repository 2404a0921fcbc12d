from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from kg_server.ask.catalog import read_catalog
from kg_server.core.settings import read_settings
from kg_server.core.topics import TOPICS
from kg_server.engine.embedded import EmbeddedEngine
from kg_server.web.app import create_app
from tests.conftest import ROOT
from tests.golden import NOTHING_FOUND
from tests.web.test_pages import BROWSER, Outline

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from kg_server.ask.catalog import Query
    from kg_server.core.settings import Settings

MOST_BYTES = 200_000
CATALOGUE = read_catalog(read_settings(project_dir=ROOT))


def read(client: FlaskClient, address: str, status: int = 200) -> str:
    response = client.get(address, headers=BROWSER)
    assert (response.status_code, response.mimetype) == (status, "text/html")
    return response.text


def ask(client: FlaskClient, address: str) -> Any:
    return client.get(address).json


def address_of(query: Query, language: str) -> str:
    values = {param.name: param.example for param in query.params if param.is_needed} | {"lang": language}
    return f"/questions/{query.name}?" + "&".join(f"{name}={value}" for name, value in values.items())


def test_the_catalogue_leads_to_every_question_under_its_topic(real: FlaskClient) -> None:
    page = Outline(read(real, "/questions?lang=nb"))
    links = {str(link.get("href")) for link in page.all("a")}
    assert {f"/questions/{name}?lang=nb" for name in CATALOGUE} <= links
    headings = [heading["id"] for heading in page.all("h2") if heading["id"] in TOPICS]
    assert headings == list(dict.fromkeys(query.topic for query in CATALOGUE.values()))


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("query", CATALOGUE.values(), ids=lambda query: query.name)
def test_every_question_is_answered_on_a_page_of_its_own(real: FlaskClient, query: Query, language: str) -> None:
    text = read(real, address_of(query, language))
    page = Outline(text)
    assert page.all("html")[0]["lang"] == language
    assert len(page.all("h1")) == 1
    assert len(text.encode()) < MOST_BYTES
    assert len(page.all("table")) == len(page.all("caption"))
    assert bool(page.all("table")) is (query.name not in NOTHING_FOUND)
    assert all("scope" in cell for cell in page.all("th"))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert "style" not in {name for _, attributes in page.tags for name in attributes}


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("query", CATALOGUE.values(), ids=lambda query: query.name)
def test_every_column_has_a_name_in_both_languages(query: Query, language: str) -> None:
    assert [name for name in query.columns if query.naming.label(name, language) == name] == []


def test_no_name_of_a_column_is_left_over() -> None:
    used = {name for query in CATALOGUE.values() for name in query.columns}
    assert sorted(CATALOGUE["figures"].naming.words.keys() - used) == []


def test_every_thing_that_may_be_given_is_there_to_pick(real: FlaskClient) -> None:
    for query in CATALOGUE.values():
        for param in query.params:
            if param.type == "iri":
                assert param.of
                assert f'<option value="{param.example}"' in read(real, f"/questions/{query.name}")


def test_the_form_shows_what_was_chosen_and_the_answer_is_about_it(real: FlaskClient) -> None:
    page = read(real, "/questions/sdgs-of-strategy?strategy=A1&lang=nb")
    assert re.findall(r'<option value="([^"]*)" selected', page) == ["strategy/a1"]
    rows = re.findall(r'<td><a href="/page/strategy/([^?"]*)', page)
    assert set(rows) == {"a1"}


def test_before_a_value_that_must_be_given_there_is_a_form_and_an_example(real: FlaskClient) -> None:
    page = Outline(text := read(real, "/questions/strategies-of-sdg?lang=en"))
    assert page.all("select")[0]["required"] is None
    assert 'href="/questions/strategies-of-sdg?sdg=sdg%3A12&amp;lang=en"' in text
    assert page.all("table") == []


def test_a_wrong_value_is_told_at_its_field(real: FlaskClient) -> None:
    page = Outline(text := read(real, "/questions/strongest-links?least=x&lang=en", 400))
    (field,) = [one for one in page.all("input") if one.get("name") == "least"]
    assert (field["value"], field["aria-invalid"], field["aria-describedby"]) == ("x", "true", "wrong")
    assert "The parameter Least confidence must be a number with a point" in text


def test_a_number_may_have_a_comma(real: FlaskClient) -> None:
    page = Outline(read(real, "/questions/strongest-links?least=0,9"))
    assert [one["value"] for one in page.all("input") if one.get("name") == "least"] == ["0.9"]


def test_markup_in_a_value_stays_text(real: FlaskClient) -> None:
    page = read(real, "/questions/strongest-links?least=<script>alert(1)</script>", 400)
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_question_that_nobody_knows_is_told_with_those_near_it(real: FlaskClient) -> None:
    assert "strategies-of-sdg" in read(real, "/questions/strategy-of-sdg", 404)


def test_an_empty_answer_says_what_that_means(real: FlaskClient) -> None:
    page = read(real, "/questions/weakest-links?below=0.01&lang=en")
    assert "nobody has recorded it" in page
    assert Outline(page).all("table") == []


def test_a_long_table_comes_in_pages(real: FlaskClient) -> None:
    first, second = (read(real, f"/questions/trace-strategy?page={page}&lang=en") for page in (1, 2))
    assert re.search("Rows 1.50 of", first)
    assert re.search("Rows 51.100 of", second)
    assert 'href="/questions/trace-strategy?page=3&amp;lang=en#rows" rel="next"' in second
    assert 'href="/questions/trace-strategy?page=1&amp;lang=en#rows" rel="prev"' in second


def test_a_page_past_the_last_is_the_last(real: FlaskClient) -> None:
    page = read(real, "/questions/trace-strategy?page=999&lang=en")
    total = ask(real, "/api/questions/trace-strategy")["total"]
    assert re.search(rf"Rows \d+.{total} of {total}", page)


def test_a_chart_has_a_bar_for_each_row_and_the_longest_is_whole(real: FlaskClient) -> None:
    page = Outline(read(real, "/questions/links-by-review-status"))
    widths = [float(str(bar["width"])) for bar in page.all("rect")]
    assert max(widths) == 100
    assert len(widths) == len(ask(real, "/api/questions/links-by-review-status")["rows"])


def test_a_matrix_tells_its_three_values_in_words_too(real: FlaskClient) -> None:
    page = read(real, "/questions/sdg-coverage-of-strategies?lang=nb")
    for words in ("koblet", "vurdert uten kobling"):
        assert f'<span class="ds-sr-only">{words}</span>' in page
    assert page.count('<th scope="row">') == 17


def test_the_address_keeps_the_whole_state(real: FlaskClient) -> None:
    page = read(real, "/questions/sdgs-of-strategy?strategy=A1&lang=en")
    link = "http://localhost/questions/sdgs-of-strategy?strategy=strategy%2Fa1&amp;lang=en"
    assert f'<link rel="canonical" href="{link}">' in page
    again = read(real, "/questions/sdgs-of-strategy?strategy=strategy%2Fa1&lang=en")
    assert again.partition("<main")[2] == page.partition("<main")[2]


def test_an_answer_tells_how_to_cite_it(real: FlaskClient) -> None:
    digest = ask(real, "/api/questions/figures")["digest"]
    page = read(real, "/questions/figures?lang=en")
    assert f"<code>{digest}</code>" in page.partition("How to cite it")[2]
    assert "Graph built" in page


def test_a_cut_answer_says_so(real_build: Settings) -> None:
    settings = real_build.model_copy(update={"max_rows": 10, "workers": 1})
    with EmbeddedEngine(settings) as engine:
        client = create_app(settings, engine).test_client()
        assert "cut at 10 rows" in read(client, "/questions/twin-towns?lang=en")
        answer = client.get("/api/questions/twin-towns")
        assert answer.headers["X-Truncated"] == "rows=10"
        told = ask(client, "/api/questions/twin-towns")
        assert (told["truncated"], told["total"]) == (True, 10)
        assert client.get("/api/questions/twin-towns?format=csv").headers["X-Truncated"] == "rows=10"
        assert client.get("/api/questions/twin-towns?format=csv-excel").status_code == 503
