"""The pictures in the README, of the real graph; `python -m tests.browser.pictures` takes them anew."""

from __future__ import annotations

import sys
from typing import NamedTuple

from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS, ROOT
from tests.serving import serving

FOLDER = ROOT / "docs" / "pictures"


class Picture(NamedTuple):
    """What is shown: the top of a page, as many pixels high as tell enough."""

    name: str
    address: str
    scheme: str
    height: int


PICTURES = (
    Picture("matrix.png", "matrix?lang=nb", "light", 960),
    Picture("trace.png", "trace?from=A1&to=policy/batteries&longest=3&lang=en", "dark", 940),
)


def main() -> None:
    """Take every picture, over the build in use."""
    FOLDER.mkdir(exist_ok=True)
    with serving() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS])
        for picture in PICTURES:
            page = browser.new_page(
                color_scheme="dark" if picture.scheme == "dark" else "light",
                viewport={"width": 1280, "height": picture.height},
            )
            page.goto(address + picture.address, wait_until="networkidle")
            page.screenshot(path=FOLDER / picture.name)
            sys.stdout.write(f"{FOLDER.relative_to(ROOT) / picture.name}\n")
        browser.close()


if __name__ == "__main__":
    main()
