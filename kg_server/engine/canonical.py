"""One text for every way of laying out the same query, and whether its answer holds until the next build."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from kg_server.engine.tokens import read_stretches, read_tokens, unescape

if TYPE_CHECKING:
    from collections.abc import Iterator

_WHITE = frozenset(" \t\r\n")
_FLEETING = ("now", "rand", "uuid", "service")
"""What stands in the name of a function or clause whose value is another one next time."""


@functools.lru_cache(maxsize=8)
def canonical(query: str) -> str:
    r"""
    The query with each stretch of white space and comments as one space; texts and IRIs stay as they are.

    >>> canonical("ASK  { # all\n ?s ?p 'a  # b' }")
    "ASK { ?s ?p 'a  # b' }"
    """
    return "".join(_fold(query)).strip(" ")


def is_lasting(query: str) -> bool:
    """Whether the same query has the same answer as long as the graph is the same."""
    plain = unescape(query)
    text = plain.lower()
    if not any(part in text for part in _FLEETING):
        return True
    for token in read_tokens(plain):
        word = token.text if token.kind == "word" else token.prefix
        if word and any(part in word.lower() for part in _FLEETING):
            return False
    return True


def _fold(query: str) -> Iterator[str]:
    """The pieces; what SPARQL does not count as white space, or an escape may end, is left alone."""
    was_space = False
    for is_skipped, text in read_stretches(query):
        is_space = is_skipped and ("\\" not in text if text[0] == "#" else _WHITE.issuperset(text))
        if not is_space:
            yield text
        elif not was_space:
            yield " "
        was_space = is_space
