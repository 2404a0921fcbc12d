"""Answers in XML, let out only while they are XML."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from kg_server.core.errors import NotAcceptable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg_server.engine.base import Answer

MOST_HELD = 8 * 1024 * 1024
"""Bytes that are read before the first is sent, so that a smaller answer is known to be whole and sound."""


XML_TYPES = ("application/sparql-results+xml", "application/rdf+xml")


def body_of(answer: Answer) -> Iterable[bytes]:
    """What to send of an answer; raises `NotAcceptable` where it is to be XML and cannot."""
    return SoundXml(answer) if answer.media_type in XML_TYPES else answer.body


class SoundXml:
    """
    The body of an answer in XML; whoever reads it hears `NotAcceptable` instead of getting what is not XML.

    XML has no way to write some characters, nor RDF/XML some properties, while the engine writes them all the same. A
    carriage return is written as a reference: as itself, a reader of XML would take it for a line feed.
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._pieces = self._check()
        self._held: list[bytes] = []
        size = 0
        for piece in self._pieces:
            self._held.append(piece)
            size += len(piece)
            if size > MOST_HELD:
                break

    def __iter__(self) -> Iterator[bytes]:
        yield from self._held
        self._held = []
        yield from self._pieces

    def close(self) -> None:
        """Free whoever writes the answer."""
        self._answer.close()

    def _check(self) -> Iterator[bytes]:
        """The pieces, each once it is known that XML can hold it."""
        try:
            for part in self._answer.body:
                piece = part.replace(b"\r", b"&#13;")
                self._parser.Parse(piece, False)
                yield piece
            self._parser.Parse(b"", True)
        except expat.ExpatError as exc:
            self._answer.close()
            raise NotAcceptable(
                "The answer holds something that XML cannot carry.",
                hint="Ask for JSON, or for Turtle where the answer is a graph.",
            ) from exc
        except BaseException:
            self._answer.close()
            raise
