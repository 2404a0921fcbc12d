from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import hatch_build

if TYPE_CHECKING:
    from pathlib import Path

AWAY = re.compile(r"""(?:url\(|import\s*\(?|from|fetch\()\s*["']?(?:https?:)?//""")


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of sources with its bundle built."""
    monkeypatch.delenv(hatch_build.SKIP, raising=False)
    monkeypatch.setattr(hatch_build, "SOURCES", tmp_path)
    monkeypatch.setattr(hatch_build, "STAMP", tmp_path.parent / "stamp.txt")
    (tmp_path / "page.js").write_text("1", encoding="ascii")
    hatch_build.STAMP.write_text(hatch_build.digest(), encoding="ascii")
    return tmp_path


def test_an_unchanged_bundle_is_left_alone(sources: Path) -> None:
    (sources / "node_modules").mkdir()
    (sources / "node_modules" / "other.js").write_text("2", encoding="ascii")
    assert not hatch_build.is_wanted()


def test_a_change_of_the_sources_is_seen(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (sources / "page.js").write_text("2", encoding="ascii")
    assert hatch_build.is_wanted()
    monkeypatch.setenv(hatch_build.SKIP, "1")
    assert not hatch_build.is_wanted()


def test_a_build_that_fails_says_what_failed_and_what_can_be_done(sources: Path) -> None:
    with pytest.raises(RuntimeError, match=r"(?s)fetching the libraries of the pages failed:.*KG_SKIP_WEB=1"):
        hatch_build.build()
    assert sources.exists()


def test_the_bundle_asks_nothing_of_other_sites_and_holds_no_data_addresses() -> None:
    files = [path for path in hatch_build.BUILT.rglob("*") if path.suffix in (".css", ".js")]
    assert files
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert not AWAY.search(text), path
        assert path.suffix == ".js" or "data:" not in text, path


def test_every_library_of_the_bundle_is_named_with_its_licence() -> None:
    told = (hatch_build.BUILT / "notices.txt").read_text(encoding="utf-8")
    wanted = json.loads((hatch_build.SOURCES / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert [name for name, version in wanted.items() if f"{name} {version} (" not in told] == []


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((hatch_build.SOURCES / "package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, one in lock["packages"].items() if "resolved" in one] == []
    assert [name for name, one in lock["packages"].items() if name and not one.get("integrity")] == []


def test_an_unchanged_bundle_costs_no_time() -> None:
    done = subprocess.run([sys.executable, hatch_build.__file__], capture_output=True, timeout=5, check=True)
    assert done.stdout == b""
