"""The columns of answers: which belong together, what they are called, and which of them hold numbers."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg_server.core.errors import SourceError
from kg_server.core.files import read_text
from kg_server.core.terms import XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from kg_server.core.settings import Settings
    from kg_server.core.terms import Term
    from kg_server.engine.results import Rows

_HEAD = ["name", "label_nb", "label_en"]
_PARTS = {"Label": ("navn", "name"), "Code": ("nr.", "no.")}
_SELECT = re.compile(r"\bSELECT\s+(?:DISTINCT\s+)?(?P<columns>[^{]*?)\s*(?:WHERE\b\s*)?\{", re.IGNORECASE)
_TOKEN = re.compile(r"[()]|\?\w+")
_WHOLE = ("integer", "nonNegativeInteger", "positiveInteger", "int", "long", "gYear")
_NUMBERS = ("decimal", "double", "float")


@dataclass(frozen=True)
class Column:
    """A column as people see it, with those that hold the name and the number of the things in it."""

    name: str
    label: str = ""
    code: str = ""


@dataclass(frozen=True)
class Naming:
    """What columns are called, in nb and en."""

    words: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def label(self, column: str, language: str) -> str:
        """
        What the column is called in the language; its own name where nobody said.

        >>> Naming({"sdg": ("Mål", "Goal")}).label("sdgCode", "nb")
        'Mål (nr.)'
        """
        number = int(language == "en")
        if column in self.words:
            return self.words[column][number]
        for ending, words in _PARTS.items():
            whole = column.removesuffix(ending)
            if whole != column and whole in self.words:
                return f"{self.words[whole][number]} ({words[number]})"
        return column


def read_naming(path: Path, settings: Settings) -> Naming:
    """What columns are called, from the CSV file of names; nothing is said where there is no such file."""
    if not path.is_file():
        return Naming()
    rows = list(csv.reader(io.StringIO(read_text(path, settings))))
    for number, row in enumerate(rows, 1):
        if len(row) != len(_HEAD) or not all(row) or (number == 1 and row != _HEAD):
            raise SourceError("A line names a column in nb and en.", file=path, line=number)
    return Naming({name: (nb, en) for name, nb, en in rows[1:]})


def answer_columns(text: str) -> tuple[str, ...]:
    """
    The columns that a SELECT gives.

    >>> answer_columns("SELECT ?a (COUNT(?b) AS ?c) WHERE { SELECT ?d { } }")
    ('a', 'c')
    """
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    selected = _SELECT.search(code)
    found, depth, last = [], 0, ""
    for token in _TOKEN.findall(selected["columns"] if selected else ""):
        depth += {"(": 1, ")": -1}.get(token, 0)
        last = token.removeprefix("?") if token.startswith("?") else last
        if not depth:
            found.append(last)  # what ends in a parenthesis ends in AS ?name
    return tuple(found)


def shown_columns(names: Sequence[str]) -> tuple[Column, ...]:
    """
    The columns to show: what a thing is called and its number belong to the thing.

    >>> shown_columns(("sdg", "sdgCode", "sdgLabel", "links"))
    (Column(name='sdg', label='sdgLabel', code='sdgCode'), Column(name='links', label='', code=''))
    """
    known = set(names)
    parts = {name + ending for name in names for ending in _PARTS} & known

    def part(name: str) -> str:
        return name if name in parts else ""

    return tuple(Column(name, part(f"{name}Label"), part(f"{name}Code")) for name in names if name not in parts)


def kind_of(terms: Iterable[Term | None]) -> str:
    """
    What a column holds: iri, integer, number, boolean, date or text; the widest that fits all its terms.

    >>> from kg_server.core.terms import literal
    >>> kind_of([literal("1", datatype=XSD + "integer"), None, literal("0.5", datatype=XSD + "decimal")])
    'number'
    """
    kinds = {_kind(term) for term in terms if term}
    if len(kinds) == 1:
        return kinds.pop()
    return "number" if kinds == {"integer", "number"} else "text"


def kinds_of(table: Rows) -> dict[str, str]:
    """What each column of the table holds."""
    return {name: kind_of(row.get(name) for row in table.rows) for name in table.variables}


def _kind(term: Term) -> str:
    if term.kind != "literal":
        return "iri"
    local = term.datatype.removeprefix(XSD)
    if local in _WHOLE:
        return "integer"
    if local in _NUMBERS:
        return "number"
    return local if local in ("boolean", "date") else "text"
