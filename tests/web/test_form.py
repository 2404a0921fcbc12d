"""What every page keeps to: titles and trails, both languages, and that no word of the data or an address is markup."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from kg_server.core.errors import EngineBusy, NoBuild, QueryTimeout
from kg_server.core.namespaces import BASE, PREFIXES
from kg_server.core.settings import read_settings
from kg_server.engine.embedded import EmbeddedEngine
from kg_server.engine.results import read_rows
from kg_server.web.app import create_app
from tests.engine.stores import write_store
from tests.web.test_pages import BROWSER, Outline
from tests.web.test_problems import Failing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from kg_server.core.errors import KgError
    from kg_server.core.settings import Settings

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAGES = (
    *("/", "/plan", "/matrix", "/trace?from=A1&to=sdg", "/gaps", "/map", "/questions", "/sparql", "/quality"),
    *("/ontology", "/ontology/Strategy", "/page/strategy/a1", "/page/strategy/a2", "/page/passage/4-a1"),
    *("/graph/strategy", "/search?q=energi", "/api", "/prefixes", "/page/alignment/a1-7-2", "/page/sdg/7.2"),
    *("/questions/answers-to-sdg?sdg=12", "/questions/known-gaps", "/matrix/cell?row=strategy/a1&column=sdg:12"),
    "/why?subject=plan/international-strategy&property=contributesTo&object=sdg:12",
)
EVIL = "<img src=x onerror=alert(1)></title></textarea><script>alert(1)</script>\"'\u202e"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The service over a graph in which every text holds markup and a mark that turns the direction of writing."""
    project = tmp_path_factory.mktemp("hostile")
    written = EVIL.replace("\\", "\\\\").replace('"', '\\"')
    trig = (HERE / "mini.trig").read_text(encoding="utf-8")
    trig = re.sub(r'"([^"\n]*)"@', lambda found: f'"{found[1]}{written}"@', trig)
    trig = re.sub(r'skos:notation ("[^"\n]*")', rf'skos:notation \1, "{written}"', trig)
    (project / "queries").symlink_to(ROOT / "queries")
    settings = read_settings(project_dir=project, store_dir=write_store(project / "build", trig))
    with EmbeddedEngine(settings) as engine:
        yield create_app(settings, engine)


class Marks(HTMLParser):
    """The elements of a page, the text in it, and the language each piece of text stands in."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        outer = self._open[-1][1] if self._open else ""
        if tag not in ("meta", "link", "img", "input", "br", "hr", "path", "rect", "circle", "use"):
            self._open.append((tag, dict(attrs).get("lang") or outer))

    def handle_endtag(self, tag: str) -> None:
        if tag in [name for name, _ in self._open]:
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if data.strip() and self._open:
            self.texts.append((self._open[-1][1], data))


def is_clean(page: Marks) -> bool:
    images = [attributes for tag, attributes in page.tags if tag == "img" and attributes.get("src") == "x"]
    handlers = [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    scripts = [
        attributes
        for tag, attributes in page.tags
        if tag == "script"
        and attributes.get("type") != "application/json"
        and not str(attributes.get("src")).startswith("/static/")
    ]
    return not (images or handlers or scripts)


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_no_word_of_the_graph_becomes_markup(hostile: Flask, address: str, language: str) -> None:
    mark = "&" if "?" in address else "?"
    response = hostile.test_client().get(f"{address}{mark}lang={language}", headers=BROWSER)
    assert response.status_code in (200, 400, 404)
    assert is_clean(Marks(response.text))


def test_the_words_of_the_hostile_graph_are_shown_as_they_are(hostile: Flask) -> None:
    for address in ("/page/strategy/a1", "/ontology", "/ontology/Strategy", "/search?q=energi"):
        page = Marks(hostile.test_client().get(address, headers=BROWSER).text)
        assert any("<img src=x onerror=alert(1)>" in text for _, text in page.texts), address


@pytest.mark.parametrize(
    "address", ["/page/{}", "/ontology/{}", "/questions/{}", "/graph/{}", "/{}", "/id/{}", "/data/{}"]
)
@pytest.mark.parametrize(
    "odd", [EVIL, "æøå", "a b", "%2F..%2F", "..%252f", "x" * 5000, "strategy/a1/", "%00", "%ff", "a'b\"c", "?#&="]
)
def test_odd_addresses_are_answered_with_a_page(real: FlaskClient, address: str, odd: str) -> None:
    path = address.format(odd if odd.startswith("%") else quote(odd, safe="/"))
    response = real.get(path, headers=BROWSER, follow_redirects=True)
    assert response.status_code in (200, 400, 404, 406)
    assert is_clean(Marks(response.text))
    assert len(response.data) < 200_000


@pytest.mark.parametrize(
    "address",
    [
        *("/search?q={}", "/find?name={}", "/sparql?query={}", "/resource?iri=x:{}", "/trace?from={}&to=sdg"),
        *(
            "/matrix?columns={}",
            "/matrix/cell?row={}&column=sdg:12",
            "/map?year={}",
            "/questions/answers-to-sdg?sdg={}",
        ),
        *("/why?subject={}&property=a&object=b", "/gaps?lang={}", "/quality?format={}", "/quality?{}=1", "/?lang={}"),
        *("/ontology?format={}", "/api/search?q={}", "/page/strategy/a1?{}={}"),
    ],
)
def test_no_parameter_becomes_markup(real: FlaskClient, address: str) -> None:
    response = real.get(address.format(*[quote(EVIL)] * 2), headers=BROWSER, follow_redirects=True)
    assert response.status_code < 500
    assert response.mimetype != "text/html" or is_clean(Marks(response.text))


@pytest.mark.parametrize("language", ["nb", "en"])
def test_every_page_has_a_title_of_its_own_and_tells_where_it_stands(real: FlaskClient, language: str) -> None:
    titles = {}
    for address in PAGES:
        text = real.get(f"{address}{'&' if '?' in address else '?'}lang={language}", headers=BROWSER).text
        titles[address] = re.findall(r"<title>([^<]+)</title>", text)[0]
        trail = [item for item in Outline(text).all("nav") if item.get("class") == "ds-breadcrumbs"]
        assert len(trail) == (address != "/"), address
    assert len(set(titles.values())) == len(titles)
    assert all(title == "Strategigraf" or title.endswith(" \N{EN DASH} Strategigraf") for title in titles.values())


def test_words_in_the_other_language_say_so(client: FlaskClient) -> None:
    page = Marks(client.get("/page/strategy/a2?lang=en", headers=BROWSER).text)
    found = [language for language, text in page.texts if "Bare på norsk" in text and "trategigraf" not in text]
    assert found
    assert set(found) == {"nb"}


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        ("?lang=nn", "en", "nb"),
        ("?lang=no", "en", "nb"),
        ("?lang=en", "nn", "en"),
        ("", "nn-NO,nn;q=0.9,en;q=0.5", "nb"),
        ("", "en-GB,en;q=0.9,nb;q=0.5", "en"),
        ("", "de", "nb"),
    ],
)
def test_nynorsk_falls_back_to_bokmaal(client: FlaskClient, asked: str, accepted: str, language: str) -> None:
    response = client.get(f"/ontology{asked}", headers=BROWSER | {"Accept-Language": accepted})
    assert response.headers["Content-Language"] == language
    assert f'<html lang="{language}"' in response.text
    assert client.get(f"/quality{asked}", headers=BROWSER).status_code == 200


def test_everything_of_ours_has_a_name_in_both_languages(real_build: Settings) -> None:
    query = f"""PREFIX rdfs: <{PREFIXES["rdfs"]}>
SELECT DISTINCT ?thing WHERE {{
  {{ ?thing a ?kind }} UNION {{ ?other a ?thing }} UNION {{ ?other ?thing ?end }}
  FILTER (STRSTARTS(STR(?thing), "{BASE}"))
  FILTER NOT EXISTS {{
    ?thing rdfs:label ?nb . ?thing rdfs:label ?en .
    FILTER (LANG(?nb) = "nb" && LANG(?en) = "en" && ?nb != "" && ?en != "")
  }}
}}"""
    with EmbeddedEngine(real_build) as engine:
        assert [row["thing"].value for row in read_rows(engine, query).rows] == []


@pytest.mark.parametrize(
    ("request_line", "status", "words"),
    [
        ("GET /nowhere", 404, ("Se over adressen, eller søk", "Check the address, or search")),
        ("DELETE /quality", 405, ("Den tar imot: ", "It takes: ")),
        ("GET /quality?colour=red", 400, ("Dette finnes: format, lang.", "There is: format, lang.")),
    ],
)
def test_an_error_says_what_to_do(client: FlaskClient, request_line: str, status: int, words: tuple[str, str]) -> None:
    method, address = request_line.split()
    for language, said in zip(("nb", "en"), words, strict=True):
        headers = BROWSER | {"Accept-Language": language}
        response = client.open(address, method=method, headers=headers)
        assert response.status_code == status
        assert said in response.text
        assert '<a class="ds-link" href="/">' in response.text


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (EngineBusy("Every worker is occupied.", hint="Try again in {retry_after} seconds.", retry_after=7), 503, "7"),
        (NoBuild("There is no graph to use in {folder}.", hint="Run `kg build` first.", folder="x"), 503, "kg build"),
        (QueryTimeout("It took too long.", hint="Run `kg build` first."), 504, "kg build"),
    ],
)
def test_an_engine_that_fails_is_told_of_on_a_page_with_ways_on(
    web_settings: Settings, error: KgError, status: int, words: str
) -> None:
    failing = create_app(web_settings, Failing(error)).test_client()
    for language in ("nb", "en"):
        response = failing.get(f"/sparql?query=ASK{{}}&lang={language}", headers=BROWSER)
        assert (response.status_code, response.mimetype) == (status, "text/html")
        assert words in response.text.partition('<p class="lead">')[2].partition("</p>")[0]
        assert f'<a class="ds-link" href="/?lang={language}">' in response.text


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("/page/city/gdynja", "/page/city/gdynia"),
        ("/page/strategi/a1", "/page/strategy/a1"),
        ("/qualty", "/quality"),
        ("/ontology/Stratgy", "/ontology/Strategy"),
    ],
)
def test_an_address_that_is_not_there_leads_to_what_may_be_meant(real: FlaskClient, address: str, meant: str) -> None:
    response = real.get(address, headers=BROWSER)
    assert response.status_code == 404
    near = response.text.partition('<h2 id="near">')[2].partition("</section>")[0]
    assert f'<a href="{meant}">' in near


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("/trace?from=A1&to=batteries", "/trace?from=A1&to=policy%2Fbatteries"),
        ("/trace?from=gdynja&to=eu-policy&lang=en", "/trace?from=city%2Fgdynia&to=eu-policy&lang=en"),
        ("/why?subject=gdynja&property=party&object=A1", "/why?subject=city%2Fgdynia&property=party&object=A1"),
    ],
)
def test_a_name_that_is_not_there_leads_to_the_same_page_with_what_may_be_meant(
    real: FlaskClient, address: str, meant: str
) -> None:
    response = real.get(address, headers=BROWSER)
    assert response.status_code == 404
    near = response.text.partition('<h2 id="near">')[2].partition("</section>")[0]
    assert f'<a href="{escape(meant)}">' in near
    assert near.count("<li>") == near.count(f'href="{address.partition("?")[0]}?')


def test_every_address_is_described(real_app: Flask) -> None:
    told = set(re.findall(r"`(/[^`]*)`", (ROOT / "docs" / "addresses.md").read_text(encoding="utf-8")))
    assert sorted({rule.rule for rule in real_app.url_map.iter_rules()} - told) == []
