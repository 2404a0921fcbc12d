"""What is told of a thing that was found: its name, its class, and where the words stand in what is said of it."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kg_server.ask.labels import Text, best
from kg_server.core.index import FIELDS
from kg_server.core.namespaces import BASE, PREFIXES, compact
from kg_server.core.terms import literal
from kg_server.core.words import fold, words_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

    from kg_server.ask.finding import Hit
    from kg_server.ask.wanted import Wanted

MOST_TOLD = 2
"""Places told of one thing at most, its name aside."""

_BEFORE, _LONGEST = 80, 240
_KINDS: Mapping[str, Mapping[str, str]] = {
    PREFIXES["owl"] + "Class": {"nb": "Klasse", "en": "Class"},
    PREFIXES["rdf"] + "Property": {"nb": "Egenskap", "en": "Property"},
    PREFIXES["owl"] + "Ontology": {"nb": "Ontologi", "en": "Ontology"},
    "": {"nb": "Annet", "en": "Other"},
}


class Piece(NamedTuple):
    """Part of a text; `is_marked` where it is one of the words looked for."""

    text: str
    is_marked: bool


@dataclass(frozen=True)
class Match:
    """Where words stand: the field of the index, the language, and the text in pieces."""

    field: str
    language: str
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The text as a whole."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def marks(self) -> list[tuple[int, int]]:
        """Where the words looked for begin and end in the text."""
        ends = list(itertools.accumulate(len(piece.text) for piece in self.pieces))
        return [(end - len(one.text), end) for end, one in zip(ends, self.pieces, strict=True) if one.is_marked]


@dataclass(frozen=True)
class Told:
    """A thing that was found; `label` is a match too, whose pieces may be marked."""

    iri: str
    name: str
    kind: str
    notation: str
    label: Match
    matches: tuple[Match, ...]
    is_exact: bool


class _Entry(NamedTuple):
    field: str
    language: str
    text: str


def tell(
    database: sqlite3.Connection, hits: Iterable[Hit], wanted: Sequence[Wanted], language: str, base: str = BASE
) -> tuple[Told, ...]:
    """The things with their names in the language, or else in another, and the places that tell why they were found."""
    return tuple(_tell(database, hit, wanted, language, base) for hit in hits)


def all_kinds(database: sqlite3.Connection) -> list[str]:
    """The classes that things are listed under."""
    return [kind for (kind,) in database.execute("SELECT DISTINCT kind FROM thing ORDER BY kind")]


def name_kinds(database: sqlite3.Connection, kinds: Iterable[str], language: str, base: str = BASE) -> dict[str, Text]:
    """What the classes are called in the language, or else in another; their short names where they have no label."""
    return {kind: _name_kind(database, kind, language, base) for kind in kinds}


def mark(text: str, wanted: Sequence[Wanted], longest: int = _LONGEST) -> tuple[Piece, ...]:
    """
    The text, or the part of it around the first of the words, with the words marked.

    >>> from kg_server.ask.wanted import Wanted
    >>> mark("Fornybar energi", [Wanted("energi", "energi", frozenset())])
    (Piece(text='Fornybar ', is_marked=False), Piece(text='energi', is_marked=True))
    """
    places = [found.span() for found in words_of(text) if any(word.fits(fold(found[0])) for word in wanted)]
    begin, end = _part(text, places[0][0] if places else 0, longest)
    pieces = [Piece("…", is_marked=False)] if begin else []
    at = begin
    for first, last in places:
        if begin <= first and last <= end:
            pieces += [Piece(text[at:first], is_marked=False), Piece(text[first:last], is_marked=True)]
            at = last
    pieces += [Piece(text[at:end], is_marked=False), Piece("…" if end < len(text) else "", is_marked=False)]
    return tuple(piece for piece in pieces if piece.text)


def _part(text: str, first: int, longest: int) -> tuple[int, int]:
    """Where the part around the place begins and ends: between words, where there is a blank to part them at."""
    if len(text) <= longest:
        return 0, len(text)
    begin = max(0, first - _BEFORE)
    begin = text.find(" ", begin, first) + 1 or begin if begin else 0
    end = min(len(text), begin + longest)
    blank = text.rfind(" ", first, end) if end < len(text) else -1
    return begin, blank if blank > first else end


def _tell(database: sqlite3.Connection, hit: Hit, wanted: Sequence[Wanted], language: str, base: str) -> Told:
    (iri,) = database.execute("SELECT iri FROM thing WHERE id = ?", (hit.number,)).fetchone()
    rows = database.execute("SELECT field, language, text FROM entry WHERE thing = ?", (hit.number,))
    entries = [_Entry(*row) for row in rows]
    label = _best(entries, "label", language) or Text(compact(iri, base))
    number = next((entry.text for entry in entries if entry.field == "number"), "")
    is_told = all(any(word.fits(fold(found[0])) for found in words_of(label.value)) for word in wanted)
    others = [entry for entry in entries if entry.text != label.value and not (is_told and entry.field == "label")]
    return Told(
        iri=iri,
        name=compact(iri, base),
        kind=hit.kind,
        notation=number,
        label=Match("label", label.language, mark(label.value, wanted, len(label.value))),
        matches=_places(others, wanted, language),
        is_exact=hit.is_exact,
    )


def _places(entries: Iterable[_Entry], wanted: Sequence[Wanted], language: str) -> tuple[Match, ...]:
    """The places with most of the words, one of each field, and rather in the reader's language than in another."""
    order = list(FIELDS)
    ranked: defaultdict[str, list[tuple[int, bool, _Entry]]] = defaultdict(list)
    for entry in entries:
        words = {fold(found[0]) for found in words_of(entry.text)}
        count = sum(any(one.fits(word) for word in words) for one in wanted)
        if count:
            ranked[entry.field].append((-count, entry.language not in ("", language), entry))
    found = sorted((min(places) for places in ranked.values()), key=lambda one: (one[0], order.index(one[2].field)))
    return tuple(Match(one.field, one.language, mark(one.text, wanted)) for _, _, one in found[:MOST_TOLD])


def _name_kind(database: sqlite3.Connection, kind: str, language: str, base: str) -> Text:
    if kind in _KINDS:
        return Text(_KINDS[kind][language], language)
    rows = database.execute(
        "SELECT field, language, text FROM entry JOIN thing ON thing.id = entry.thing WHERE iri = ?", (kind,)
    )
    return _best([_Entry(*row) for row in rows], "label", language) or Text(compact(kind, base))


def _best(entries: Iterable[_Entry], field: str, language: str) -> Text | None:
    return best((literal(one.text, language=one.language) for one in entries if one.field == field), language)
