"""The strategy's text and the collected facts, where they lie beside the repository; they are not ours to include."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
TEXT = SHARED / "source" / "internasjonal-strategi.txt"

needs_reference = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the strategy's text and the collected facts belong to others and are not here"
)


def facts(path: str) -> list[dict[str, str]]:
    """The verified rows of one table of facts."""
    with (SHARED / "reference" / path).open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["verified"] == "yes"]


def table(path: str) -> list[dict[str, str]]:
    """The rows of one of the project's own tables."""
    with (ROOT / "data" / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
