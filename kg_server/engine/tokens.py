"""
The words and signs of a query.

The pass is linear and has no recursion, whatever the text: every alternative of the pattern takes what it has read
and never gives it back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"""
    (?P<skip>   [\s\ufeff]++ | \#[^\n\r]*+ )
  | (?P<string> \"{3}(?:[^"\\]|\\.|"(?!""))*+(?:\"{3}|\\?\Z)
              | '{3}(?:[^'\\]|\\.|'(?!''))*+(?:'{3}|\\?\Z)
              | \"(?:[^"\\\n\r]|\\.)*+(?:"|\\?\Z|(?=[\n\r]))
              | '(?:[^'\\\n\r]|\\.)*+(?:'|\\?\Z|(?=[\n\r])) )
  | (?P<iri>    <(?:[^\x00-\x20<>"{}|^`\\]|\\[uU])*+> )
  | (?P<var>    [?$]\w++ )
  | (?P<blank>  _:[\w.-]*+ )
  | (?P<inert>  @[\w-]++ | \^\^ )
  | (?P<name>   [^\W\d_][\w.-]*+ )? (?P<local> :(?:[\w:%.-]|\\.)*+ )
  | (?P<word>   [^\W\d_][\w.-]*+ )
  | (?P<number> \d++(?:\.\d++)?+(?:[eE][+-]?\d++)?+ )
  | (?P<open>   [{(\[] )
  | (?P<close>  [})\]] )
  | (?P<other>  . )
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """
    A piece of the query that means something.

    `kind` is string, iri, var, blank, name, word, number, open, close or other: a sign.
    """

    kind: str
    text: str
    start: int
    prefix: str = ""


def read_tokens(query: str) -> Iterator[Token]:
    """Every token but white space, comments, and the language and type of a literal's sign."""
    for match in _TOKEN.finditer(query):
        kind = match.lastgroup or "other"
        if kind == "local":
            yield Token("name", match[0], match.start(), match["name"] or "")
        elif kind not in ("skip", "inert"):
            yield Token(kind, match[0], match.start())


def read_pieces(query: str) -> Iterator[tuple[bool, str]]:
    """The whole text piece by piece, and of each whether it is white space or a comment."""
    for match in _TOKEN.finditer(query):
        yield match.lastgroup == "skip", match[0]
