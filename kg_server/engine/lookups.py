"""
Values of named properties of one named thing, read from the columns of a build right where the question came in.

Asking a worker costs more than finding these. Only what is bounded by its form is answered so: a SELECT of one subject
and its properties, each with a variable of its own, whose answer is short. As nothing parses the query here, each part
of it is one that is known to be in order; whatever is not goes to a worker.
"""

from __future__ import annotations

import itertools
import math
import re
from typing import TYPE_CHECKING

from kg_server.core.terms import is_absolute_iri
from kg_server.engine.base import JSON_RESULTS
from kg_server.engine.scans import Table, iri_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg_server.engine.base import Question
    from kg_server.engine.columns import Columns
    from kg_server.engine.gate import Outline

_MOST_ROWS = 100
_MOST_BYTES = 64 * 1024
_IRI = r"<[^\x00-\x20<>\"{}|^`\\]++>"
_NAME = r"[A-Za-z][A-Za-z0-9_-]*+:[A-Za-z][A-Za-z0-9_-]*+"
_VALUE = rf"({_IRI}|{_NAME}|a)\s++\?(\w++)"
_LOOKUP = re.compile(
    rf"(?i:SELECT)((?:\s++\?\w++)++)\s*+(?:(?i:WHERE)\s*+)?"
    rf"\{{\s*+({_IRI}|{_NAME})\s++((?:{_VALUE}\s*+;\s*+)*+{_VALUE})\s*+\.?+\s*+\}}\s*+",
    re.ASCII,
)
_PAIR = re.compile(_VALUE, re.ASCII)
_STRANGE_SPACE = re.compile(r"[^\S \t\r\n]|\ufeff")
"""What is no space in SPARQL, though the gate and Python take it for one."""


class _Pieces(list[bytes]):
    """What a table is written to."""

    def write(self, data: bytes, rows: int | None = None) -> None:  # noqa: ARG002 - an outlet counts rows, this does not
        self.append(data)


def look_up(columns: Columns, question: Question, outline: Outline, most_rows: int) -> bytes | None:
    """The answer in SPARQL JSON; nothing where a worker is to give it."""
    is_usual = question.bindings_type == JSON_RESULTS and not (question.default_graphs or question.named_graphs)
    match = _LOOKUP.fullmatch(outline.query, len(outline.prologue)) if outline.is_simple and is_usual else None
    if match is None or not _is_sure(outline):
        return None
    pairs = _PAIR.findall(match[3])
    shown, names = [name[1:] for name in match[1].split()], [name for _, name in pairs]
    if len({*names}) < len(names) or len({*shown}) < len(shown) or not {*names} >= {*shown}:
        return None
    values = _values(columns, match[2], [verb for verb, _ in pairs], outline.prefixes)
    if values is None or not _is_short(columns, values, most_rows):
        return None
    rows = itertools.product(*values)
    found = dict(zip(names, map(list, zip(*rows, strict=True)), strict=False)) or {name: [] for name in names}
    pieces = _Pieces()
    Table(columns, shown, found).serialize(pieces)
    return b"".join(pieces)


def _is_sure(outline: Outline) -> bool:
    """Whether spaces and declarations are in order beyond doubt, be they used or not."""
    prefixes = outline.prefixes
    is_sure = "".join(prefixes).isascii() and not _STRANGE_SPACE.search(outline.query)
    return is_sure and all(map(is_absolute_iri, prefixes.values()))


def _values(
    columns: Columns, subject: str, verbs: Sequence[str], prefixes: Mapping[str, str]
) -> list[Sequence[int]] | None:
    """The values of each of the properties; nothing where the subject or a property is not in the graph."""
    number = columns.find(iri_of(subject, prefixes) or "")
    properties = [columns.properties.get(iri_of(verb, prefixes) or "") for verb in verbs]
    if number is None:
        return None
    found = [columns.values(of, number) for of in properties if of is not None]
    return found if len(found) == len(properties) else None


def _is_short(columns: Columns, values: Sequence[Sequence[int]], most_rows: int) -> bool:
    """Whether there are few rows, and little text in them."""
    rows = math.prod(map(len, values))
    if rows > min(_MOST_ROWS, most_rows) or max(map(len, values)) > _MOST_ROWS:
        return False
    return rows * sum(max(map(columns.size, column), default=0) for column in values) <= _MOST_BYTES
