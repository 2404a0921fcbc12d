from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from tests.serving import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, Response

    from kg_server.core.settings import Settings

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDTHS = {"desktop": 1280, "phone": 360}
HEIGHT = 800
PATIENCE_MS = 15_000


@dataclass
class Visit:
    """A tab that remembers all that a page must not do."""

    page: Page
    address: str
    faults: list[str] = field(default_factory=list)
    scripts: list[int] = field(default_factory=list)

    def open(self, path: str, language: str = "") -> Response:
        """Go to a path of the service, in a language."""
        mark = "&" if "?" in path else "?"
        answer = self.page.goto(self.address + path + (f"{mark}lang={language}" if language else ""))
        assert answer is not None
        return answer

    def watch(self, expected: tuple[int, ...] = ()) -> None:
        """Take down errors, warnings and requests that leave the site; failed answers only where not `expected`."""
        host = urlsplit(self.address).netloc

        def told(message: ConsoleMessage) -> None:
            is_status = "the server responded with a status of" in message.text
            if message.type in ("error", "warning") and not (is_status and expected):
                self.faults.append(f"{message.type}: {message.text}")

        def asked(request: Request) -> None:
            if urlsplit(request.url).netloc != host and not request.url.startswith(("data:", "blob:")):
                self.faults.append(f"leaves the site: {request.url}")

        def answered(response: Response) -> None:
            if response.status >= 400 and response.status not in expected:
                self.faults.append(f"{response.status}: {response.url}")

        def finished(request: Request) -> None:
            if request.resource_type == "script":
                self.scripts.append(request.sizes()["responseBodySize"])

        self.page.on("console", told)
        self.page.on("pageerror", lambda error: self.faults.append(f"thrown: {error}"))
        self.page.on("request", asked)
        self.page.on("response", answered)
        self.page.on("requestfinished", finished)

    def axe(self) -> list[str]:
        """What axe finds wrong: each rule with the elements that break it."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: dict[str, Any] = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{rule['id']}: {node['target']} {node['failureSummary']}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

    def keep_picture(self, name: str) -> None:
        """A picture of the whole page in the folder $KG_SCREENSHOTS, if it is set."""
        if folder := os.environ.get("KG_SCREENSHOTS"):
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium with a profile of its own."""
    if not CHROMIUM.exists():
        reason = f"{CHROMIUM} is missing; install Debian's package chromium."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    with contextlib.closing(playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS])) as launched:
        yield launched


@pytest.fixture(scope="session")
def address(real_build: Settings) -> Iterator[str]:
    """The service over the real graph."""
    with serving(store_dir=real_build.store_dir, local_dir=real_build.local_dir) as found:
        yield found.rstrip("/")


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Callable[..., Visit]]:
    """Open a tab: `visit(scheme="dark", width="phone", has_script=False)`; what it did wrong fails the test."""
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def start(
        *,
        scheme: str = "light",
        width: str = "desktop",
        has_script: bool = True,
        is_for_axe: bool = False,
        expected: tuple[int, ...] = (),
    ) -> Visit:
        context = browser.new_context(
            color_scheme="dark" if scheme == "dark" else "light",
            viewport={"width": WIDTHS[width], "height": HEIGHT},
            java_script_enabled=has_script,
            bypass_csp=is_for_axe,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        visits.append(Visit(context.new_page(), address))
        visits[-1].watch(expected)
        return visits[-1]

    yield start
    for context in contexts:
        context.close()
    assert [fault for one in visits for fault in one.faults] == []
