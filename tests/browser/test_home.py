from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visit


def test_a_box_of_the_flow_lights_its_bands_and_leads_to_its_thing_by_keyboard(visit: Callable[..., Visit]) -> None:
    page = (seen := visit()).page
    seen.open("/", "nb")
    box = page.get_by_role("link", name="12 Ansvarlig forbruk og produksjon:")
    box.focus()
    lit = page.locator(".flow .lit")
    assert lit.count() > 1
    for band in lit.all():
        assert "http://metadata.un.org/sdg/12" in (band.get_attribute("data-from"), band.get_attribute("data-to"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{seen.address}/page/sdg/12?lang=nb")


def test_the_flow_is_a_table_too(visit: Callable[..., Visit]) -> None:
    page = (seen := visit(has_script=False)).page
    seen.open("/", "nb")
    page.get_by_text("Det samme som tabell").click()
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="12 Ansvarlig forbruk og produksjon"))
    expect(row).to_contain_text("Europas grønne giv")
    assert page.get_by_role("rowheader").filter(has_text="Livet i havet").count() == 1


def test_the_menu_opens_without_scripts_on_a_phone_and_stands_open_on_a_desktop(visit: Callable[..., Visit]) -> None:
    for width, is_open in (("phone", False), ("desktop", True)):
        page = (seen := visit(width=width, has_script=False)).page
        seen.open("/", "nb")
        link = page.get_by_role("navigation", name="Hovedmeny").get_by_role("link", name="Begreper")
        assert link.is_visible() == is_open
        if not is_open:
            page.get_by_text("Meny", exact=True).click()
        link.click()
        expect(page).to_have_url(f"{seen.address}/ontology?lang=nb")


def test_the_language_is_changed_on_the_page_at_hand(visit: Callable[..., Visit]) -> None:
    page = (seen := visit()).page
    seen.open("/page/strategy/a1", "nb")
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(f"{seen.address}/page/strategy/a1?lang=en")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_first_stop_of_the_keyboard_leads_to_the_content(visit: Callable[..., Visit]) -> None:
    page = (seen := visit()).page
    seen.open("/", "en")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
