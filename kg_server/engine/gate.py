"""
One pass over a query's tokens, before anything parses it: what it asks for, and what the service does not do.

The pass is linear and has no recursion, whatever the text: every alternative of the pattern takes what it has read
and never gives it back. Keywords may stand glued to what follows (`SELECT*FROM<g>`, `SERVICEex:s{`), as the engine
accepts them so.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg_server.core.errors import QueryRefused, QuerySyntaxError

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES = 1024 * 1024
MOST_TOKENS = 100_000
FORMS = ("select", "ask", "construct", "describe")
UPDATES = ("insert", "delete", "load", "clear", "drop", "create", "add", "move", "copy", "with")

_TOKEN = re.compile(
    r"""
    (?P<skip>   [\s\ufeff]++ | \#[^\n\r]*+ )
  | (?P<string> \"{3}(?:[^"\\]|\\.|"(?!""))*+(?:\"{3}|\\?\Z)
              | '{3}(?:[^'\\]|\\.|'(?!''))*+(?:'{3}|\\?\Z)
              | \"(?:[^"\\\n\r]|\\.)*+(?:"|\\?\Z|(?=[\n\r]))
              | '(?:[^'\\\n\r]|\\.)*+(?:'|\\?\Z|(?=[\n\r])) )
  | (?P<iri>    <(?:[^\x00-\x20<>"{}|^`\\]|\\[uU])*+> )
  | (?P<inert>  [?$]\w++ | @[\w-]++ | _:[\w.-]*+ )
  | (?P<name>   [^\W\d_][\w.-]*+ )? (?P<local> :(?:[\w:%.-]|\\.)*+ )
  | (?P<word>   [^\W\d_][\w.-]*+ )
  | (?P<open>   [{(\[] )
  | (?P<close>  [})\]] )
  | (?P<other>  . )
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the query that means something: `kind` is string, iri, name, word, open, close or other."""

    kind: str
    text: str
    start: int
    prefix: str = ""


@dataclass
class Outline:
    """What one pass tells about a query: its form, its prefixes, and the graphs its FROM clauses choose."""

    form: str = ""
    prologue: str = ""
    prefixes: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    default_graphs: list[str] = field(default_factory=list)
    named_graphs: list[str] = field(default_factory=list)

    @property
    def undeclared(self) -> list[str]:
        """The prefixes the query uses and does not declare."""
        return sorted(self.used - set(self.prefixes))


def read_tokens(query: str) -> Iterator[Token]:
    """Every token but white space and comments."""
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


def read_outline(query: str) -> Outline:
    """The outline of a query the service is willing to read; raises `QueryRefused`."""
    try:
        size = len(query.encode())
    except UnicodeEncodeError as exc:
        raise QuerySyntaxError("The query is not UTF-8 text.") from exc
    if size > MOST_BYTES:
        raise QueryRefused(
            "The query is longer than {most} bytes.", hint="Split it, or put the values in fewer rows.", most=MOST_BYTES
        )
    tokens = list(itertools.islice(read_tokens(query), MOST_TOKENS + 1))
    if len(tokens) > MOST_TOKENS:
        raise QueryRefused(
            "The query has more than {most} words and signs.",
            hint="Split it, or put the values in fewer rows.",
            most=MOST_TOKENS,
        )
    outline = Outline()
    body = _read_prologue(query, tokens, outline)
    _read_body(tokens[body:], outline)
    return outline


def _read_prologue(query: str, tokens: list[Token], outline: Outline) -> int:
    """The index of the token that opens the query's body; fills in form, prologue and prefixes."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        word = (token.text if token.kind == "word" else token.prefix).lower()
        following = tokens[at + 1 : at + 3]
        if word == "prefix" and token.kind == "word" and [item.kind for item in following] == ["name", "iri"]:
            outline.prefixes[following[0].prefix] = following[1].text[1:-1]
            at += 3
        elif word.startswith("prefix") and token.kind == "name" and following and following[0].kind == "iri":
            outline.prefixes[token.prefix[len("prefix") :]] = following[0].text[1:-1]
            at += 2
        elif word in ("base", "version"):
            at += 2
        else:
            outline.prologue = query[: token.start]
            outline.form = next((form for form in FORMS if word.startswith(form)), "")
            if not outline.form and word.startswith(UPDATES):
                raise QueryRefused(
                    "The service only reads: it takes no updates.",
                    hint="The graph changes when its text files are changed and built again.",
                )
            return at
    outline.prologue = query
    return at


def _read_body(tokens: list[Token], outline: Outline) -> None:
    """Fill in the graphs chosen and the prefixes used; raise `QueryRefused` for SERVICE."""
    depth = 0
    for at, token in enumerate(tokens):
        if token.kind == "open":
            depth += 1
        elif token.kind == "close":
            depth -= 1
        elif token.kind == "name":
            outline.used.add(token.prefix)
        if _is_service(tokens, at):
            raise QueryRefused(
                "The service sends no query on to other services: SERVICE is not allowed.",
                hint="Ask the other service directly and join the answers yourself.",
            )
        if depth == 0 and at > 0:
            _read_from(tokens, at, outline)


def _is_service(tokens: list[Token], at: int) -> bool:
    """Whether the token is, or ends in, the keyword; a prefix of that name is none, unless a block follows."""
    token = tokens[at]
    if token.kind == "word":
        return "service" in token.text.lower()
    if token.kind != "name" or "service" not in token.prefix.lower():
        return False
    before = tokens[at - 1].text.lower() if at else ""
    opens = at + 1 < len(tokens) and tokens[at + 1].text == "{"
    return opens and before not in ("graph", "from", "named")


def _read_from(tokens: list[Token], at: int, outline: Outline) -> None:
    token = tokens[at]
    first = (token.text if token.kind == "word" else token.prefix).lower()
    if not first.startswith("from") or tokens[at - 1].text.lower() in ("from", "named"):
        return
    chosen, graphs = tokens[at + 1 : at + 2], outline.default_graphs
    if chosen and chosen[0].kind == "word" and chosen[0].text.lower() == "named":
        chosen, graphs = tokens[at + 2 : at + 3], outline.named_graphs
    if token.kind != "word" or first != "from" or not chosen or chosen[0].prefix.lower() == "named":
        raise QueryRefused("Write a space after FROM and after NAMED.")
    if chosen[0].kind in ("iri", "name"):
        graphs.append(chosen[0].text)
