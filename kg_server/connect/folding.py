"""Text with its white space folded, the checksum of it, and the way back to where each character stood."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
_TOKEN = re.compile(r"\S+")


@dataclass(frozen=True)
class Folded:
    """
    A text after folding, and for each of its characters the place it had before.

    `origins` is one longer than `text`: the place of a blank, and of the end, is where the word before it ended.
    """

    text: str
    origins: Sequence[int] = field(repr=False)

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Where the stretch from `start` to `end` stood in the text as it was."""
        return self.origins[start], self.origins[end]


def fold(text: str) -> str:
    r"""
    The text with every run of white space as one blank, its ends trimmed, in Unicode's composed form (NFC).

    No-break blanks count as white space; characters nobody sees (soft hyphen, zero-width ones) go.

    >>> fold("  en\u202fby,\r\n to \u00a0 land\u00adsbyer ")
    'en by, to landsbyer'
    >>> fold("a\u030arene") == "årene"
    True
    """
    return fold_with_origins(text).text


def fold_with_origins(text: str) -> Folded:
    r"""
    The text as `fold` makes it, with the place of each character in the text given.

    >>> folded = fold_with_origins(" en \n by")
    >>> folded.text, list(folded.origins)
    ('en by', [1, 2, 3, 6, 7, 8])
    """
    words: list[str] = []
    origins: list[int] = []
    end = 0
    for found in _TOKEN.finditer(text):
        word, places = _composed(found.group(), found.start())
        if not word:
            continue
        if words:
            origins.append(end)
        words.append(word)
        origins.extend(places)
        end = found.end()
    origins.append(end)
    return Folded(" ".join(words), origins)


def digest(text: str) -> str:
    r"""
    The SHA-256 of the folded text's UTF-8 bytes, in lower-case hexadecimal.

    >>> digest("to\n ord") == digest(" to ord")
    True
    >>> digest("to ord")[:16]
    '1fb9313a24504dce'
    """
    return hashlib.sha256(fold(text).encode()).hexdigest()


def _composed(word: str, start: int) -> tuple[str, Sequence[int]]:
    """A word without invisible characters and in composed form, with the place of each of its characters."""
    if word.isascii() or (unicodedata.is_normalized("NFC", word) and not _INVISIBLE.search(word)):
        return word, range(start, start + len(word))
    chars: list[str] = []
    places: list[int] = []
    for place, cluster in _clusters(word):
        composed = unicodedata.normalize("NFC", _INVISIBLE.sub("", cluster))
        chars.append(composed)
        places.extend([start + place] * len(composed))
    return "".join(chars), places


def _clusters(word: str) -> Iterator[tuple[int, str]]:
    """Each character of a word together with the marks and invisible characters that follow it, and its place."""
    begin = 0
    for place, char in enumerate(word):
        if place > begin and not unicodedata.combining(char) and not _INVISIBLE.match(char):
            yield begin, word[begin:place]
            begin = place
    yield begin, word[begin:]
