"""Two tasks from beginning to end: who answers to SDG 12, taken along; and from A1 to an EU act and its passage."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visit

WORDS = {
    "nb": {
        "open": "Åpne 12 til delene",
        "linked": "koblet, sterk (0,85)",
        "grounds": "Hva den bygger på",
        "from": "Fra",
        "to": "Til",
        "via": "Via",
        "target": "Delmål",
        "find": "Finn veier",
        "act": "Emballasjeforordningen",
        "weakest": "Svakeste ledd: 0,8",
        "read": "Les i strategien",
        "rests": "vurderte koblinger bygger på dette",
    },
    "en": {
        "open": "Open 12 to its parts",
        "linked": "linked, strong (0.85)",
        "grounds": "What it rests on",
        "from": "From",
        "to": "To",
        "via": "By way of",
        "target": "Target",
        "find": "Find paths",
        "act": "Packaging and Packaging Waste Regulation",
        "weakest": "Weakest link: 0.8",
        "read": "Read in the strategy",
        "rests": "judged links rest on this",
    },
}

readers = pytest.mark.parametrize(
    ("language", "has_script"), [("nb", True), ("nb", False), ("en", True), ("en", False)]
)


@readers
def test_who_answers_to_sdg_12_is_found_and_taken_along(
    visit: Callable[..., Visit], language: str, has_script: bool
) -> None:
    words, seen = WORDS[language], visit(has_script=has_script)
    seen.open("/matrix", language)
    page = seen.page
    page.get_by_role("link", name=words["open"]).click()
    expect(page.get_by_role("columnheader", name=re.compile(r"^12\.5 "))).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel", exact=True).click()
    sheet = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes())).worksheets[0]
    column = [str(cell.value)[:3] for cell in sheet[1]].index("12 ")
    lines = [[str(cell.value) for cell in line] for line in sheet.iter_rows(min_row=2, max_row=18)]
    assert [line[0][:2] for line in lines if line[column] in "●◕◑◔"] == ["A1", "A2"]
    cell = page.locator('a[href*="row=strategy%2Fa1&column=sdg%3A12&"]')
    expect(cell).to_have_accessible_name(words["linked"])
    cell.click()
    page.locator("summary", has_text=words["grounds"]).first.click()
    expect(page.locator(".passages a").first).to_be_visible()


@readers
def test_a1_is_followed_to_an_eu_act_and_its_passage(
    visit: Callable[..., Visit], language: str, has_script: bool
) -> None:
    words, seen = WORDS[language], visit(has_script=has_script)
    seen.open("/trace", language)
    page = seen.page
    page.get_by_label(words["from"], exact=True).fill("A1")
    page.get_by_label(words["to"], exact=True).fill("policy/ppwr")
    page.get_by_label(words["via"]).select_option(label=words["target"])
    page.get_by_role("button", name=words["find"]).click()
    shortest = page.locator("ol.paths > li").nth(1)
    expect(shortest).to_contain_text(words["act"])
    expect(shortest).to_contain_text(words["weakest"])
    shortest.locator("summary", has_text=words["grounds"]).first.click()
    shortest.locator(".passages a").first.click()
    expect(page).to_have_url(re.compile(r"/page/passage/4-a1"))
    page.go_back()
    evidence = shortest.locator("details").first
    if evidence.get_attribute("open") is None:
        evidence.locator("summary").click()
    evidence.get_by_role("link", name=re.compile(words["read"])).click()
    expect(page).to_have_url(re.compile(r"/plan\?lang=(nb|en)#4-a1$"))
    expect(page.locator(":target")).to_be_in_viewport()
    expect(page.locator("main")).to_contain_text(words["rests"])


def test_paths_are_found_by_keyboard_alone(visit: Callable[..., Visit]) -> None:
    seen = visit(has_script=False)
    seen.open("/trace", "nb")
    page = seen.page
    page.get_by_role("link", name="Hopp til innholdet").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    while page.locator(":focus").get_attribute("name") != "from":
        page.keyboard.press("Tab")
    page.keyboard.type("satsingsområde")
    page.keyboard.press("Tab")
    page.keyboard.type("bærekraftsmål")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/trace\?from=satsingsomr%C3%A5de&to=b%C3%A6rekraftsm%C3%A5l"))
    expect(page.get_by_role("heading", name="20 veier")).to_be_visible()
    assert page.locator("ol.paths > li").count() == 20


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_headings_of_the_matrix_stay_and_it_is_scrolled_by_keyboard(visit: Callable[..., Visit], width: str) -> None:
    seen = visit(width=width, has_script=False)
    seen.open("/matrix?open=12", "nb")
    page = seen.page
    region = page.get_by_role("region", name=re.compile("Strategier mot bærekraftsmål"))
    row, column = region.get_by_role("rowheader").nth(15), region.get_by_role("columnheader").first
    region.focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowDown")
    page.wait_for_function(
        "element => element.scrollLeft > 100 && element.scrollTop > 100", arg=region.element_handle()
    )
    frame, heading, side = (one.bounding_box() for one in (region, column, row))
    assert frame
    assert heading
    assert side
    assert abs(heading["y"] - frame["y"]) < 2
    assert abs(side["x"] - frame["x"]) < 2


def test_the_workbook_has_the_colours_of_the_page(visit: Callable[..., Visit]) -> None:
    seen = visit()
    seen.open("/matrix?least=0.6", "nb")
    page = seen.page
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel", exact=True).click()
    sheet = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes())).worksheets[0]
    looks = page.locator(".matrix tbody td:not(.sum)").evaluate_all(
        """cells => cells.map(cell => {
            const style = getComputedStyle(cell);
            return [cell.innerText.trim()[0], style.backgroundColor, getComputedStyle(cell.firstElementChild).color];
        })"""
    )
    cells = [cell for line in sheet.iter_rows(min_row=2, max_row=18, min_col=2, max_col=18) for cell in line]
    assert len(looks) == len(cells) == 17 * 17
    assert len({symbol for symbol, _, _ in looks}) > 4
    for (symbol, ground, ink), cell in zip(looks, cells, strict=True):
        assert (symbol, rgb(ground), rgb(ink)) == (cell.value, cell.fill.fgColor.rgb[2:], cell.font.color.rgb[2:])


def rgb(colour: str) -> str:
    """The colour as a workbook writes it."""
    red, green, blue = map(int, re.findall(r"\d+", colour)[:3])
    return f"{red:02X}{green:02X}{blue:02X}"
