from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from flask.testing import FlaskClient

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PAGES = [
    "/",
    "/sparql",
    "/sparql?query=SELECT+*+{?s+?p+?o}+LIMIT+3",
    "/ontology",
    "/graph/strategy",
    "/page/strategy/a1",
    "/page/sdg/7.2",
    "/page/alignment/a1-7-2",
    "/page/passage/4-a1",
    "/matrix?open=7",
    "/trace",
    "/trace?from=A1&to=sdg:7.2",
    "/resource?iri=http://publications.europa.eu/resource/authority/country/NOR",
]


class Outline(HTMLParser):
    """What a reader with no eyes for layout meets: languages, headings, tables, controls, links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


def broken_links(client: FlaskClient, page: Outline, most: int = 6) -> list[str]:
    """Of some of a page's links to the service those that lead nowhere."""
    links = sorted({str(link["href"]).partition("#")[0] for link in page.all("a")})
    near = [link for link in links if link.startswith("/") and not link.startswith("/static/")]
    some = near[:: max(1, len(near) // most)]
    return [link for link in some if client.get(link, headers=BROWSER).status_code != 200]


def read(client: FlaskClient, address: str) -> str:
    response = client.get(address, headers=BROWSER)
    assert (response.status_code, response.mimetype) == (200, "text/html")
    return response.text


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["nb", "en"])
def test_every_page_is_well_formed_for_everybody(client: FlaskClient, address: str, language: str) -> None:
    text = read(client, address + ("&" if "?" in address else "?") + f"lang={language}")
    page = Outline(text)
    assert [html["lang"] for html in page.all("html")] == [language]
    assert len(page.all("h1")) == len(page.all("main")) == len(page.all("title")) == 1
    assert page.all("a")[0] == {"class": "ds-skip-link", "href": "#content"}
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert len(page.all("table")) == len(page.all("caption"))
    assert all("scope" in cell for cell in page.all("th"))
    labelled = {label["for"] for label in page.all("label")}
    fields = [field for field in page.all("input", "textarea") if field.get("type") != "hidden"]
    assert all(field["id"] in labelled for field in fields)
    assert not page.all("style")
    run = [script for script in page.all("script") if script.get("type") != "application/json"]
    assert all(str(script.get("src")).startswith("/static/built/") for script in run)
    assert not any("style" in attributes or "onclick" in attributes for _, attributes in page.tags)
    named = [attributes["aria-labelledby"] for _, attributes in page.tags if "aria-labelledby" in attributes]
    assert set(named) <= set(ids)


@pytest.mark.parametrize("address", PAGES)
def test_every_link_leads_somewhere_and_keeps_the_language(client: FlaskClient, address: str) -> None:
    page = Outline(read(client, address + ("&" if "?" in address else "?") + "lang=en"))
    links = {str(link["href"]) for link in page.all("a") if str(link["href"]).startswith("/")}
    reached = {link: client.get(link.partition("#")[0], headers=BROWSER).status_code for link in links}
    near = {name: status for name, status in reached.items() if not name.startswith("/find?")}
    assert {name: status for name, status in near.items() if status != 200} == {}
    forgetful = [
        link
        for link in links
        if "lang=en" not in link and not link.startswith(("/data/", "/static/")) and "lang=nb" not in link
    ]
    assert [link for link in forgetful if "format=" not in link] == []


def test_the_start_page_tells_what_this_is(client: FlaskClient) -> None:
    text = read(client, "/")
    assert "ikke registrert ennå" in text
    assert "utkast" in text
    assert "23. november 2026" in text
    assert "<code>m1n1</code>" in text
    assert re.search(r'sagt i teksten</a></th><td class="amount">\d+</td>', text)


def test_the_example_questions_run(client: FlaskClient) -> None:
    links = re.findall(r'<li><a href="(/questions/[^"]+)">Hvilke strategier', read(client, "/"))
    page = read(client, links[0].replace("&amp;", "&"))
    assert "1 rad" in page
    assert '<a href="/page/strategy/a1">' in page
    assert "#+" not in page


def test_a_thing_is_told_with_all_it_rests_on(client: FlaskClient) -> None:
    text = read(client, "/page/strategy/a1")
    for part in (
        "Samarbeid om fornybar energi</h1>",
        "A1",
        "Kort fortalt.",
        "sagt i teksten",
        '<a href="/page/sdg/7.2">7.2 Mer fornybar energi</a>',
        "sterk",
        "(0,9)",
        "utkast",
        "Teksten nevner fornybar energi.",
        '<blockquote lang="nb">Ordlyden på norsk.</blockquote>',
        '<a href="/page/organisation/strategigraf">Strategigraf</a>',
        '<a href="https://www.wikidata.org/wiki/Q1">Q1</a>',
        "/data/strategy/a1.jsonld",
    ):
        assert part in text


def test_what_was_assessed_without_a_link_stands_apart(client: FlaskClient) -> None:
    linked, _, without = read(client, "/page/strategy/a1").partition("Vurdert herfra uten å finne en kobling")
    assert "Teksten nevner fornybar energi." in linked
    assert "Livet på land" in without
    sea = read(client, "/page/sdg/14")
    assert "Vurdert hit uten å finne en kobling" in sea
    assert "Livet på land" not in sea


def test_words_in_the_other_language_are_marked(client: FlaskClient) -> None:
    text = read(client, "/page/strategy/a2?lang=en")
    assert '<h1><span lang="nb">Bare på norsk &lt;b&gt;&amp;</span></h1>' in text
    assert 'lang="nb"' not in read(client, "/page/strategy/a2").replace('<html lang="nb" ', "")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [(None, "nb"), ("en-GB,en;q=0.9", "en"), ("nn", "nb"), ("no,en;q=0.5", "nb"), ("de", "nb"), ("de,en;q=0.3", "en")],
)
def test_the_language_is_the_one_the_browser_likes(client: FlaskClient, accepted: str | None, language: str) -> None:
    headers = BROWSER | ({"Accept-Language": accepted} if accepted else {})
    response = client.get("/", headers=headers)
    assert f'<html lang="{language}" ' in response.text
    assert response.headers["Content-Language"] == language
    assert "lang=en" in response.text or language == "en"


def test_what_is_not_there_gets_a_helpful_page(client: FlaskClient) -> None:
    response = client.get("/page/strategy/z9", headers=BROWSER)
    assert response.status_code == 404
    assert "Ingenting i grafen heter strategy/z9." in response.text
    assert 'action="/search"' in response.text


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("A1", "/page/strategy/a1"),
        ("SDG 7.2", "/page/sdg/7.2"),
        ("mer fornybar energi", "/page/sdg/7.2"),
        ("fornybar", "/search?q=fornybar"),
        ("", "/"),
    ],
)
def test_names_are_looked_up(client: FlaskClient, name: str, address: str) -> None:
    response = client.get("/find", query_string={"name": name}, headers=BROWSER)
    assert (response.status_code, response.headers["Location"]) == (302, address)


def test_a_page_is_found_by_a_name_in_capitals(client: FlaskClient) -> None:
    assert client.get("/page/strategy/A1").headers["Location"] == "/page/strategy/a1"


@pytest.mark.parametrize("address", ["/page/a b", '/page/"', "/resource?iri=x", "/resource?iri=http:<>", "/graph/{}"])
def test_what_can_be_no_name_is_refused_kindly(client: FlaskClient, address: str) -> None:
    assert client.get(address, headers=BROWSER).status_code in (400, 404)


def test_nothing_is_fetched_from_elsewhere(client: FlaskClient) -> None:
    response = client.get("/", headers=BROWSER)
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none';")
    page = Outline(response.text)
    sources = [item.get("src") or item.get("href") for item in page.all("link", "img", "script")]
    assert all(str(source).startswith("/") for source in sources)
    for source in sources:
        with client.get(str(source)) as found:
            assert found.status_code == 200


def test_the_ontology_is_a_list_of_terms(client: FlaskClient) -> None:
    text = read(client, "/ontology?lang=en")
    assert re.search(
        r'<div id="Strategy">\s*<dt><a href="/ontology/Strategy\?lang=en">Strategy</a> <code>sg:Strategy</code>'
        r' <span class="quiet uses">2 uses</span></dt>\s*<dd>A line of action.</dd>',
        text,
    )
    assert "One per item." in text


def test_an_error_page_leads_on(client: FlaskClient) -> None:
    response = client.get("/page/city/atlantis?lang=en", headers=BROWSER)
    page = Outline(response.text)
    assert response.status_code == 404
    assert [field["type"] for field in page.all("input")].count("search") == 1
    assert {"/?lang=en", "/sparql?lang=en", "/ontology?lang=en"} <= {link["href"] for link in page.all("a")}
