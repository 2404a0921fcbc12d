"""
The words and signs of a query.

The pass is linear and has no recursion, whatever the text: every alternative of the pattern takes what it has read
and never gives it back.
"""

from __future__ import annotations

import functools
import re
import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_SKIPPED = r"[\s\ufeff]++ | \#[^\n\r]*+"
_MEANT = r"""
    (?P<string> \"{3}(?:[^"\\]++|\\.|"(?!""))*+(?:\"{3}|\\?\Z)
              | '{3}(?:[^'\\]++|\\.|'(?!''))*+(?:'{3}|\\?\Z)
              | \"(?:[^"\\\n\r]++|\\.)*+(?:"|\\?\Z|(?=[\n\r]))
              | '(?:[^'\\\n\r]++|\\.)*+(?:'|\\?\Z|(?=[\n\r])) )
  | (?P<iri>    <(?:[^\x00-\x20<>"{}|^`\\]++|\\[uU])*+> )
  | (?P<var>    [?$]\w++ )
  | (?P<blank>  _:(?:[\w-]++|\.++(?=[\w-]))*+ )
  | (?P<inert>  @[\w-]++ | \^\^ )
  | (?P<name>   [^\W\d_](?:[\w-]++|\.++(?=[\w-]))*+ )? (?P<local> :(?:[\w:%-]++|\\.|\.++(?=[\w:%\\-]))*+ )
  | (?P<word>   [^\W\d_](?:[\w-]++|\.++(?=[\w-]))*+ )
  | (?P<number> \d++(?:\.\d++)?+(?:[eE][+-]?\d++)?+ )
  | (?P<open>   [{(\[] )
  | (?P<close>  [})\]] )
  | (?P<other>  . )
"""
_TOKEN = re.compile(rf"(?:{_SKIPPED})*+ (?: {_MEANT} | \Z )", re.VERBOSE | re.DOTALL)
_PIECE = re.compile(rf"(?P<skip> {_SKIPPED} ) | {_MEANT}", re.VERBOSE | re.DOTALL)

_CODE_POINT = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
_SURROGATES = range(0xD800, 0xE000)
_RARE_LETTERS = range(0x3400, 0x4DB0)


class Token(NamedTuple):
    """
    A piece of the query that means something.

    `kind` is string, iri, var, blank, name, word, number, open, close or other: a sign.
    """

    kind: str
    text: str
    start: int
    prefix: str = ""


_token = functools.partial(tuple.__new__, Token)  # half the time of `Token(...)`, and a query has many


def read_tokens(query: str, *, has_inert: bool = False) -> Iterator[Token]:
    """Every token but white space and comments; the language of a text and the sign of its type only if asked for."""
    for match in _TOKEN.finditer(query):
        kind = match.lastgroup
        if kind == "local":
            prefix = match["name"] or ""
            local = match["local"]
            yield _token(("name", prefix + local, match.end() - len(prefix) - len(local), prefix))
        elif kind is not None and (has_inert or kind != "inert"):
            text = match[kind]
            yield _token((kind, text, match.end() - len(text), ""))


def unescape(query: str) -> str:
    r"""
    The query with the code points written out that stand outside its texts, IRIs and comments.

    >>> unescape(r"ASK { ?s\u0061 ?p '\u0061' }")
    "ASK { ?sa ?p '\\u0061' }"
    """
    if not _CODE_POINT.search(query):
        return query
    pieces, at = [], 0
    for match in _PIECE.finditer(query):
        if match.lastgroup in ("string", "iri") or match[0].startswith("#"):
            pieces += [_CODE_POINT.sub(_character, query[at : match.start()]), match[0]]
            at = match.end()
    return "".join([*pieces, _CODE_POINT.sub(_character, query[at:])])


def _character(escape: re.Match[str]) -> str:
    code = int(escape[1] or escape[2], 16)
    return chr(code) if code <= sys.maxunicode and code not in _SURROGATES else escape[0]


def rename(query: str, variables: Sequence[Token], tokens: Iterable[Token]) -> str:
    """
    The query with these mentions of variables under names that no token has, each as long as the one before.

    >>> tokens = list(read_tokens("ASK { ?s ?p ?s }"))
    >>> rename("ASK { ?s ?p ?s }", [tokens[-2]], tokens)
    'ASK { ?s ?p ?㐀 }'
    """
    if not variables:
        return query
    signs = list(query)
    taken = {token.text[1:] for token in tokens if token.kind == "var"}
    given: dict[str, str] = {}
    for token in variables:
        name = token.text[1:]
        if name not in given:
            given[name] = next(letter for letter in map(chr, _RARE_LETTERS) if letter + name[1:] not in taken)
            taken.add(given[name] + name[1:])
        signs[token.start + 1] = given[name]
    return "".join(signs)


def read_literal(query: str, token: Token) -> str:
    """
    The whole of the literal that begins with the token: a number with its sign, a text with its language or type.

    >>> read_literal("ASK { 'a'@nb ?p -1 }", Token("string", "'a'", 6))
    "'a'@nb"
    """
    start, end = token.start, token.start + len(token.text)
    if token.kind == "number":
        return query[start - (query[start - 1 : start] in ("+", "-")) : end]
    match = _PIECE.match(query, end)
    if match is None or match.lastgroup != "inert":
        return query[start:end]
    kind = _PIECE.match(query, match.end()) if match[0] == "^^" else match
    return query[start : kind.end() if kind else end]
