"""
The default graph once more, property by property: who has it and what its values are, as two columns of numbers.

Whoever wants all values of a property reads them here one after another, where a store looks up each by itself. So it
was told by Abadi et al., "Scalable Semantic Web Data Management Using Vertical Partitioning" (VLDB 2007).

A file holds a line that tells what it is, the length of a table of contents and that table in JSON, then where the text
of each term ends, four columns of terms by their numbers, and the texts. A number is a term's place in the order of the
texts; a text is the term as SPARQL JSON writes it. The rows of a property stand together, in one pair of columns by
subject and in the other by object. Numbers are in the machine's own byte order: a file is read where it was written.
"""

from __future__ import annotations

import bisect
import json
import mmap
import struct
from array import array
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kg_server.core.layout import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

MAGIC = b"strategigraf columns 1\n"
LENGTH = struct.Struct("=Q")
PLACE: Final = "Q"
NUMBER: Final = "I"
"""The types of arrays for where a text ends, and for the number of a term."""

Pairs = tuple[list[int], list[int]]


class Property(NamedTuple):
    """The number of a property, and its rows in the columns: the first of them and how many there are."""

    number: int
    first: int
    rows: int


class Columns:
    """
    The default graph by its properties; `properties` tells of each by its IRI.

    `quad_bytes` is how long the N-Quads were that it was made of.
    """

    def __init__(self, data: bytes | mmap.mmap) -> None:
        start = len(MAGIC)
        (length,) = LENGTH.unpack_from(data, start)
        start += LENGTH.size
        told = json.loads(data[start : start + length])
        self.properties = {iri: Property(*row) for iri, row in told["properties"].items()}
        self.quad_bytes: int = told["quad_bytes"]
        self._terms: int = told["terms"]
        triples: int = told["triples"]
        view = memoryview(data)
        start += length
        middle = start + LENGTH.size * (self._terms + 1)
        end = middle + 4 * array(NUMBER).itemsize * triples
        self._places = view[start:middle].cast(PLACE)
        numbers = view[middle:end].cast(NUMBER)
        self._columns = [numbers[at * triples : (at + 1) * triples] for at in range(4)]
        self._data, self._begin = data, end

    def texts(self, numbers: Iterable[int], before: bytes) -> dict[int, bytes]:
        """The terms of those numbers, each behind the same bytes."""
        data, places, begin = self._data, self._places, self._begin
        return {one: before + data[begin + places[one] : begin + places[one + 1]] for one in numbers}

    def size(self, number: int) -> int:
        """The bytes of the term of that number."""
        return int(self._places[number + 1]) - int(self._places[number])

    def find(self, iri: str) -> int | None:
        """The number of the IRI, if it is the subject, property or object of any triple."""
        wanted = as_text({"type": "uri", "value": iri})
        enough = len(wanted) + 1  # bytes of any text, however long it is, tell whether it is the one or comes before it

        def beginning(number: int) -> bytes:
            start = self._begin + self._places[number]
            return self._data[start : start + min(self.size(number), enough)]

        number = bisect.bisect_left(range(self._terms), wanted, key=beginning)
        return number if number < self._terms and beginning(number) == wanted else None

    def pairs(self, of: Property, start: int = 0, stop: int | None = None) -> Pairs:
        """The subjects and objects of a property, row by row; all of them, or from one row to before another."""
        end = of.first + of.rows
        rows = slice(min(of.first + start, end), end if stop is None else min(of.first + stop, end))
        return self._columns[0][rows].tolist(), self._columns[1][rows].tolist()

    def values(self, of: Property, subject: int) -> Sequence[int]:
        """The objects that subject has as values of the property, of which none is copied."""
        rows = self._rows(0, of, subject)
        return self._columns[1][rows.start : rows.stop]

    def count(self, of: Property, value: int) -> int:
        """How many subjects have that object as a value of the property."""
        return len(self._rows(3, of, value))

    def subjects(self, of: Property, value: int) -> list[int]:
        """The subjects that have that object as a value of the property."""
        rows = self._rows(3, of, value)
        return list(self._columns[2][rows.start : rows.stop])

    def _rows(self, place: int, of: Property, number: int) -> range:
        """The rows of the property that have the number in that column, which is in order."""
        column, end = self._columns[place], of.first + of.rows
        begin = bisect.bisect_left(column, number, of.first, end)
        return range(begin, bisect.bisect_right(column, number, begin, end))


def read_columns(dataset: Path, most_bytes: int) -> Columns | None:
    """What stands beside the N-Quads, in this process's own memory; nothing where it is larger than that."""
    file = dataset.with_name(COLUMNS)
    try:
        data = file.read_bytes() if file.stat().st_size <= most_bytes else b""
    except OSError:
        return None
    return _fitting(data, dataset)


def open_columns(dataset: Path) -> Columns | None:
    """What stands beside the N-Quads, to be shared with forks."""
    try:
        with dataset.with_name(COLUMNS).open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):
        return None
    return _fitting(data, dataset)


def _fitting(data: bytes | mmap.mmap, dataset: Path) -> Columns | None:
    """The columns, unless they were written by another version or of other quads."""
    columns = Columns(data) if data[: len(MAGIC)] == MAGIC else None
    return columns if columns is not None and columns.quad_bytes == dataset.stat().st_size else None


def as_text(cell: Mapping[str, Any]) -> bytes:
    """
    The cell of a SPARQL JSON result as it is written everywhere here.

    >>> as_text({"type": "literal", "value": "å", "xml:lang": "nb"}).decode()
    '{"type":"literal","value":"å","xml:lang":"nb"}'
    """
    return json.dumps(cell, ensure_ascii=False, separators=(",", ":")).encode()
