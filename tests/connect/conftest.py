from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg_server.connect.documents import read_document
from kg_server.connect.passages import COLUMNS, mark_passage
from kg_server.core.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXT = (
    " 1. Om byen\n\n"
    "Byen ligger ved\u202fhavet, \nog har en havn.  Mange bor her. \n\n"
    "1.1 Om havna\n\n"
    "Havna er åpen for alle. Skip fra \nmange land legger til hver uke.\n\n"
    "Grønn havn\n\n"
    "2. Om framtida\n\n"
    "Grønn havn\n\n"
    "Byen vil ha renere luft innen ti år. \n"
)
PASSAGES = {
    "1-sea": ("1", "Byen ligger ved havet, og har en havn."),
    "1-people": ("1", "Mange bor her."),
    "1-1-open": ("1-1", "Havna er åpen for alle."),
    "1-1-ships": ("1-1", "Skip fra mange land legger til hver uke."),
    "2-air": ("2", "Byen vil ha renere luft innen ti år."),
}
ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "source"


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    """The text the passages were marked in."""
    path = tmp_path / "reference.txt"
    path.write_bytes(TEXT.encode())
    return path


@pytest.fixture
def project(tmp_path: Path, reference: Path) -> Settings:
    """A project whose table of passages was marked in the reference text."""
    document = read_document(reference)
    rows = [mark_passage(document, words, slug, section).row() for slug, (section, words) in PASSAGES.items()]
    return write_table(tmp_path / "project", rows)


def write_table(folder: Path, rows: Sequence[str]) -> Settings:
    table = folder / "data" / "strategy" / "passages.csv"
    table.parent.mkdir(parents=True)
    table.write_text("\n".join([",".join(COLUMNS), *rows, ""]), encoding="utf-8")
    return read_settings(project_dir=folder)
