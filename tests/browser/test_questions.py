from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.conftest import Visit

MOST_TABS = 60
WAIT_FOR_SCROLLING_MS = 300


def tab_to(page: Page, found: str) -> None:
    """Press Tab until what has the focus fits the selector."""
    for _ in range(MOST_TABS):
        if page.evaluate("selector => document.activeElement.matches(selector)", found):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never comes to {found}")


@pytest.mark.parametrize("has_script", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize(("language", "button"), [("nb", "Vis svaret"), ("en", "Show the answer")])
def test_a_question_is_asked_by_keyboard_alone(
    visit: Callable[..., Visit], language: str, button: str, *, has_script: bool
) -> None:
    seen = visit(has_script=has_script)
    seen.open("/questions", language)
    page = seen.page
    tab_to(page, "a[href^='/questions/strategies-of-sdg']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/questions/strategies-of-sdg**")
    tab_to(page, "select[name=sdg]")
    page.keyboard.type("12.5")
    page.keyboard.press("Tab")
    assert page.locator("*:focus").inner_text() == button
    page.keyboard.press("Enter")
    page.wait_for_url("**sdg=sdg%3A12.5**")
    assert f"lang={language}" in page.url
    assert page.locator("select[name=sdg]").input_value() == "sdg:12.5"
    assert page.locator("section[aria-labelledby=answer] tbody tr").count() > 0
    numbers = page.locator("section[aria-labelledby=answer] tbody td:nth-child(2) .code").all_inner_texts()
    assert set(numbers) == {"12.5"}


@pytest.mark.parametrize("name", ["CSV", "Excel", "JSON"])
def test_the_answer_is_taken_away_as_a_file(visit: Callable[..., Visit], name: str) -> None:
    seen = visit()
    seen.open("/questions/strategies-of-sdg?sdg=12", "nb")
    link = seen.page.locator(".exports").get_by_role("link", name=name, exact=True)
    answer = seen.page.request.get(seen.address + str(link.get_attribute("href")))
    assert answer.status == 200
    assert len(answer.body()) > 500


@pytest.mark.parametrize("name", ["eu-acts", "green-deal-to-partners", "sources-and-use"])
def test_nine_columns_and_long_addresses_fit_a_desktop(visit: Callable[..., Visit], name: str) -> None:
    seen = visit()
    seen.open(f"/questions/{name}", "nb")
    region = seen.page.locator(".wide").first
    assert region.evaluate("region => region.scrollWidth - region.clientWidth") == 0
    assert seen.page.get_by_text("Tabellen fortsetter mot høyre.").is_hidden()


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_a_table_that_goes_on_says_so_and_is_scrolled_by_keyboard(visit: Callable[..., Visit], width: str) -> None:
    seen = visit(width=width)
    seen.open("/questions/twin-towns", "en")
    region = seen.page.locator(".wide").first
    assert seen.page.get_by_text("The table goes on to the right.").is_visible()
    region.focus()
    seen.page.keyboard.press("ArrowRight")
    seen.page.wait_for_timeout(WAIT_FOR_SCROLLING_MS)
    assert region.evaluate("region => region.scrollLeft") > 0


def test_what_all_rows_say_alike_is_told_once(visit: Callable[..., Visit]) -> None:
    seen = visit()
    seen.open("/questions/trace-strategy?strategy=strategy/a1", "nb")
    assert seen.page.locator(".same").inner_text().startswith("I alle rader: Strategi: A1 ")
    assert seen.page.get_by_role("columnheader").first.inner_text() == "Delmål"
    assert seen.page.locator("tbody a[href^='/page/strategy/a1']").count() == 0
