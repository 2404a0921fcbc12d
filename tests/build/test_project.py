from __future__ import annotations

from typing import TYPE_CHECKING

from kg_server.build.pipeline import build
from tests.build.projects import ROOT, settings_of

if TYPE_CHECKING:
    from pathlib import Path


def test_the_project_itself_can_be_built(tmp_path: Path) -> None:
    made = build(settings_of(ROOT, store_dir=str(tmp_path)))
    assert made.record["derived"]["direct-link"] > 0
    assert min(made.record["derived"].values()) > 0
