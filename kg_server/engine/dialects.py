"""What SPARQL servers do differently: the plain case of SPARQL 1.1, and each kind of server as overrides of it."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kg_server.engine.tokens import read_tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import IO

    from kg_server.engine.tokens import Token

NOTHING = "urn:x-strategigraf:nothing"
"""A graph no server holds: it stands for an empty choice of graphs."""

MERGE = "urn:x-strategigraf:merge"
"""The graph the merge of all others is published as; a query about everything has it for its default graph."""

_MENDED = (
    (b'"bnode", "value": "nodeID://', b'"bnode", "value": "'),
    (b'#boolean", "value": "1"', b'#boolean", "value": "true"'),
    (b'#boolean", "value": "0"', b'#boolean", "value": "false"'),
)
_LATER_SECONDS = 1
_PATH = re.compile(r"/(?:query|sparql)/?\Z")


class Asked(NamedTuple):
    """A query as it goes to the server, and the parameters beside it."""

    query: str
    parameters: tuple[tuple[str, str], ...]


class Graphs(NamedTuple):
    """The graphs a query is about, by full IRIs: those of its default graph, and those it can name."""

    default: tuple[str, ...]
    named: tuple[str, ...]


@dataclass(frozen=True)
class Dialect:
    """A server that keeps to SPARQL 1.1, such as Oxigraph or Fuseki: an update there is done whole or not at all."""

    auth: str = "BASIC"
    shares_faults: bool = True
    """Whether the server may answer wrongly what pyoxigraph does, so that it is mended or refused as it is here."""

    def update_url(self, url: str) -> str:
        """Where the server takes updates, as far as that follows from where it takes queries."""
        return _PATH.sub("/update", url)

    def ask(self, query: str, graphs: Graphs, resolve: Callable[[list[str]], list[str]]) -> Asked:
        """
        The query as the server has to be asked, over the graphs chosen.

        `resolve` gives the full IRIs of names as the query writes them.
        """
        del resolve
        return Asked(query, _parameters(graphs))

    def limits(self, seconds: float, most_rows: int) -> tuple[tuple[str, str], ...]:
        """Parameters that keep the server from working on for nobody."""
        del seconds, most_rows
        return ()

    def cut_at(self, headers: Mapping[str, str]) -> int | None:
        """After how many rows the server itself has cut the answer, if it has."""
        del headers
        return None

    def is_partial(self, headers: Mapping[str, str]) -> bool:
        """Whether the server gave up half-way and answers with what it had."""
        del headers
        return False

    def tidy(self, body: IO[bytes]) -> IO[bytes]:
        """The body of an answer as the formats want it."""
        return body

    def is_truth(self, variables: Sequence[str]) -> bool:
        """Whether a table stands for yes or no: for yes if it has a row."""
        del variables
        return False


@dataclass(frozen=True)
class Virtuoso(Dialect):
    """Virtuoso 7; docs/engine-notes.md holds a case of each difference."""

    auth: str = "DIGEST"
    shares_faults: bool = False

    def update_url(self, url: str) -> str:
        """The address that asks who one is."""
        return _PATH.sub("/sparql-auth", url)

    def ask(self, query: str, graphs: Graphs, resolve: Callable[[list[str]], list[str]]) -> Asked:
        """The graphs the query names itself would come on top, and one that is not listed would be counted wrongly."""
        query = _without_from(_within(query, {*graphs.named}, resolve))
        return Asked(_with_constants(query), _parameters(Graphs(graphs.default, (*graphs.named, NOTHING))))

    def limits(self, seconds: float, most_rows: int) -> tuple[tuple[str, str], ...]:
        """It works on when we hang up, so it is told when to stop: later than we do, as it does not say that it did."""
        return ("timeout", str(round(1000 * (seconds + _LATER_SECONDS)))), ("maxrows", str(most_rows + 1))

    def cut_at(self, headers: Mapping[str, str]) -> int | None:
        """It says so in a header of its own."""
        most = headers.get("X-SPARQL-MaxRows", "")
        return int(most) if most.isdecimal() else None

    def is_partial(self, headers: Mapping[str, str]) -> bool:
        """Past its time-out it answers 200 with the rows it has."""
        return "X-SQL-State" in headers

    def tidy(self, body: IO[bytes]) -> IO[bytes]:
        """In JSON it writes blank nodes as addresses, and what is true as 1."""
        return _Tidied(body)  # type: ignore[return-value]

    def is_truth(self, variables: Sequence[str]) -> bool:
        """It answers ASK with a table of one column."""
        return list(variables) == ["__ASK_RETVAL"]


DIALECTS: Mapping[str, Dialect] = {"standard": Dialect(), "virtuoso": Virtuoso()}


class _Tidied:
    """A body with terms written as SPARQL has them; it is read line by line, so that none is cut in two."""

    def __init__(self, body: IO[bytes]) -> None:
        self._body = body
        self._ready = b""

    def read(self, size: int = -1) -> bytes:
        """Some of the body."""
        while size < 0 or len(self._ready) < size:
            line = self._body.readline()
            if not line:
                break
            for wrong, right in _MENDED:
                line = line.replace(wrong, right)
            self._ready += line
        size = len(self._ready) if size < 0 else size
        piece, self._ready = self._ready[:size], self._ready[size:]
        return piece


def _parameters(graphs: Graphs) -> tuple[tuple[str, str], ...]:
    """The choice as the protocol writes it; an empty list would leave it to the server."""
    default, named = (part or (NOTHING,) for part in graphs)
    return (*(("default-graph-uri", graph) for graph in default), *(("named-graph-uri", graph) for graph in named))


def _without_from(query: str) -> str:
    """The query without its FROM clauses."""
    depth, spans = 0, []
    tokens = list(read_tokens(query))
    for token, *following in zip(tokens, tokens[1:], tokens[2:], strict=False):
        depth += {"open": 1, "close": -1}.get(token.kind, 0)
        if not depth and _is_word(token, "from"):
            last = following[_is_word(following[0], "named")]
            spans.append((token.start, last.start + len(last.text)))
    return _replaced(query, [(start, end, "") for start, end in spans])


def _within(query: str, named: set[str], resolve: Callable[[list[str]], list[str]]) -> str:
    """The query with `GRAPH <name>` asking an empty graph where the name is none of those chosen."""
    tokens = list(read_tokens(query))
    asked = [
        token
        for before, token in itertools.pairwise(tokens)
        if _is_word(before, "graph") and token.kind in ("iri", "name")
    ]
    full = resolve([token.text for token in asked])
    return _replaced(
        query,
        [
            (token.start, token.start + len(token.text), f"<{NOTHING}>")
            for token, graph in zip(asked, full, strict=True)
            if graph not in named
        ],
    )


@dataclass
class _Bracket:
    """An open bracket: the values its conditions may be told in place of variables."""

    opens: str
    constants: dict[str, str]


def _with_constants(query: str) -> str:
    """
    The query with a variable replaced by the one value VALUES gives it, where a condition after that sees it.

    These are the conditions of the same group, and those of an OPTIONAL straight inside it.
    """
    changes, stack = [], [_Bracket("", {})]
    tokens = list(read_tokens(query))
    for at, token in enumerate(tokens):
        inner, before = stack[-1], tokens[at - 1] if at else token
        if token.kind == "open":
            stack.append(_Bracket(token.text, _seen(inner, before, token.text)))
        elif token.kind == "close" and len(stack) > 1:
            stack.pop()
        elif _is_word(token, "select"):
            inner.constants.clear()
        elif _is_word(token, "values") and inner.opens == "{":
            inner.constants |= _single(query, tokens[at + 1 : at + 6])
        elif token.kind == "var" and inner.opens == "(" and token.text[1:] in inner.constants:
            changes.append((token.start, token.start + len(token.text), inner.constants[token.text[1:]]))
    return _replaced(query, changes)


def _seen(outer: _Bracket, before: Token, bracket: str) -> dict[str, str]:
    """The values that hold inside a bracket that opens after that token."""
    if bracket == "{" and not (outer.opens == "{" and _is_word(before, "optional")):
        return {}
    if bracket == "(" and any(_is_word(before, word) for word in ("values", "bound")):
        return {}
    return dict(outer.constants)


def _single(query: str, following: Sequence[Token]) -> dict[str, str]:
    """The variable and its value, where what follows VALUES is one variable and one value."""
    kinds = [token.kind for token in following]
    if kinds[:2] != ["var", "open"] or "close" not in kinds[3:]:
        return {}
    end = kinds.index("close")
    value = query[following[1].start + 1 : following[end].start].strip()
    is_one = end == 3 or (kinds[2] == "string" and "^^" in value)  # noqa: PLR2004 - variable, bracket, value
    return {following[0].text[1:]: value} if is_one and value.lower() != "undef" else {}


def _is_word(token: Token, word: str) -> bool:
    return token.kind == "word" and token.text.lower().endswith(word)


def _replaced(text: str, changes: Sequence[tuple[int, int, str]]) -> str:
    for start, end, instead in reversed(changes):
        text = text[:start] + instead + text[end:]
    return text
