"""Small projects to build and to break."""

from __future__ import annotations

import shutil
from pathlib import Path

from kg_server.core.settings import Settings

ROOT = Path(__file__).parents[2]


def copy_mini(folder: Path) -> Path:
    """A copy of the small project in `folder`, with the real ontology and its rules."""
    shutil.copytree(ROOT / "tests" / "mini", folder)
    shutil.copytree(ROOT / "ontology", folder / "ontology", dirs_exist_ok=True)
    return folder


def settings_of(folder: Path, **given: str) -> Settings:
    """The settings of the project in `folder`."""
    return Settings.model_validate({"project_dir": folder, **given})


def edit(path: Path, old: str, new: str) -> None:
    """Replace `old`, which has to be there, with `new` in the file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
