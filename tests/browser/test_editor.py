from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import Visit

SG = "PREFIX sg: <https://w3id.org/strategigraf/ontology#>\n"
SDG = "PREFIX sdg: <http://metadata.un.org/sdg/>\n"
WGS = "PREFIX wgs: <http://www.w3.org/2003/01/geo/wgs84_pos#>\n"
STRATEGIES = f"{SG}SELECT ?strategy WHERE {{ ?strategy a sg:Strategy }}"
RUNAWAY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
WAIT_FOR_CHOICES_MS = 200
PATIENCE_SECONDS = 5
LONG_MS = 45_000


def editor(page: Page) -> Locator:
    return page.locator(".editor").get_by_role("textbox")


def rows(page: Page) -> Locator:
    return page.locator("section[aria-labelledby=answer] tbody tr")


def status(page: Page) -> Locator:
    return page.locator("form.query").get_by_role("status")


def left(seen: Visit) -> int:
    """How many queries the service has stopped because whoever asked had left."""
    told = seen.page.request.get(f"{seen.address}/metrics").text()
    return int(float(told.split('kg_engine_stopped_total{reason="left"} ')[1].split()[0]))


def eventually(is_so: Callable[[], bool]) -> bool:
    """Whether it comes true within some seconds."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so() and time.monotonic() < end:
        time.sleep(0.1)
    return is_so()


def write(page: Page, text: str) -> None:
    """Put a text in the place of the one there is."""
    editor(page).click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)


def run(page: Page, text: str) -> None:
    write(page, text)
    page.keyboard.press("Control+Enter")


def choose(page: Page, typed: str, offered: str) -> None:
    """Type, wait until the choice is the first offered, and take it."""
    page.keyboard.type(typed)
    expect(page.get_by_role("option", selected=True)).to_contain_text(offered)
    page.wait_for_timeout(WAIT_FOR_CHOICES_MS)
    page.keyboard.press("Enter")


def choices(page: Page) -> list[str]:
    """All that is offered at the cursor, as the arrow keys go through it and begin again."""
    page.keyboard.press("Control+Space")
    chosen = page.get_by_role("option", selected=True)
    found = [chosen.inner_text()]
    page.wait_for_timeout(WAIT_FOR_CHOICES_MS)
    page.keyboard.press("ArrowDown")
    while chosen.inner_text() != found[0]:
        found.append(chosen.inner_text())
        page.keyboard.press("ArrowDown")
    return found


@pytest.mark.parametrize(
    ("language", "kind", "property_", "thing"),
    [("nb", "strategi", "bidrar", "ansvarlig"), ("en", "strategy", "contrib", "responsible")],
)
def test_a_query_is_written_with_completion_by_label_and_run_by_keyboard(
    visit: Callable[..., Visit], language: str, kind: str, property_: str, thing: str
) -> None:
    page = (seen := visit()).page
    seen.open("/sparql", language)
    editor(page).click()
    page.keyboard.press("Control+a")
    page.keyboard.type("SELECT ?x WHERE { ?x a ")
    choose(page, kind, "sg:Strategy")
    page.keyboard.type(" ; ")
    choose(page, property_, "sg:contributesTo")
    page.keyboard.type(" ")
    choose(page, thing, "sdg:12")
    written = page.locator("textarea").input_value()
    assert written.startswith(f"{SG}{SDG}\nSELECT ?x WHERE {{ ?x a sg:Strategy ; sg:contributesTo sdg:12")
    page.keyboard.press("Control+Enter")
    expect(rows(page).first).to_be_visible()
    assert f"lang={language}" in page.url


def test_what_is_offered_is_what_things_of_the_class_have(visit: Callable[..., Visit]) -> None:
    page = (seen := visit()).page
    seen.open("/sparql", "en")
    write(page, f"{SG}SELECT * WHERE {{ ?x a sg:Membership ; ")
    offered = choices(page)
    assert sum(text.startswith("rdfs:label") for text in offered) == 1
    assert not any("sg:contributesTo" in text for text in offered)


@pytest.mark.parametrize(
    ("language", "pattern", "offered"),
    [
        ("nb", "?x a bæ", "Bærekraftsmål"),
        ("nb", "?x a sg:Strategy ; navn", "rdfs:label"),
        ("nb", "?x a sg:Strategy ; hø", "hører til satsingsområde"),
        ("en", "?x sg:contributesTo ?y , ansv", "sdg:12"),
        ("en", "?x a sg:Strategy ; sg:contributesTo/is", "sdgo:isTargetOf"),
        ("en", "?x a sg:Target ; ^sg:ali", "sg:alignedTo"),
        ("en", "?x sg:evidence [ hassel", "oa:hasSelector"),
        ("en", "?x sg:inFocusArea ?y . ?y a fo", "sg:FocusArea"),
        ("en", "?x a <https://w3id.org/strategigraf/ontology#Strat", "sg:Strategy"),
        ("nb", "?x ?p ?y FILTER (?y = münst", "Münster"),
        ("nb", "VALUES ?x { orleans", "Orléans"),
    ],
)
def test_the_choice_fits_the_place_in_the_pattern(
    visit: Callable[..., Visit], language: str, pattern: str, offered: str
) -> None:
    page = (seen := visit()).page
    seen.open("/sparql", language)
    write(page, f"{SG}SELECT * WHERE {{ {pattern}")
    page.keyboard.press("Control+Space")
    expect(page.get_by_role("option").first).to_contain_text(offered)


def test_only_values_that_things_of_the_class_have_are_offered(visit: Callable[..., Visit]) -> None:
    page = (seen := visit()).page
    seen.open("/sparql", "nb")
    skos = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
    write(page, f"{SG}{skos}SELECT * WHERE {{ ?x a sg:Strategy ; skos:notation ")
    assert len(choices(page)) == 17


def test_a_card_tells_what_a_term_means(visit: Callable[..., Visit]) -> None:
    page = (seen := visit()).page
    seen.open("/sparql", "nb")
    write(page, f"{SG}SELECT * {{ ?x\nsg:contributesTo ?y }}")
    page.locator(".cm-line").last.hover(position={"x": 60, "y": 10})
    expect(page.locator(".told")).to_contain_text("bidrar til")


@pytest.mark.parametrize(("language", "fault"), [("nb", "linje 2, kolonne 30"), ("en", "line 2, column 30")])
def test_a_fault_is_marked_at_its_place_and_told(visit: Callable[..., Visit], language: str, fault: str) -> None:
    page = (seen := visit(expected=(400,))).page
    seen.open("/sparql", language)
    run(page, f"{SG}SELECT ?x {{ ?x a sg:Strategy ]")
    expect(status(page)).to_contain_text(fault)
    expect(page.locator(".cm-lintRange-error")).to_have_text("]")


def test_a_missing_prefix_is_declared_by_a_click(visit: Callable[..., Visit]) -> None:
    page = (seen := visit(expected=(400,))).page
    seen.open("/sparql", "en")
    run(page, "SELECT ?x { ?x a sg:Strategy }")
    page.locator(".cm-lintRange-error").first.hover()
    page.locator(".cm-tooltip").get_by_role("button", name="Declare sg: at the top", exact=True).first.click()
    assert page.locator("textarea").input_value().startswith(SG)
    editor(page).click()
    page.keyboard.press("Control+Enter")
    expect(rows(page)).to_have_count(17)


def test_a_misspelt_property_is_put_right_by_a_click(visit: Callable[..., Visit]) -> None:
    page = (seen := visit()).page
    seen.open("/sparql", "nb")
    write(page, f"{SG}SELECT * {{ ?x sg:contributeTo ?y }}")
    page.locator(".cm-lintRange-warning").hover()
    expect(page.locator(".cm-tooltip")).to_contain_text("Mente du sg:contributesTo?")
    page.locator(".cm-tooltip").get_by_role("button", name="Skriv sg:contributesTo", exact=True).click()
    assert "sg:contributesTo ?y" in page.locator("textarea").input_value()


def test_what_may_be_wrong_is_listed_and_put_right_by_keyboard_alone(visit: Callable[..., Visit]) -> None:
    page = (seen := visit()).page
    seen.open("/sparql", "nb")
    write(page, "SELECT * {\n?x sg:contributeTo ?y }")
    notes = page.get_by_role("list", name="Hva som kan være galt i spørringen")
    expect(notes.get_by_role("listitem")).to_have_text(["Linje 2: Prefikset sg: er ikke deklarert.Deklarer sg: øverst"])
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(notes).to_contain_text("Linje 4: Ingenting i grafen har egenskapen sg:contributeTo.")
    expect(editor(page)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert "sg:contributesTo ?y" in page.locator("textarea").input_value()
    expect(notes).to_be_hidden()


@pytest.mark.parametrize(
    ("pattern", "part", "reason"),
    [
        ("?x a sg:Strategy ; sg:contributesTo ?y . ?x sg:celex ?z", "?x sg:celex ?z .", "not together with"),
        ("?x a sg:Strategy ; sg:contributesTo sdg:99 ; rdfs:label ?l", "?x sg:contributesTo sdg:99 .", "sdg:99"),
        ("?x a sg:Strategy . FILTER (1 > 2)", "FILTER (1 > 2)", "passes this filter"),
        ("?x a sg:Strategy MINUS { ?x rdfs:label ?l }", "MINUS { ?x rdfs:label ?l }", "takes away"),
        ('?x rdfs:label "Gdynia"', '?x rdfs:label "Gdynia" .', "Write the language after it"),
        ("<https://w3id.org/strategigraf/id/city/gdynja> ?p ?o", None, "/id/city/gdynia> (Gdynia)"),
    ],
)
def test_an_empty_answer_is_explained(visit: Callable[..., Visit], pattern: str, part: str | None, reason: str) -> None:
    page = (seen := visit()).page
    seen.open("/sparql", "en")
    labels = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
    run(page, f"{SG}{SDG}{labels}SELECT * WHERE {{ {pattern} }}")
    answer = page.locator("section[aria-labelledby=answer]")
    expect(answer.locator("pre")).to_have_text(part or f"{pattern} .")
    expect(answer).to_contain_text(reason)


@pytest.mark.parametrize("form", ["ASK", "CONSTRUCT { ?x a sg:Found } WHERE"])
def test_no_and_an_empty_graph_are_explained_too(visit: Callable[..., Visit], form: str) -> None:
    page = (seen := visit()).page
    seen.open("/sparql", "nb")
    run(page, f"{SG}{form} {{ ?x a sg:Strategy ; sg:celex ?y }}")
    expect(page.locator("section[aria-labelledby=answer] pre")).to_have_text("?x sg:celex ?y .")


def test_an_answer_emptied_by_its_limit_is_explained_too(visit: Callable[..., Visit]) -> None:
    page = (seen := visit()).page
    seen.open("/sparql", "en")
    run(page, f"{STRATEGIES} OFFSET 1000")
    expect(page.locator("section[aria-labelledby=answer]")).to_contain_text("LIMIT, OFFSET or HAVING")


def test_tab_leaves_the_editor(visit: Callable[..., Visit]) -> None:
    page = (seen := visit()).page
    seen.open("/sparql", "en")
    editor(page).click()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Run")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(editor(page)).to_be_focused()


def test_tab_leaves_the_editor_with_the_choices_open(visit: Callable[..., Visit]) -> None:
    page = (seen := visit()).page
    seen.open("/sparql", "en")
    write(page, f"{SG}SELECT * {{ ?x a sg:Strategy ; ")
    page.keyboard.press("Control+Space")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Run")).to_be_focused()
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_a_letter_typed_over_a_selection_takes_its_place(visit: Callable[..., Visit]) -> None:
    page = (seen := visit()).page
    seen.open("/sparql", "en")
    editor(page).click()
    page.keyboard.press("Control+a")
    page.keyboard.type("#å")
    assert page.locator("textarea").input_value() == "#å"


def test_a_query_under_way_is_cancelled(visit: Callable[..., Visit]) -> None:
    page = (seen := visit()).page
    seen.open("/sparql", "nb")
    run(page, RUNAWAY)
    before = left(seen)
    page.get_by_role("button", name="Avbryt").click()
    expect(status(page)).to_contain_text("Avbrutt etter")
    assert eventually(lambda: left(seen) == before + 1)
    run(page, STRATEGIES)
    expect(rows(page)).to_have_count(17)


@pytest.mark.parametrize(("language", "told"), [("nb", "Rader: 17. Tid: 0,"), ("en", "Rows: 17. Time: 0.")])
def test_the_end_of_a_query_is_told_to_those_who_listen(visit: Callable[..., Visit], language: str, told: str) -> None:
    page = (seen := visit()).page
    seen.open("/sparql", language)
    expect(status(page)).to_have_count(1)
    run(page, STRATEGIES)
    expect(status(page)).to_contain_text(told)


def test_a_query_that_takes_too_long_is_stopped_and_said_to_be(visit: Callable[..., Visit]) -> None:
    page = (seen := visit(expected=(504,))).page
    seen.open("/sparql", "nb")
    run(page, RUNAWAY)
    expect(status(page)).to_contain_text("Spørringen ble stoppet etter", timeout=LONG_MS)


def test_a_cut_answer_says_so(visit: Callable[..., Visit]) -> None:
    page = (seen := visit()).page
    seen.open("/sparql", "nb")
    run(page, "SELECT * { ?a ?b ?c . ?c ?d ?e . ?f ?d ?e }")
    expect(status(page)).to_contain_text("Tjenesten har kuttet svaret", timeout=LONG_MS)


@pytest.mark.parametrize(("language", "told"), [("nb", "Tjenesten svarer med en feil (502)"), ("en", "an error (502)")])
def test_what_stands_before_the_service_and_fails_is_told_in_the_readers_language(
    visit: Callable[..., Visit], language: str, told: str
) -> None:
    page = (seen := visit(expected=(502,))).page
    seen.open("/sparql", language)
    page.route("**/sparql?*", lambda route: route.fulfill(status=502, body="<p>Bad gateway"))
    run(page, STRATEGIES)
    expect(status(page)).to_contain_text(told)


def test_a_network_that_fails_is_told_of(visit: Callable[..., Visit]) -> None:
    page = (seen := visit()).page
    seen.open("/sparql", "nb")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    run(page, STRATEGIES)
    expect(status(page)).to_contain_text("Sjekk nettet og prøv igjen")
    assert {"ERR_INTERNET_DISCONNECTED" in fault for fault in seen.faults} == {True}
    seen.faults.clear()


def test_the_address_brings_a_query_back_with_its_answer(visit: Callable[..., Visit]) -> None:
    page = (seen := visit()).page
    seen.open("/sparql", "nb")
    run(page, STRATEGIES)
    expect(rows(page)).to_have_count(17)
    assert parse_qs(urlsplit(page.url).query)["query"] == [STRATEGIES]
    other = visit().page
    other.goto(page.url)
    expect(rows(other)).to_have_count(17)
    expect(other.get_by_role("button", name="strategy")).to_be_visible()


def test_the_history_is_kept_in_the_browser_and_can_be_cleared(visit: Callable[..., Visit]) -> None:
    page = (seen := visit()).page
    seen.open("/sparql", "en")
    run(page, STRATEGIES)
    expect(rows(page)).to_have_count(17)
    seen.open("/sparql", "en")
    page.get_by_text("Earlier queries").click()
    page.get_by_role("button", name="SELECT ?strategy WHERE").click()
    assert page.locator("textarea").input_value() == STRATEGIES
    page.get_by_role("button", name="Clear the history").click()
    assert page.evaluate("localStorage.getItem('strategigraf.queries')") == "[]"
    expect(page.get_by_text("Earlier queries")).to_be_hidden()


def test_the_table_is_sorted_by_label_and_turned_page_by_page(visit: Callable[..., Visit]) -> None:
    page = (seen := visit()).page
    seen.open("/sparql", "nb")
    run(page, f"{SG}SELECT ?x ?y WHERE {{ ?x sg:contributesTo ?y }}")
    expect(rows(page)).to_have_count(50)
    page.get_by_role("button", name="Neste side").click()
    expect(page.locator("caption")).to_contain_text("Rad 51 til 100")
    page.get_by_role("button", name="x", exact=True).click()
    expect(page.locator("th").first).to_have_attribute("aria-sort", "ascending")
    first = rows(page).first.locator("td").first.inner_text()
    page.get_by_role("button", name="x", exact=True).click()
    expect(page.locator("th").first).to_have_attribute("aria-sort", "descending")
    assert rows(page).first.locator("td").first.inner_text() > first


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("Chart", f"{SG}SELECT ?x (COUNT(*) AS ?n) WHERE {{ ?x sg:contributesTo ?y }} GROUP BY ?x"),
        ("Graph", f"{SG}CONSTRUCT WHERE {{ ?x sg:contributesTo ?y }}"),
        (
            "Map",
            f"{WGS}SELECT ?x ?lat ?long WHERE {{ ?x wgs:lat ?lat ; wgs:long ?long }}",
        ),
    ],
)
def test_an_answer_is_drawn_where_that_fits(visit: Callable[..., Visit], scheme: str, name: str, query: str) -> None:
    seen = visit(scheme=scheme, is_for_axe=True)
    seen.open(f"/sparql?query={quote(query)}", "en")
    page = seen.page
    page.locator(".views").get_by_role("button", name=name).click()
    drawn = page.locator("section[aria-labelledby=answer] :is(.bars, .net, .map)")
    expect(drawn).to_be_visible()
    assert seen.axe() == []
    seen.keep_picture(f"editor-{name.lower()}-{scheme}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_choices_and_faults_can_be_read_by_everybody(visit: Callable[..., Visit], scheme: str) -> None:
    seen = visit(scheme=scheme, is_for_axe=True)
    seen.open("/sparql", "nb")
    write(seen.page, f"{SG}SELECT * {{ ?x sg:contributeTo ?y ; ")
    seen.page.keyboard.press("Control+Space")
    expect(seen.page.get_by_role("option").first).to_be_visible()
    expect(seen.page.get_by_role("option")).to_have_count(10)
    assert seen.axe() == []
    seen.keep_picture(f"editor-choices-{scheme}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_cards_notes_errors_and_reasons_can_be_read_by_everybody(visit: Callable[..., Visit], scheme: str) -> None:
    seen = visit(scheme=scheme, is_for_axe=True, expected=(400,))
    page = seen.page
    seen.open("/sparql", "nb")
    write(page, f"{SG}SELECT * {{ ?x\nsg:contributesTo ?y ; sg:contributeTo ?z }}")
    page.locator(".cm-line").last.hover(position={"x": 60, "y": 10})
    expect(page.locator(".told")).to_be_visible()
    expect(page.locator(".notes")).to_be_visible()
    assert seen.axe() == []
    page.locator(".cm-lintRange-warning").hover()
    expect(page.locator(".cm-diagnostic")).to_be_visible()
    assert seen.axe() == []
    run(page, f"{SG}SELECT * {{ ?x a sg:Strategy ; sg:celex ?y }}")
    expect(page.locator("section[aria-labelledby=answer] pre")).to_be_visible()
    assert seen.axe() == []
    run(page, "SELECT * { ]")
    expect(page.locator(".told-run[data-color=danger]")).to_be_visible()
    assert seen.axe() == []


@pytest.mark.parametrize("format_", ["CSV", "CSV (Excel)", "Excel", "JSON", "XML", "TSV"])
def test_the_whole_answer_is_taken_away(visit: Callable[..., Visit], format_: str) -> None:
    seen = visit()
    seen.open(f"/sparql?query={quote(STRATEGIES)}", "nb")
    link = seen.page.locator(".exports").get_by_role("link", name=format_, exact=True)
    answer = seen.page.request.get(seen.address + str(link.get_attribute("href")))
    assert answer.status == 200
    assert len(answer.body()) > 500


def test_markup_in_an_answer_stays_text(visit: Callable[..., Visit]) -> None:
    page = (seen := visit()).page
    seen.open("/sparql", "nb")
    run(page, "SELECT ?x { BIND ('<img src=x onerror=alert(1)>' AS ?x) }")
    expect(rows(page)).to_have_text("<img src=x onerror=alert(1)>")


def test_without_scripts_the_form_asks_and_the_table_answers(visit: Callable[..., Visit]) -> None:
    page = (seen := visit(has_script=False)).page
    seen.open("/sparql", "nb")
    page.locator("textarea").fill(STRATEGIES)
    page.get_by_role("button", name="Kjør").click()
    expect(rows(page)).to_have_count(17)
