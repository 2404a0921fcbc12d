"""A task from beginning to end: from the start page to what is missing, to the thing, and to what would close it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visit

WORDS = {
    "nb": {"way": "Finn det som mangler", "known": "Hva vet vi at mangler", "closed": "Dette skal til"},
    "en": {"way": "Find what is missing", "known": "What is known to be missing", "closed": "What would close it"},
}


@pytest.mark.parametrize("has_script", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("language", ["nb", "en"])
def test_a_gap_is_found_with_what_closes_it(visit: Callable[..., Visit], language: str, *, has_script: bool) -> None:
    words, seen = WORDS[language], visit(has_script=has_script)
    seen.open("/", language)
    page = seen.page
    page.get_by_role("link", name=words["way"]).click()
    expect(page).to_have_url(re.compile("/gaps"))
    page.get_by_role("navigation").get_by_role("link", name=re.compile(words["known"])).click()
    expect(page).to_have_url(re.compile("#known-gaps$"))
    section = page.get_by_role("region", name=re.compile(words["known"])).first
    expect(section.get_by_role("columnheader").nth(3)).to_have_text(words["closed"])
    row = section.locator("tbody tr").first
    closes = row.locator("td, th").nth(3).inner_text()
    row.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("/page/gap/"))
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("main")).to_contain_text(closes)
