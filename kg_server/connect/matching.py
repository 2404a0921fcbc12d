"""Finding the passages again in a document, and what no passage touches."""

from __future__ import annotations

import enum
import hashlib
import itertools
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg_server.connect.folding import digest, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg_server.connect.documents import Document
    from kg_server.connect.folding import Folded
    from kg_server.connect.passages import Passage

_WORD = re.compile(r"\w+")


class State(enum.StrEnum):
    """What became of a passage in a document."""

    FOUND = "found"
    MOVED = "moved"
    MISSING = "missing"


@dataclass(frozen=True)
class Match:
    """A passage and where the document has it; without a place when it is missing."""

    passage: Passage
    state: State
    start: int | None = None
    end: int | None = None
    wording: str = field(default="", repr=False)


@dataclass(frozen=True)
class Stretch:
    """Words of the document that no passage touches, and the sections of the passages around them."""

    section: str
    start: int
    end: int
    words: int
    begins: str = field(repr=False)


def match_passages(document: Document, passages: Sequence[Passage]) -> list[Match]:
    """For every passage, in the order given, where the document has it: at its recorded place, elsewhere or nowhere."""
    unmoved = {passage for passage in passages if _stands_at_its_place(document, passage)}
    places = _search(document.folded, [passage for passage in passages if passage not in unmoved])
    shifts = sorted(
        [(passage.start, 0) for passage in unmoved]
        + [
            (passage.start, document.folded.origins[found[0]] - passage.start)
            for passage, found in places.items()
            if len(found) == 1
        ]
    )
    return [
        _unmoved(document, passage) if passage in unmoved else _moved(document, passage, places[passage], shifts)
        for passage in passages
    ]


def untouched(document: Document, matches: Iterable[Match]) -> list[Stretch]:
    """The stretches with words between the passages that were found, in the order of the document."""
    known = sorted((match.start, match.end, match.passage.section) for match in matches if match.start is not None)
    stretches = []
    begin, before = 0, ""
    for start, end, section in [*known, (len(document.text), len(document.text), "")]:
        text = document.text[begin:start]
        if words := _WORD.findall(text):
            left = begin + len(text) - len(text.lstrip())
            around = " / ".join(dict.fromkeys(name for name in (before, section) if name))
            stretches.append(Stretch(around, left, begin + len(text.rstrip()), len(words), _beginning(text)))
        if end is not None and end > begin:
            begin, before = end, section
    return stretches


def _stands_at_its_place(document: Document, passage: Passage) -> bool:
    """Whether the passage's words stand where the table says."""
    return digest(document.text[passage.start : passage.end]) == passage.sha256


def _unmoved(document: Document, passage: Passage) -> Match:
    """The passage at its recorded place."""
    wording = fold(document.text[passage.start : passage.end])
    return Match(passage, State.FOUND, passage.start, passage.end, wording)


def _moved(document: Document, passage: Passage, found: list[int], shifts: list[tuple[int, int]]) -> Match:
    """The passage at that place found which its nearest neighbour's shift makes likely."""
    if not found:
        return Match(passage, State.MISSING)
    _, shift = min(shifts, key=lambda known: abs(known[0] - passage.start), default=(0, 0))
    at = min(found, key=lambda place: abs(document.folded.origins[place] - passage.start - shift))
    stop = at + passage.folded_length
    return Match(passage, State.MOVED, *document.folded.origin(at, stop), document.folded.text[at:stop])


def _search(folded: Folded, passages: Iterable[Passage]) -> dict[Passage, list[int]]:
    """For each passage all its places in the folded text: one sweep for every length there is."""
    wanted: dict[int, dict[bytes, list[Passage]]] = defaultdict(lambda: defaultdict(list))
    for passage in passages:
        wanted[passage.folded_length][bytes.fromhex(passage.sha256)].append(passage)
    places: dict[Passage, list[int]] = {passage: [] for passage in passages}
    starts, ends = _edges(folded.text, max(wanted, default=0))
    data, at = _bytes(folded.text)
    for length, digests in wanted.items():
        for place in starts:
            if ends[place + length]:
                key = hashlib.sha256(data[at[place] : at[place + length]]).digest()
                for passage in digests.get(key, ()):
                    places[passage].append(place)
    return places


def _edges(text: str, longest: int) -> tuple[list[int], bytearray]:
    """Where in a folded text a passage may start, and for each place whether one may end there: never inside a word."""
    inside = bytearray(len(text) + 1)
    for word in _WORD.finditer(text):
        inside[word.start() + 1 : word.end()] = b"\1" * (len(word.group()) - 1)
    starts = [place for place, char in enumerate(text) if char != " " and not inside[place]]
    ends = bytearray(len(text) + 1 + longest)
    for place, char in enumerate(text, start=1):
        ends[place] = char != " " and not inside[place]
    return starts, ends


def _bytes(text: str) -> tuple[bytes, list[int]]:
    """The text in UTF-8, and where in that each character starts, and the end."""
    sizes = (1 if char < "\x80" else len(char.encode()) for char in text)
    return text.encode(), list(itertools.accumulate(sizes, initial=0))


def _beginning(text: str, words: int = 6) -> str:
    """The first words of a text, with a mark where more follow."""
    parts = text.split()
    return " ".join(parts[:words]) + (" …" if len(parts) > words else "")
