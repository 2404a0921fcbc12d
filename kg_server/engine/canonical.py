"""One text for every way of laying out the same query, and whether its answer holds until the next build."""

from __future__ import annotations

import functools
import re

from kg_server.engine.tokens import read_tokens, unescape

_FLEETING = ("now", "rand", "uuid", "service")
"""What stands in the name of a function or clause whose value is another one next time."""

_LAYOUT = re.compile(
    r"""
    ((?: [^ \t\r\n\#"'<]++
       | \"{3}(?:[^"]++|"(?!""))*+(?:\"{3}|\Z) | \"[^"\n\r]*+"?+
       | '{3}(?:[^']++|'(?!''))*+(?:'{3}|\Z) | '[^'\n\r]*+'?+
       | <(?:[^\x00-\x20<>"{}|^`]*+>)?+ )*+)
    (?: (?: [ \t\r\n]++ | \#[^\n\r]*+ )++ | \Z )
    """,
    re.VERBOSE,
)
"""Texts, IRIs and whatever else stands together, and then the layout; for a query without a backslash."""


@functools.lru_cache(maxsize=8)
def canonical(query: str) -> str:
    r"""
    The query with each stretch of white space and comments as one space; texts and IRIs stay as they are.

    One that holds a backslash is left alone: an escape may end a comment, and a name may hold an escaped quote.

    >>> canonical("ASK  { # all\n ?s ?p 'a  # b' }")
    "ASK { ?s ?p 'a  # b' }"
    """
    return query if "\\" in query else " ".join(_LAYOUT.findall(query)).strip(" ")


@functools.lru_cache(maxsize=8)
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
