"""Questions to the real graph, with every prefix of the project declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg_server.core.namespaces import prefixes
from kg_server.engine.results import read_rows

if TYPE_CHECKING:
    from kg_server.engine.base import Engine

PROLOGUE = "".join(f"PREFIX {name}: <{space}>\n" for name, space in prefixes().items())


def answers(engine: Engine, query: str) -> list[tuple[str, ...]]:
    """The rows of a SELECT, each as the values of its variables; an unbound one is empty."""
    found = read_rows(engine, PROLOGUE + query)
    return [tuple(row[name].value if name in row else "" for name in found.variables) for row in found.rows]
