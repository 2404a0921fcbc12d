"""
What a worker's serialisers write to: an answer is kept until it is whole, or as large as one may be.

Its beginning goes ahead to the front, which reads while the engine still writes, and holds back what it has read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg_server.core.errors import QueryTooLarge
from kg_server.engine.cuts import ROW_SIGNS, cut_rows, has_more_rows
from kg_server.engine.wire import DATA, END, MOST_AHEAD, PIECE, End, Head, Wire, WireClosedError, frame, head, note

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyoxigraph


class FullError(Exception):
    """The answer holds all it may."""


class Outlet:
    """One answer on its way out; `most_rows` counts the rows of a table or the triples of a graph."""

    def __init__(self, wire: Wire, kind: str, media_type: str, *, most_rows: int, most_bytes: int) -> None:
        self._wire = wire
        self._kind = kind
        self._media_type = media_type
        self._most_rows = most_rows
        self._most_bytes = most_bytes
        self._buffer = bytearray()
        self._next_look = PIECE
        self._sign = ROW_SIGNS.get(media_type, b"")
        self._signs = 0
        self._sent = 0
        self._kept: int | None = None
        self.is_broken = False

    def write(self, data: bytes, rows: int | None = None) -> int:
        """Take what a serialiser writes, which may know its rows; raises `FullError` when a table holds all it may."""
        self._buffer += data
        if self._kind == "bindings":
            if len(self._buffer) > self._most_bytes:
                del self._buffer[self._most_bytes :]
                raise FullError
            self._signs += data.count(self._sign) if rows is None else rows
            if len(self._buffer) > self._next_look:
                self._next_look = 2 * len(self._buffer)
                if self._has_more_rows():
                    raise FullError
        while self._sent + PIECE < min(len(self._buffer), MOST_AHEAD):
            self._put_piece()
        return len(data)

    def flush(self) -> None:
        """Nothing to do: an answer is sent when it is whole."""

    def within(self, triples: Iterable[pyoxigraph.Triple]) -> Iterator[pyoxigraph.Triple]:
        """As many of the triples as the answer may hold."""
        for number, triple in enumerate(triples):
            if number == self._most_rows or len(self._buffer) > self._most_bytes:
                self._kept = number
                return
            yield triple

    def close(self, *, is_full: bool) -> None:
        """Cut a table that is too long; raises `QueryTooLarge`."""
        if self._kind != "bindings":
            return
        if is_full or self._has_more_rows():
            self._kept = cut_rows(self._buffer, self._media_type, self._most_rows)
            self._sent = 0
            if not self._kept:
                raise QueryTooLarge("Not one row of the answer fits into it.", hint="Select fewer or shorter values.")

    def _has_more_rows(self) -> bool:
        """Whether the table has more rows than the answer may hold; few signs rule it out without reading it again."""
        return self._signs >= self._most_rows and has_more_rows(self._buffer, self._media_type, self._most_rows)

    def send(self, end: End) -> None:
        """Send what is left of the answer, with what there is to say at its end."""
        start = self._sent
        piece = self._next_piece()
        is_last = self._sent == len(self._buffer)
        self._put(head(Head(self._kind, self._media_type, self._kept, start, end if is_last else None), piece))
        while self._sent < len(self._buffer):
            self._put_piece()
        if not is_last:
            self._put(note(END, **end._asdict()))

    def _put_piece(self) -> None:
        """Send the next piece; it is copied once, and the buffer is free to grow again."""
        end = min(len(self._buffer), self._sent + PIECE)
        with memoryview(self._buffer) as view:
            data = frame(DATA, view[self._sent : end])
        self._sent = end
        self._put(data)

    def _next_piece(self) -> bytes:
        with memoryview(self._buffer) as view:
            piece = bytes(view[self._sent : self._sent + PIECE])
        self._sent += len(piece)
        return piece

    def _put(self, data: bytes) -> None:
        try:
            self._wire.send(data)
        except WireClosedError:
            self.is_broken = True
            raise
