from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visit

A4_ACROSS = {"width": 1123, "height": 794}


def test_what_is_read_in_the_dark_is_printed_dark_on_white(visit: Callable[..., Visit]) -> None:
    seen = visit(scheme="dark")
    seen.page.emulate_media(media="print", color_scheme="dark")
    seen.open("/matrix")
    colour = seen.page.evaluate("getComputedStyle(document.querySelector('h1')).color")
    assert max(int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(",")) < 100


@pytest.mark.parametrize("path", ["/matrix", "/questions/twin-towns", "/questions/trace-strategy?strategy=A1"])
def test_what_is_broad_fits_a_sheet_laid_across(visit: Callable[..., Visit], path: str) -> None:
    seen = visit()
    seen.page.set_viewport_size({"width": A4_ACROSS["width"], "height": A4_ACROSS["height"]})
    seen.page.emulate_media(media="print")
    seen.open(path, "nb")
    assert seen.page.evaluate("getComputedStyle(document.body).page") == "broad"
    assert seen.page.evaluate("document.querySelector('.wide table').offsetWidth") <= A4_ACROSS["width"]
    assert not seen.page.locator(".sideways").first.is_visible()
