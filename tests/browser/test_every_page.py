from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.pages import MOST_HTML, PAGES, Page

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visit

READ_ALOUD = {"phone": "nb", "desktop": "en"}
"""The language in which axe reads a page at each width: the words differ, the elements do not."""

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
EXPECTED = (400, 404)


def expected(page: Page) -> tuple[int, ...]:
    return (page.status,) if page.status in EXPECTED else ()


@every_page
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_everybody_can_use_it(visit: Callable[..., Visit], page: Page, scheme: str, width: str) -> None:
    seen = visit(scheme=scheme, width=width, is_for_axe=True, expected=expected(page))
    for language in ("nb", "en"):
        assert seen.open(page.address, language).status == page.status
        assert language != READ_ALOUD[width] or seen.axe() == []
        wide = seen.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0
        seen.keep_picture(f"{page.name}-{language}-{scheme}-{width}")


@every_page
def test_it_is_light_and_keeps_to_itself(visit: Callable[..., Visit], page: Page) -> None:
    seen = visit(expected=expected(page))
    answer = seen.open(page.address)
    assert answer.status == page.status
    seen.page.wait_for_load_state("networkidle")
    assert len(answer.body()) <= MOST_HTML
    assert sum(seen.scripts) <= page.most_script


@every_page
def test_it_works_without_scripts(visit: Callable[..., Visit], page: Page) -> None:
    seen = visit(has_script=False, width="phone", expected=expected(page))
    assert seen.open(page.address, "nb").status == page.status
    assert seen.page.locator("h1").count() == 1
    assert seen.page.locator("main").inner_text().strip()
