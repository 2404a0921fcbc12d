from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visit


@pytest.mark.parametrize("has_script", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize(("language", "found"), [("nb", "Ingenting har «Gdynai»"), ("en", "Nothing has “Gdynai”")])
def test_a_misspelt_name_is_found_by_keyboard_from_any_page(
    visit: Callable[..., Visit], language: str, found: str, *, has_script: bool
) -> None:
    seen = visit(has_script=has_script)
    seen.open("/ontology", language)
    seen.page.locator("#finder").press_sequentially("Gdynai")
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_url("**/search?q=Gdynai**")
    assert found in seen.page.locator("main").inner_text()
    seen.page.locator("main a[href^='/page/city/gdynia']").focus()
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_url("**/page/city/gdynia**")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_names_are_suggested_and_chosen_with_arrows(visit: Callable[..., Visit], scheme: str, width: str) -> None:
    seen = visit(scheme=scheme, width=width, is_for_axe=True)
    seen.open("/prefixes", "nb")
    page, field = seen.page, seen.page.locator("#finder")
    field.press_sequentially("baerekraftige byer")
    page.wait_for_selector("#finder[aria-expanded=true]")
    assert page.get_by_role("status").inner_text().startswith("Forslag: ")
    page.keyboard.press("ArrowDown")
    active = field.get_attribute("aria-activedescendant")
    assert "Bærekraftige byer og lokalsamfunn" in page.locator(f"#{active}[aria-selected=true]").inner_text()
    assert seen.axe() == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    seen.keep_picture(f"suggest-nb-{scheme}-{width}")
    page.keyboard.press("Escape")
    assert field.get_attribute("aria-expanded") == "false"
    assert field.input_value()
    field.press_sequentially(" ")
    page.wait_for_selector("#finder[aria-expanded=true]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/page/sdg/11?lang=nb")


def test_a_suggestion_is_chosen_with_the_mouse(visit: Callable[..., Visit]) -> None:
    seen = visit()
    seen.open("/", "en")
    seen.page.locator("input[type=search]").press_sequentially("gdyn")
    seen.page.get_by_role("option", name="Gdynia City", exact=True).click()
    seen.page.wait_for_url("**/page/city/gdynia?lang=en")


def test_markup_in_what_is_typed_stays_text(visit: Callable[..., Visit]) -> None:
    seen = visit()
    words = "<img src=x onerror=alert(1)>"
    seen.open("/search?q=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E")
    assert seen.page.locator("#words").input_value() == words
    assert seen.page.locator("main img").count() == 0
