"""Words looked up in the index: which things have them, the likeliest first, and what was made of the words."""

from __future__ import annotations

import contextlib
import difflib
import re
import sqlite3
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from kg_server.ask.names import expand
from kg_server.core.errors import BadParameter
from kg_server.core.index import FIELDS, NAMES, joined, pad
from kg_server.core.namespaces import BASE, thing_iri
from kg_server.core.words import fold, stems, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

MOST_LETTERS = 300
"""Letters of a search at most."""
MOST_WORDS = 16
"""Words of a search at most."""
MOST_FOUND = 5_000
"""Things that one search finds at most."""

_MOST_PARTS = 40
_MOST_COMPARED = 200
_SHORTEST_START = 2
_SHORTEST_PART = 4
_ALIKE = 0.75
_VERY_ALIKE = 0.83
_MOST_ALIKE = 5
_DIGIT = re.compile(r"\d")
_WEIGHTS = {"label": 10.0, "other": 8.0, "number": 10.0, "summary": 3.0, "rationale": 1.0, "wording": 2.0}
_SMALL = frozenset(
    fold(found[0]) for found in words_of("av de den det en et for i med og om på som til and in of on the to with")
)
"""Words passed over where others are asked for with them."""


@dataclass(frozen=True)
class Index:
    """Where the index is: in a file, or in memory; `is_cut` tells that not all of the graph is in it."""

    source: Path | bytes
    is_cut: bool = False

    @contextlib.contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """The index to read in, by one thread."""
        if isinstance(self.source, bytes):
            connection = sqlite3.connect(":memory:")
            connection.deserialize(self.source)
        else:
            connection = sqlite3.connect(f"{self.source.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        with contextlib.closing(connection):
            yield connection


@dataclass(frozen=True)
class Wanted:
    """A word to look for: folded, its stems, and the words of the graph that stand for it besides."""

    spelling: str
    word: str
    stems: frozenset[str]
    others: frozenset[str] = frozenset()

    def fits(self, word: str) -> bool:
        """Whether a folded word of a text is what is looked for."""
        if word == self.word or word in self.others or not self.stems.isdisjoint((word, *stems(word))):
            return True
        return len(self.word) >= _SHORTEST_START and (word.startswith(self.word) or self.word in stems(word))

    @property
    def expression(self) -> str:
        """The word as the index is asked for it; every part of it stands in quotes."""
        start = " *" if len(self.word) >= _SHORTEST_START else ""
        return " OR ".join([f'"{self.word}"{start}', *(f'"{word}"' for word in sorted(self.stems | self.others))])

    @property
    def close(self) -> str:
        """The same without words that hold it in their midst, and of a short word without all that begin with it."""
        start = " *" if len(self.word) >= _SHORTEST_PART else ""
        return " OR ".join([f'"{self.word}"{start}', *(f'"{word}"' for word in sorted(self.stems))])


class Hit(NamedTuple):
    """A thing that was found: its number in the index, its class, and whether the search is its very name."""

    number: int
    kind: str
    is_exact: bool


@dataclass(frozen=True)
class Found:
    """
    What a search gives: the things, likeliest first, and how many there are of each class.

    `nearest` is what was searched for instead of words that the graph does not have; `is_partial` tells that no thing
    has all the words, `is_cut` that there is more than could be listed.
    """

    hits: tuple[Hit, ...]
    kinds: tuple[tuple[str, int], ...]
    wanted: tuple[Wanted, ...]
    nearest: str = ""
    is_partial: bool = False
    is_cut: bool = False


def find(database: sqlite3.Connection, text: str, *, names_only: bool = False, base: str = BASE) -> Found:
    """
    The things that have the words, or words near them; those whose very name or number it is come first.

    Raises `BadParameter` for a text that is too long. Whatever stands in it, only its words reach the index.
    """
    words = _read_words(text)
    exact = _exact(database, text, base)
    known = [_widened(database, word) for word in words]
    missing = [word for word in known if not _is_there(database, word)]
    near = {word: _near(database, word) for word in missing if not _DIGIT.search(word.word)}
    meant = tuple(near.get(word) or word for word in known)
    fields = NAMES if names_only else tuple(FIELDS)
    rows = _ask(database, meant, fields, " AND ")
    is_partial = not rows and len(meant) > 1 and not exact
    if is_partial:
        rows = _ask(database, meant, fields, " OR ")
    hits = {number: Hit(number, kind, is_exact=True) for number, kind in exact}
    for number, kind in rows[:MOST_FOUND]:
        hits.setdefault(number, Hit(number, kind, is_exact=False))
    return Found(
        hits=tuple(hits.values()),
        kinds=tuple(Counter(hit.kind for hit in hits.values()).most_common()),
        wanted=meant,
        nearest=" ".join(word.spelling for word in meant) if rows and any(near.values()) and not exact else "",
        is_partial=is_partial and bool(rows),
        is_cut=len(rows) > MOST_FOUND,
    )


def _read_words(text: str) -> list[Wanted]:
    if len(text) > MOST_LETTERS:
        raise BadParameter("A search may have {most} letters at most.", most=MOST_LETTERS)
    spelled = {fold(found[0]): found[0] for found in words_of(text)}
    if len(spelled) > MOST_WORDS:
        raise BadParameter("A search may have {most} words at most.", most=MOST_WORDS)
    telling = {word: spelling for word, spelling in spelled.items() if word not in _SMALL} or spelled
    return [Wanted(spelling, word, stems(word)) for word, spelling in telling.items()]


def _exact(database: sqlite3.Connection, text: str, base: str) -> list[tuple[int, str]]:
    """The things that the text names: by the number that stands last in it, and as a whole."""
    number = _last_number(text)
    found = _named(database, number, base, ("number",)) if number else []
    return list(dict.fromkeys((*found, *_named(database, text, base, NAMES))))


def _last_number(text: str) -> str:
    """
    The number at the end of a text, behind words that say what it is a number of; nothing where there are no words.

    >>> _last_number("mål 12"), _last_number("org.nr. 820 852 982"), _last_number("12.5")
    ('12', '820 852 982', '')
    """
    digits = _DIGIT.search(text)
    begin = max((found.start() for found in words_of(text) if digits and found.start() <= digits.start()), default=0)
    return text[begin:] if begin else ""


def _named(database: sqlite3.Connection, text: str, base: str, fields: Sequence[str]) -> list[tuple[int, str]]:
    """The things that go by the text, by IRI, number or name: what the text itself stands for first."""
    plain = joined(text)
    if not plain:
        return []
    iris = expand(text, base)
    rows = database.execute(
        f"""SELECT id, kind FROM (
          SELECT id, kind, iri, weight, 0 AS place FROM thing WHERE iri IN ({", ".join("?" * len(iris))})
          UNION ALL
          SELECT id, kind, iri, weight, 1 + (field <> 'number') FROM name JOIN thing ON id = thing
          WHERE plain = ? AND field IN ({", ".join("?" * len(fields))})
        ) ORDER BY place, weight DESC, INSTR(iri, ?) <> 1, iri LIMIT ?""",  # noqa: S608 - only marks
        (*iris, plain, *fields, thing_iri("", base), MOST_FOUND),
    )
    return list(dict.fromkeys((number, kind) for number, kind in rows))


def _widened(database: sqlite3.Connection, wanted: Wanted) -> Wanted:
    """The word together with those of the graph that it is a part of."""
    parts = {part for part in (wanted.word, *wanted.stems) if len(part) >= _SHORTEST_PART}
    found: set[str] = set()
    for part in sorted(parts):
        found.update(word for word, _ in _vocabulary(database, f'"{part}"', _MOST_PARTS))
    return replace(wanted, others=frozenset(found))


def _is_there(database: sqlite3.Connection, wanted: Wanted) -> bool:
    rows = database.execute("SELECT 1 FROM words WHERE words MATCH ? LIMIT 1", (wanted.expression,))
    return rows.fetchone() is not None


def _near(database: sqlite3.Connection, wanted: Wanted) -> Wanted | None:
    """The word of the graph that is spelled most nearly the same, in place of one that it does not have."""
    padded = pad(wanted.word)
    parts = dict.fromkeys(f'"{padded[at : at + 3]}"' for at in range(len(padded) - 2))
    spellings = dict(_vocabulary(database, " OR ".join(parts), _MOST_COMPARED))
    alike = difflib.get_close_matches(wanted.word, spellings, n=_MOST_ALIKE, cutoff=_ALIKE)
    near = next((word for word in alike if _is_slip(wanted.word, word)), "")
    return Wanted(spellings[near], near, stems(near)) if near else None


def _is_slip(typed: str, word: str) -> bool:
    """
    Whether the word may be meant by what is typed and much the same: people seldom miss the first letter.

    >>> _is_slip("gdynja", "gdynia"), _is_slip("qdynia", "gdynia"), _is_slip("harbour", "labour")
    (True, True, False)
    """
    if typed[0] == word[0] or word in typed:
        return True
    return difflib.SequenceMatcher(None, typed, word).ratio() >= _VERY_ALIKE


def _vocabulary(database: sqlite3.Connection, expression: str, most: int) -> Iterable[tuple[str, str]]:
    """Words of the graph, folded and as they are written, that have the parts asked for; those with most come first."""
    rows = database.execute(
        "SELECT padded, spelling FROM vocabulary WHERE vocabulary MATCH ? ORDER BY rank LIMIT ?", (expression, most)
    )
    return [(padded.strip("^$"), spelling) for padded, spelling in rows]


def _ask(
    database: sqlite3.Connection, wanted: Sequence[Wanted], fields: Sequence[str], joint: str
) -> list[tuple[int, str]]:
    """The things with the words in these fields; those with all of them in their names, as they are, come first."""
    if not wanted:
        return []
    words = joint.join(f"({word.expression})" for word in wanted)
    close = joint.join(f"({word.close})" for word in wanted)
    weights = ", ".join(str(_WEIGHTS[field]) for field in FIELDS)
    return database.execute(
        f"""SELECT thing.id, thing.kind FROM words JOIN thing ON thing.id = words.rowid WHERE words MATCH ?
        ORDER BY words.rowid NOT IN (SELECT rowid FROM words WHERE words MATCH ?),
        words.rowid NOT IN (SELECT rowid FROM words WHERE words MATCH ?),
        bm25(words, {weights}) * weight, iri LIMIT ?""",  # noqa: S608 - the weights are ours
        (_within(fields, words), _within(NAMES, close), _within(NAMES, words), MOST_FOUND + 1),
    ).fetchall()


def _within(fields: Sequence[str], words: str) -> str:
    return f"{{{' '.join(fields)}}} : ({words})"
