"""The styles and scripts of the pages, by the names they have before the bundle is made."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BUILT = "built"
FOREVER = "public, max-age=31536000, immutable"
BUILT_FOLDER = Path(__file__).parent / "static" / BUILT
_MANIFEST = BUILT_FOLDER / "manifest.json"


@dataclass(frozen=True)
class Assets:
    """
    What vite made of each entry, as its manifest tells; empty where no bundle was built.

    >>> made = Assets({"src/pages/map.js": {"file": "assets/map-1.js"}})
    >>> made.tags("map.js", "/static/")
    Markup('<script type="module" src="/static/built/assets/map-1.js"></script>')
    >>> Assets().tags("map.js", "/static/")
    Markup('')
    """

    entries: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def tags(self, name: str, static: str) -> Markup:
        """The elements that load a style sheet or a page's script, from files under `static`."""
        entry = self.entries.get(f"src/style/{name}" if name.endswith(".css") else f"src/pages/{name}")
        return Markup("\n").join(_tag(f"{static}{BUILT}/{file}") for file in _files(entry or {}))

    def notices(self, static: str) -> str:
        """Where the licences of the libraries in the bundle are told; nothing where there is no bundle."""
        return f"{static}{BUILT}/notices.txt" if self.entries else ""


def read_assets(manifest: Path = _MANIFEST) -> Assets:
    """The bundle that was built with the package."""
    if not manifest.is_file():
        return Assets()
    return Assets(json.loads(manifest.read_text(encoding="utf-8")))


def _files(entry: Mapping[str, Any]) -> Iterator[str]:
    yield from entry.get("css", ())
    if "file" in entry:
        yield entry["file"]


def _tag(address: str) -> Markup:
    if address.endswith(".css"):
        return Markup('<link rel="stylesheet" href="{}">').format(address)
    return Markup('<script type="module" src="{}"></script>').format(address)
