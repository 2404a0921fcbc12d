"""Words looked up in the index: which things have them, the likeliest first, and what was made of the words."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kg_server.ask.names import expand
from kg_server.ask.wanted import Wanted, instead, is_there, respelled, widened
from kg_server.core.errors import BadParameter
from kg_server.core.index import FIELDS, NAMES, joined
from kg_server.core.namespaces import BASE, thing_iri
from kg_server.core.words import fold, stems, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MOST_LETTERS = 300
"""Letters of a search at most."""
MOST_WORDS = 16
"""Words of a search at most."""
MOST_FOUND = 5_000
"""Things that one search finds at most."""

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
    if len(text) > MOST_LETTERS:
        raise BadParameter("A search may have {most} letters at most.", most=MOST_LETTERS)
    text = respelled(database, text)
    exact = _exact(database, text, base)
    known = [widened(database, word) for word in _read_words(text)]
    missing = [word for word in known if not is_there(database, word)]
    near = {word: instead(database, word) for word in missing if not _DIGIT.search(word.word)}
    meant = tuple(one for word in known for one in near.get(word) or (word,))
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
