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

_SKIPPED = r"[\s\ufeff]++ | \#[^\n\r]*+"
_MEANT = r"""
    (?P<string> \"{3}(?:[^"\\]|\\.|"(?!""))*+(?:\"{3}|\\?\Z)
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
"""
_TOKEN = re.compile(rf"(?:{_SKIPPED})*+ (?: {_MEANT} | \Z )", re.VERBOSE | re.DOTALL)
_PIECE = re.compile(rf"(?P<skip> {_SKIPPED} ) | {_MEANT}", re.VERBOSE | re.DOTALL)


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
        kind = match.lastgroup
        if kind == "local":
            prefix = match["name"] or ""
            local = match["local"]
            yield Token("name", prefix + local, match.end() - len(prefix) - len(local), prefix)
        elif kind is not None and kind != "inert":
            yield Token(kind, match[kind], match.start(kind))


def read_pieces(query: str) -> Iterator[tuple[bool, str]]:
    """The whole text piece by piece, and of each whether it is white space or a comment."""
    for match in _PIECE.finditer(query):
        yield match.lastgroup == "skip", match[0]
