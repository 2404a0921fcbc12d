"""What to look for: words as they are typed, those of the graph that stand for them, and others in their place."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg_server.core.index import pad
from kg_server.core.words import fold, stems, words_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

_MOST_PARTS = 40
_MOST_COMPARED = 200
_SHORTEST_START = 2
_SHORTEST_PART = 4
_SHORTEST_JOINED = 3
_JOINTS = "es"
_ALIKE = 0.75
_VERY_ALIKE = 0.83
_MOST_ALIKE = 5
_UE = re.compile("ue", re.IGNORECASE)


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


def respelled(database: sqlite3.Connection, text: str) -> str:
    """The text with u for ue in the words that the graph has only so: Muenster for Münster."""
    for word in {found[0] for found in words_of(text)}:
        other = _UE.sub(lambda found: found[0][0], word)
        if other != word and not _has(database, fold(word)) and _has(database, fold(other)):
            text = text.replace(word, other)
    return text


def _has(database: sqlite3.Connection, word: str) -> bool:
    return is_there(database, Wanted(word, word, stems(word)))


def widened(database: sqlite3.Connection, wanted: Wanted) -> Wanted:
    """The word together with those of the graph that it is a part of."""
    parts = {part for part in (wanted.word, *wanted.stems) if len(part) >= _SHORTEST_PART}
    found: set[str] = set()
    for part in sorted(parts):
        found.update(word for word, _ in _vocabulary(database, f'"{part}"', _MOST_PARTS))
    return replace(wanted, others=frozenset(found))


def is_there(database: sqlite3.Connection, wanted: Wanted) -> bool:
    """Whether anything is found by the word."""
    rows = database.execute("SELECT 1 FROM words WHERE words MATCH ? LIMIT 1", (wanted.expression,))
    return rows.fetchone() is not None


def instead(database: sqlite3.Connection, wanted: Wanted) -> tuple[Wanted, ...]:
    """What to look for in place of a word that the graph does not have: its parts, or else a word spelled alike."""
    parts = _parts(database, wanted.word)
    if parts:
        return tuple(widened(database, part) for part in parts)
    near = _near(database, wanted)
    return (near,) if near else ()


def _parts(database: sqlite3.Connection, word: str) -> tuple[Wanted, ...]:
    """
    The two words of the graph that the word is made of, of about one length rather than a short and a long one.

    An s or e may join them: `havnesamarbeid` is `havn` and `samarbeid`.
    """
    middle = len(word) / 2
    for at in sorted(range(_SHORTEST_JOINED, len(word) - _SHORTEST_JOINED + 1), key=lambda at: abs(at - middle)):
        first, last = word[:at], _known(database, word[at:])
        is_joined = first[-1] in _JOINTS and at > _SHORTEST_JOINED
        heads = [one for part in ((first[:-1], first) if is_joined else (first,)) if (one := _known(database, part))]
        if last and heads:
            return (max(heads, key=lambda one: bool(_spelling(database, one.word))), last)
    return ()


def _known(database: sqlite3.Connection, word: str) -> Wanted | None:
    """The word, if the graph has it or its stem as a whole word."""
    expression = " OR ".join(f'"{one}"' for one in (word, *sorted(stems(word))))
    if database.execute("SELECT 1 FROM words WHERE words MATCH ? LIMIT 1", (expression,)).fetchone() is None:
        return None
    return Wanted(_spelling(database, word) or word, word, stems(word))


def _spelling(database: sqlite3.Connection, word: str) -> str:
    """How the graph spells the folded word; nothing where it has only its stem."""
    return dict(_vocabulary(database, f'"{pad(word)}"', 1)).get(word, "")


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
