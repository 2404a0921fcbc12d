from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kg_server.web.assets import FOREVER, read_assets
from kg_server.web.menu import menu

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient


def test_a_script_brings_the_styles_it_needs(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(
        json.dumps({"src/pages/map.js": {"file": "assets/map-1.js", "css": ["assets/map-2.css"]}}), encoding="utf-8"
    )
    assert read_assets(manifest).tags("map.js", "/s/").splitlines() == [
        '<link rel="stylesheet" href="/s/built/assets/map-2.css">',
        '<script type="module" src="/s/built/assets/map-1.js"></script>',
    ]


def test_without_a_bundle_nothing_is_loaded(tmp_path: Path) -> None:
    nothing = read_assets(tmp_path / "manifest.json")
    assert (nothing.tags("style.css", "/static/"), nothing.notices("/static/")) == ("", "")


def test_what_the_bundle_holds_is_kept_for_good(client: FlaskClient) -> None:
    link = next(line for line in client.get("/").text.splitlines() if 'rel="stylesheet"' in line)
    with client.get(link.split('href="')[1].split('"')[0]) as style:
        assert (style.status_code, style.headers["Cache-Control"]) == (200, FOREVER)
    with client.get("/static/built/assets/style-of-yesterday.css") as missing:
        assert missing.status_code == 404
        assert "immutable" not in missing.headers.get("Cache-Control", "")


def test_the_menu_names_the_pages_there_are(app: Flask) -> None:
    known = {rule.rule for rule in app.url_map.iter_rules()}
    with app.test_request_context("/ontology?lang=en"):
        items = menu()
        here = [(item.label, item.address) for item in items if item.is_here]
    assert {item.path for item in items} <= known
    assert here == [("Terms", "/ontology?lang=en")]
