"""Words as search compares them: without case, accents and the ways æ, ø and å are written, and without endings."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTEST_STEMMED = 3
"""Letters of a word that may have an ending."""

_WORD = re.compile(r"[^\W_]+(?:\.[^\W_]+)*")
_LETTERS = str.maketrans({"æ": "a", "ø": "o", "œ": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th"})
_SPELLINGS = re.compile("aa|ae|oe")
_LANGUAGES = ("norwegian", "english")


@functools.lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """
    The text in small letters without accents; å, aa and a are one letter, and so are æ, ae and a, and ø, oe and o.

    >>> fold("Bærekraft") == fold("baerekraft"), fold("Måløy") == fold("Maaloey"), fold("Orléans")
    (True, True, 'orleans')
    """
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    plain = "".join(char for char in apart if not unicodedata.combining(char))
    return _SPELLINGS.sub(lambda found: found[0][0], plain.translate(_LETTERS))


def words_of(text: str) -> Iterator[re.Match[str]]:
    """
    The words of a text, each with its place; points within a word or number belong to it.

    >>> [found[0] for found in words_of("Delmål 12.5: EU-politikk (2021).")]
    ['Delmål', '12.5', 'EU', 'politikk', '2021']
    """
    return _WORD.finditer(text)


@functools.lru_cache(maxsize=65_536)
def stems(word: str) -> frozenset[str]:
    """
    What is left of a folded word without Norwegian and without English endings, where that is another word.

    >>> sorted(stems("strategiene")), sorted(stems("cities")), stems("by")
    (['strategi', 'strategien'], ['citi'], frozenset())
    """
    from snowballstemmer import stemmer  # noqa: PLC0415 - the service starts without it

    if len(word) < SHORTEST_STEMMED:
        return frozenset()
    return frozenset(stemmer(language).stemWord(word) for language in _LANGUAGES) - {word}
