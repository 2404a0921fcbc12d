from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visit

TOO_WIDE = """() => [...document.querySelectorAll(".around rect.box")]
  .filter(box => box.nextElementSibling.getBBox().width > box.getBBox().width - 8)
  .map(box => box.nextElementSibling.textContent)"""
DRAWN = ("strategy/a1", "city/gdynia", "cooperation/gdynia", "organisation/uia", "kommune/4204", "sdg/12")


@pytest.mark.parametrize("path", DRAWN)
@pytest.mark.parametrize("language", ["nb", "en"])
def test_words_stay_in_their_boxes(visit: Callable[..., Visit], path: str, language: str) -> None:
    seen = visit()
    seen.open(f"/page/{path}", language)
    assert seen.page.locator(".around rect.box").count() > 1
    assert seen.page.evaluate(TOO_WIDE) == []


@pytest.mark.parametrize("has_script", [True, False], ids=["scripts", "no-scripts"])
def test_a_year_is_chosen_on_the_map(visit: Callable[..., Visit], *, has_script: bool) -> None:
    seen = visit(has_script=has_script)
    seen.open("/map", "nb")
    page = seen.page
    assert page.locator(".map a", has_text="Walvis Bay").count() == 1
    page.get_by_label("År", exact=True).select_option("1979")
    page.get_by_role("button", name="Vis", exact=True).click()
    page.wait_for_url("**year=1979**")
    assert page.get_by_label("År", exact=True).input_value() == "1979"
    assert page.locator(".map a", has_text="Walvis Bay").count() == 0
    assert page.get_by_role("link", name="Rajshahi: vennskapsby av en annen type, løper").count() == 1
