"""The words of passages put together again as the text they were taken from, with the places they mark in it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_APART = 2
"""So many code points between two passages, and the text begins a new line there."""


class Span(NamedTuple):
    """A passage by its name: where its words begin and end in the document, and the words, with white space folded."""

    name: str
    start: int
    end: int
    words: str


class Stretch(NamedTuple):
    """Words that the same passages cover, and those of the passages that begin and that end with it."""

    text: str
    begins: tuple[str, ...]
    ends: tuple[str, ...]
    is_marked: bool


def paragraphs(spans: Iterable[Span], own_line: Iterable[str] = ()) -> Iterator[tuple[Span, ...]]:
    """
    The passages as they stand together in paragraphs; those named in `own_line` begin one whatever is before them.

    >>> near, far = Span("near", 5, 9, "more"), Span("far", 11, 15, "else")
    >>> [[span.name for span in found] for found in paragraphs([Span("first", 0, 4, "some"), near, far])]
    [['first', 'near'], ['far']]
    """
    first = frozenset(own_line)
    found: list[Span] = []
    end = 0
    for span in sorted(spans, key=lambda one: (one.start, -one.end, one.name)):
        if found and (span.start - end >= _APART or (span.name in first and span.start >= end)):
            yield tuple(found)
            found = []
        found.append(span)
        end = max(end, span.end)
    if found:
        yield tuple(found)


def stretches(spans: Sequence[Span]) -> list[Stretch]:
    """
    The passages of one paragraph as running text; words that several of them cover stand there once.

    >>> outer, inner = Span("outer", 0, 12, "one two three"), Span("inner", 4, 7, "two")
    >>> [(part.text, part.begins, part.ends) for part in stretches([outer, inner])]
    [('one ', ('outer',), ()), ('two', ('inner',), ('inner',)), (' three', (), ('outer',))]
    """
    text, places = _joined(spans)
    edges = sorted({edge for place in places.values() for edge in place})
    return [
        Stretch(
            text[begin:end],
            tuple(name for name, (first, _) in places.items() if first == begin),
            tuple(name for name, (_, last) in places.items() if last == end),
            any(first <= begin and end <= last for first, last in places.values()),
        )
        for begin, end in pairwise(edges)
    ]


def _joined(spans: Sequence[Span]) -> tuple[str, dict[str, tuple[int, int]]]:
    """The words of all passages as one text, and where each passage stands in it."""
    text, end, before = "", 0, 0
    places: dict[str, tuple[int, int]] = {}
    for span in spans:
        if span.start >= end:
            text += " " if text else ""
            at = len(text)
        elif (at := text.find(span.words, before)) < 0:
            at = _overlap(text, span.words)
        text = text[:at] + span.words if at + len(span.words) > len(text) else text
        places[span.name] = at, at + len(span.words)
        end, before = max(end, span.end), at
    return text, places


def _overlap(text: str, words: str) -> int:
    """
    Where the words begin that the text ends with.

    >>> _overlap("one two", "two three")
    4
    """
    return next(at for at in range(max(0, len(text) - len(words)), len(text) + 1) if words.startswith(text[at:]))
