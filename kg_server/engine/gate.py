r"""
One pass over a query's tokens, before anything parses it: what it asks for, and what the service does not do.

Keywords may stand glued to what follows (`SELECT*FROM<g>`, `SERVICEex:s{`), as the engine accepts them so. `\u` escapes
outside strings and IRIs, which it does not know, are written out first, so a keyword always stands as itself.
"""

from __future__ import annotations

import functools
import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg_server.core.errors import QueryRefused, QuerySyntaxError
from kg_server.engine.alternatives import spell_alternatives
from kg_server.engine.bounds import (
    MOST_BYTES,
    MOST_NODES,
    MOST_PARTS,
    MOST_TOKENS,
    check_count,
    check_shape,
    check_size,
)
from kg_server.engine.exists import read_conditions
from kg_server.engine.patterns import Patterns
from kg_server.engine.tokens import read_tokens, rename, unescape

if TYPE_CHECKING:
    from kg_server.engine.exists import Condition
    from kg_server.engine.graphs import Block
    from kg_server.engine.paths import PathEnd
    from kg_server.engine.tokens import Token

__all__ = ["MOST_BYTES", "Outline", "read_outline", "read_tokens"]

_MOST_REMEMBERED = 8
GRAPH_FORMS = ("construct", "describe")
FORMS = ("select", "ask", *GRAPH_FORMS)
_MOST_PLAIN = MOST_PARTS
_NOT_PLAIN = ("from", "service", "bnode", "graph", "exists", "|", "*", "\\")
_STEP_SIGN = re.compile(r"\?(?:(?!\w)|(?<=[^\s(,;.{=!<&+-]\?))")
"""What a plain query has none of: words and signs that have to be looked at, be they glued to others, escapes, and a
question mark that begins no variable, or stands right behind what may be the step of a path."""
_SPACE = r"(?:[\s\ufeff]++|\#[^\n\r]*+)"
_DECLARATION = re.compile(
    rf"{_SPACE}*+PREFIX{_SPACE}++([A-Za-z][\w-]*+|):{_SPACE}*+<([^\x00-\x20<>\"{{}}|^`\\]*+)>", re.IGNORECASE
)
_FORM = re.compile(rf"{_SPACE}*+({'|'.join(FORMS)})\b", re.IGNORECASE)
UPDATES = ("insert", "delete", "load", "clear", "drop", "create", "add", "move", "copy", "with")


@dataclass
class Outline:
    r"""
    What one pass tells about a query: its form, its prefixes, and the graphs its FROM clauses choose.

    `star` is the place of that in `SELECT *`, and `variables` are those it may stand for, in the order they come.

    `is_simple` tells that it was read at a glance: it declares nothing but prefixes, and has nothing special in it.

    `plain` is the query, with all in it where it stands up to `\u` escapes; `query` is what the engine is to be asked.
    """

    plain: str = ""
    query: str = ""
    form: str = ""
    prologue: str = ""
    prefixes: dict[str, str] = field(default_factory=dict)
    default_graphs: list[str] = field(default_factory=list)
    named_graphs: list[str] = field(default_factory=list)
    path_ends: list[PathEnd] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    star: int | None = None
    variables: list[str] = field(default_factory=list)
    asks_others: bool = False
    is_simple: bool = False

    @property
    def undeclared(self) -> list[str]:
        """The prefixes the query uses and does not declare."""
        body = read_tokens(self.plain[len(self.prologue) :])
        return sorted({token.prefix for token in body if token.kind == "name"} - set(self.prefixes))


def read_outline(query: str, *, may_ask: bool = False) -> Outline:
    """
    The outline of a query the service is willing to read; raises `QueryRefused`.

    With `may_ask`, SERVICE is passed over: for those who only want to know what the query is about.
    """
    outline = _read_outline(query)
    if outline.asks_others and not may_ask:
        raise QueryRefused(
            "The service sends no query on to other services: SERVICE is not allowed.",
            hint="Ask the other service directly and join the answers yourself.",
        )
    return outline


@functools.lru_cache(maxsize=_MOST_REMEMBERED)
def _read_outline(query: str) -> Outline:
    """The outline, remembered for as long as a request takes, which needs it more than once; nobody changes it."""
    try:
        size = len(query.encode())
    except UnicodeEncodeError as exc:
        raise QuerySyntaxError("The query is not UTF-8 text.") from exc
    check_size(query, size)
    return _read_plain(query) or _read_whole(unescape(query))


def _read_plain(query: str) -> Outline | None:
    """
    The outline of a short query with nothing in it that has to be looked at, found without reading it word by word.

    Most are such: triples, filters and groups of them, behind prefixes.
    """
    words = query.lower()
    if len(query) > _MOST_PLAIN or any(word in words for word in _NOT_PLAIN) or _STEP_SIGN.search(query):
        return None
    if sum(map(query.count, "([{")) > MOST_NODES:
        return None
    outline = Outline(query, query, is_simple=True)
    at = 0
    while declaration := _DECLARATION.match(query, at):
        outline.prefixes[declaration[1]] = declaration[2]
        at = declaration.end()
    form = _FORM.match(query, at)
    if form is None:
        return None
    outline.form, outline.prologue = form[1].lower(), query[: form.start(1)]
    return outline


def _read_whole(query: str) -> Outline:
    """The outline, by every token of the query."""
    tokens = list(itertools.islice(read_tokens(query), MOST_TOKENS + 1))
    check_count(tokens)
    outline = Outline()
    start = read_prologue(query, tokens, outline)
    _read_body(tokens[start:], outline)
    check_shape(tokens[start:], describes=outline.form == "describe")
    outline.plain = query
    body = _read_patterns(tokens, start, outline)
    if "exists" in query.lower():
        outline.conditions = read_conditions(outline.query, body)
    outline.star = _find_star(body)
    if outline.star is not None:
        outline.variables = list(dict.fromkeys(token.text[1:] for token in body if token.kind == "var"))
    return outline


def _read_patterns(tokens: list[Token], start: int, outline: Outline) -> list[Token]:
    """Fill in what the engine is to be asked in place of what it would answer wrongly; gives the body of that."""
    body = tokens[start:]
    patterns = Patterns(outline.plain).read(body)
    query = spell_alternatives(outline.plain, tokens, patterns.statements)
    if query != outline.plain:
        tokens = list(read_tokens(query))
        body = tokens[start:]
        patterns = Patterns(query).read(body)
    outline.path_ends, outline.blocks = patterns.ends, patterns.blocks
    outline.query = rename(query, patterns.strangers, tokens)
    return body


def read_prologue(query: str, tokens: list[Token], outline: Outline) -> int:
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
    """Fill in the graphs chosen, and whether there is SERVICE; raise `QueryRefused` for a BNODE."""
    depth = 0
    for at, token in enumerate(tokens):
        if token.kind == "open":
            depth += 1
        elif token.kind == "close":
            depth -= 1
        elif token.kind == "name":
            outline.asks_others |= is_service(tokens, at)
        elif token.kind == "word":
            outline.asks_others |= is_service(tokens, at)
            _check_node(tokens, at)
        if depth == 0 and at > 0:
            _read_from(tokens, at, outline)


def is_service(tokens: list[Token], at: int) -> bool:
    """Whether the token is, or ends in, the keyword; a prefix of that name is none, unless a block follows."""
    token = tokens[at]
    if token.kind == "word":
        return "service" in token.text.lower()
    if token.kind != "name" or "service" not in token.prefix.lower():
        return False
    before = tokens[at - 1].text.lower() if at else ""
    opens = at + 1 < len(tokens) and tokens[at + 1].text == "{"
    return opens and before not in ("graph", "from", "named")


def _check_node(tokens: list[Token], at: int) -> None:
    """Raise `QueryRefused` for a BNODE that is given something."""
    is_named = tokens[at].text.lower() == "bnode" and [token.text for token in tokens[at + 1 : at + 3]] != ["(", ")"]
    if is_named:
        raise QueryRefused(
            "The engine would answer BNODE with a text wrongly: with the same node in every row.",
            hint="Write BNODE() for a node of its own in each row, or make an IRI of the text.",
        )


def _find_star(tokens: list[Token]) -> int | None:
    """The place of the star in `SELECT *`."""
    first = next((token for token in tokens[1:] if token.text.lower() not in ("distinct", "reduced")), None)
    return first.start if first is not None and first.text == "*" else None


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
