"""The expected answers in tests/golden/; `python -m tests.golden` rewrites them from the build in use."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kg_server.ask.catalog import read_catalog, run_query
from kg_server.core.namespaces import compact
from kg_server.core.settings import read_settings
from kg_server.engine.opening import open_engine

if TYPE_CHECKING:
    from kg_server.ask.catalog import Query
    from kg_server.core.terms import Term
    from kg_server.engine.base import Engine

ROOT = Path(__file__).parents[1]
FOLDER = Path(__file__).parent / "golden"
NOTHING_FOUND = ("without-partner",)
"""The questions about gaps of a kind that the plan does not have."""


def example_values(query: Query) -> dict[str, str]:
    """What each parameter is asked with: its default, else its example."""
    given = {param.name: param.default or param.example for param in query.params if param.type != "lang"}
    return {name: value for name, value in given.items() if value}


def golden_answer(engine: Engine, query: Query) -> str:
    """The answer to a question as CSV that people can read: IRIs as they are written, literals without their type."""
    answer = run_query(engine, query, example_values(query))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(answer.variables)
    writer.writerows([_cell(row.get(name), query.base) for name in answer.variables] for row in answer.rows)
    return text.getvalue()


def _cell(term: Term | None, base: str) -> str:
    if term is None:
        return ""
    return compact(term.value, base) if term.kind == "uri" else term.value


def rewrite() -> None:
    """Write the answer of every question, and remove the answers that no question is left for."""
    settings = read_settings(project_dir=ROOT)
    catalog = read_catalog(settings)
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.csv"):
        if path.stem not in catalog:
            path.unlink()
    with open_engine(settings) as engine:
        for name, query in catalog.items():
            (FOLDER / f"{name}.csv").write_text(golden_answer(engine, query), encoding="utf-8")
    sys.stdout.write(f"{len(catalog)} answers written to {FOLDER.relative_to(ROOT)}\n")


if __name__ == "__main__":
    rewrite()
