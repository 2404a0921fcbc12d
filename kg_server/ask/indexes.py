"""Which index belongs to what an engine serves: the one made with the build, or else one made of its answers."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from kg_server.ask.finding import Index
from kg_server.ask.labels import everywhere, values
from kg_server.core.index import INDEX, Said, make_index, properties_read
from kg_server.engine.results import read_rows

if TYPE_CHECKING:
    from kg_server.core.settings import Settings
    from kg_server.engine.base import Engine

MOST_SAID = 100_000
"""Triples that an index made of answers is made of at most."""


class Indexes:
    """The indexes of one service; one that has to be made is made at the first search and kept with its build."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._made: dict[str, Index] = {}

    def of(self, engine: Engine, *, anywhere: bool = False) -> Index:
        """The index of the build that the engine serves; `anywhere` for data that may lie in named graphs alone."""
        path = self._settings.store / engine.digest / INDEX
        if path.is_file():
            return Index(path)
        with self._lock:
            if engine.digest not in self._made:
                made = read_index(engine, self._settings.base, most=MOST_SAID, anywhere=anywhere)
                self._made = {engine.digest: made}
            return self._made[engine.digest]


def read_index(engine: Engine, base: str, *, most: int, anywhere: bool = False) -> Index:
    """An index of what the engine tells of names, numbers and texts, as far as one answer holds it."""
    pattern = "?thing ?property ?value"
    query = f"""SELECT DISTINCT ?thing ?property ?value WHERE {{
  VALUES ?property {{ {values(properties_read(base))} }}
  {everywhere(pattern) if anywhere else pattern}
  FILTER (ISIRI(?thing) && !ISBLANK(?value))
}}"""
    table = read_rows(engine, query, most=most)
    said = (
        Said(row["thing"].value, row["property"].value, row["value"].value, row["value"].language) for row in table.rows
    )
    return Index(make_index(said, base), is_cut=not table.complete)
