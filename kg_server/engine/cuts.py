"""Where a table that is too long for one answer can be cut, so that what is left is whole in its format."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class _Shape(NamedTuple):
    """Where a row of a format ends, what closes the table, what a further row has, and the rows of the head."""

    find: Callable[[bytearray, int], re.Match[bytes] | None]
    closing: bytes
    more: bytes
    sign: bytes
    head_rows: int = 0


_SHAPES = {
    # a quote after `,{` that ends no string: what follows the end of one is a comma, a bracket or a colon
    "application/sparql-results+json": _Shape(re.compile(rb'\}(?=,\{"[^,}\]:])').search, b"]}}", b",", b",{"),
    "application/sparql-results+xml": _Shape(
        re.compile(rb"</result>").search, b"</results></sparql>", b"<result>", b"</result>"
    ),
    "text/csv": _Shape(re.compile(rb'(?:[^"\r]++|"[^"]*+")*+\r\n').match, b"", b"", b"\n", 1),
    "text/tab-separated-values": _Shape(re.compile(rb"\n").search, b"", b"", b"\n", 1),
}

ROW_SIGNS = {"application/sparql-results+json": b"{", "application/sparql-results+xml": b"<"} | dict.fromkeys(
    ("text/csv", "text/tab-separated-values"), b"\n"
)
"""By format, one byte that every row has."""


def has_more_rows(data: bytearray, media_type: str, most: int) -> bool:
    """Whether the table, as far as it is written, has more rows than that."""
    may_have = len(data) > most and data.count(_SHAPES[media_type].sign) >= most
    return may_have and _row_end(data, media_type, most)[2]


def cut_rows(data: bytearray, media_type: str, most: int) -> int:
    """How many rows are left of a table that was cut in place: whole ones, and no more than `most`."""
    end, count, _ = _row_end(data, media_type, most)
    if count:
        del data[end:]
        data += _SHAPES[media_type].closing
    return count


def _row_end(data: bytearray, media_type: str, most: int) -> tuple[int, int, bool]:
    """Where the row of that number ends, or else the last whole one, its number, and whether more follows."""
    shape = _SHAPES[media_type]
    end = count = 0
    for count, end in enumerate(_ends(data, shape), start=1 - shape.head_rows):
        if count == most:
            return end, count, len(data) > end and data.startswith(shape.more, end)
    return end, max(0, count), False


def _ends(data: bytearray, shape: _Shape) -> Iterator[int]:
    at = 0
    while match := shape.find(data, at):
        at = match.end()
        yield at
