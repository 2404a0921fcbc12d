"""SPARQL JSON read piece by piece, so that a long table is never in memory as a whole."""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING, Any

from kg_server.core.errors import EngineError, QueryTooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES = 128 * 1024 * 1024
"""Bytes of one answer that are read by this process at most."""


def bounded(body: Iterator[bytes], most: int = MOST_BYTES) -> Iterator[bytes]:
    """The pieces of the answer; raises `QueryTooLarge` past `most` bytes."""
    size = 0
    for part in body:
        size += len(part)
        if size > most:
            raise QueryTooLarge(
                "The answer is larger than {most} bytes, too large for this format.",
                hint="Ask for CSV or N-Triples, or add a LIMIT.",
                most=most,
            )
        yield part


class JsonReader:
    """
    Finds values in a stream of JSON whose keys come in a known order.

    >>> reader = JsonReader(iter([b'{"head": {"vars": ["a"]}, "results": {"bind', b'ings": [{"a": 1}, {}]}}']))
    >>> reader.value_after('"head"')
    {'vars': ['a']}
    >>> list(reader.items_after('"bindings"'))
    [{'a': 1}, {}]
    """

    def __init__(self, body: Iterator[bytes]) -> None:
        self._body = body
        self._text = ""
        self._at = 0
        self._decode = codecs.getincrementaldecoder("utf-8")().decode
        self._parse = json.JSONDecoder().raw_decode

    def value_after(self, key: str) -> Any:
        """The value that follows `key`."""
        self._skip_to(key)
        self._skip_to(":")
        return self._value()

    def items_after(self, key: str) -> Iterator[Any]:
        """The items of the array that follows `key`."""
        self._skip_to(key)
        self._skip_to("[")
        while self._next_sign() != "]":
            yield self._value()
            if self._next_sign() == ",":
                self._at += 1

    def _skip_to(self, wanted: str) -> None:
        while (found := self._text.find(wanted, self._at)) < 0:
            self._read_on()
        self._at = found + len(wanted)

    def _next_sign(self) -> str:
        while True:
            while self._at < len(self._text):
                if not self._text[self._at].isspace():
                    return self._text[self._at]
                self._at += 1
            self._read_on()

    def _value(self) -> Any:
        self._next_sign()
        while True:
            try:
                value, self._at = self._parse(self._text, self._at)
            except json.JSONDecodeError:
                self._read_on()
            else:
                return value

    def _read_on(self) -> None:
        """Drop what has been read, and at least double what has not, so that a long value costs linear work."""
        parts = [self._text[self._at :]]
        wanted = len(parts[0]) or 1
        got = 0
        while got < wanted and (part := next(self._body, None)) is not None:
            parts.append(self._decode(part))
            got += len(parts[-1])
        if not got:
            raise EngineError("The answer of the engine ended too early.")
        self._text = "".join(parts)
        self._at = 0
