"""
The SERVICE blocks of a query, asked of the services named and replaced by what they answered, as VALUES.

What a block matches does not depend on what is around it, so that a table in its place is joined just as the block
would be: in groups, OPTIONAL, MINUS, UNION and sub-SELECT alike. Where that is not certain the query is refused;
docs/decisions/0015-other-services.md tells why.
"""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING, NamedTuple

from kg_server.core.errors import QueryRefused, QuerySyntaxError, QueryTooLarge, ServiceFailed
from kg_server.engine.admission import Line
from kg_server.engine.bounds import MOST_TOKENS, check_count, check_shape, check_size
from kg_server.engine.gate import Outline, is_service, read_prologue
from kg_server.engine.tokens import read_tokens, unescape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kg_server.core.settings import Settings
    from kg_server.engine.results import Rows
    from kg_server.engine.tokens import Token

MOST_ROWS = 10_000
"""Rows of one answer at most."""

_MOST_BLOCKS = 5
_MOST_TEXT = 900_000
_MOST_CELLS = 30_000
_NO_ROW = "VALUES () { () }"
_APART = ("exists", "lateral")


class Block(NamedTuple):
    """A SERVICE block: where it stands, whom it asks what, and the variables it may bind."""

    start: int
    end: int
    service: str
    query: str
    variables: frozenset[str]
    is_silent: bool


class Federation:
    """Asks others on behalf of queries: a few at a time, and nobody but those the settings list."""

    def __init__(self, settings: Settings) -> None:
        self._listed = settings.listed_services
        if self._listed:
            # Most engines ask no others, and start sooner without what it takes.
            from kg_server.engine.services import Services  # noqa: PLC0415

            self._services = Services(self._listed)
        self._seconds = settings.service_seconds
        self._queue_seconds = settings.queue_seconds
        self._line = Line(settings.workers, settings.queue_length, settings.service_seconds / 2)

    def resolve(self, query: str, is_left: Callable[[], bool]) -> str:
        """The query with the answers of others in place of its SERVICE blocks; raises `QueryRefused`."""
        plain = unescape(query)
        if not self._listed or "service" not in plain.lower():
            return query
        blocks = find_blocks(plain, self._listed)
        if not blocks:
            return query
        self._line.enter(self._queue_seconds, is_left)
        started = time.monotonic()
        try:
            answers = [self._ask(block, started + self._seconds) for block in blocks]
        finally:
            self._line.leave(time.monotonic() - started)
        return replace(plain, blocks, answers)

    def _ask(self, block: Block, until: float) -> str:
        try:
            return values(block, self._services.ask(block.service, block.query, until))
        except ServiceFailed:
            if block.is_silent:
                return _NO_ROW
            raise


def find_blocks(query: str, listed: Iterable[str]) -> list[Block]:
    """The SERVICE blocks of a query, all of which may be asked; raises `QueryRefused` otherwise."""
    check_size(query, len(query.encode(errors="replace")))
    tokens = list(itertools.islice(read_tokens(query), MOST_TOKENS + 1))
    check_count(tokens)
    outline = Outline()
    at = read_prologue(query, tokens, outline)
    check_shape(tokens[at:], describes=outline.form == "describe")
    blocks: list[Block] = []
    apart: list[bool] = []
    while at < len(tokens):
        token = tokens[at]
        if is_service(tokens, at):
            _check_place(len(blocks), any(apart))
            blocks.append(_read_block(query, tokens, at, outline, tuple(listed)))
            at = next(number for number, item in enumerate(tokens) if item.start >= blocks[-1].end - 1)
        elif token.kind == "open":
            apart.append(token.text == "{" and tokens[at - 1].text.lower().endswith(_APART))
        elif token.kind == "close" and apart:
            apart.pop()
        at += 1
    return blocks


def _check_place(number: int, is_apart: bool) -> None:
    if is_apart:
        raise QueryRefused(
            "SERVICE is not answered inside EXISTS or LATERAL.", hint="Put it in front, and compare with what it binds."
        )
    if number == _MOST_BLOCKS:
        raise QueryRefused("A query may hold {most} times SERVICE at most.", most=_MOST_BLOCKS)


def _read_block(query: str, tokens: list[Token], at: int, outline: Outline, listed: tuple[str, ...]) -> Block:
    start = at
    hint = "Write SERVICE, an address that is listed, and a block in braces."
    is_silent = tokens[at + 1 : at + 2] != [] and tokens[at + 1].text.lower() == "silent"
    at += 2 if is_silent else 1
    if tokens[start].text.lower() != "service" or [item.text for item in tokens[at + 1 : at + 2]] != ["{"]:
        raise QueryRefused("SERVICE takes an address and a block.", hint=hint)
    if tokens[at].kind == "var":
        raise QueryRefused("A variable cannot say which service to ask.", hint=hint)
    service = _address(tokens[at], outline)
    if service not in listed:
        raise QueryRefused(
            "The service asks others only where they are listed, and {service} is not.",
            hint="It asks: {listed}.",
            service=service or tokens[at].text,
            listed=", ".join(listed),
        )
    end = _closing(tokens, at + 1)
    inner = tokens[at + 2 : end]
    if any(is_service(inner, number) for number in range(len(inner))):
        raise QueryRefused("A SERVICE inside another is not passed on.", hint=hint)
    pattern = query[tokens[at + 1].start : tokens[end].start + 1]
    return Block(
        tokens[start].start,
        tokens[end].start + 1,
        service,
        f"{outline.prologue}\nSELECT * WHERE {pattern} LIMIT {MOST_ROWS + 1}",
        frozenset(item.text[1:] for item in inner if item.kind == "var"),
        is_silent,
    )


def _address(token: Token, outline: Outline) -> str:
    """The IRI of a service; nothing where it is none, or is written with escapes."""
    if token.kind == "iri":
        return token.text[1:-1]
    if token.kind == "name" and "\\" not in token.text:
        return outline.prefixes.get(token.prefix, "") + token.text[len(token.prefix) + 1 :]
    return ""


def _closing(tokens: list[Token], at: int) -> int:
    """The index of the bracket that closes the one at that index."""
    depth = 0
    for number in range(at, len(tokens)):
        depth += {"open": 1, "close": -1}.get(tokens[number].kind, 0)
        if not depth:
            return number
    raise QuerySyntaxError("The block of SERVICE has no end.")


def values(block: Block, rows: Rows) -> str:
    """The table as VALUES; raises `QueryRefused` for blank nodes, `ServiceFailed` for variables nobody asked for."""
    names = rows.variables
    if len(rows.rows) > MOST_ROWS or len(rows.rows) * (len(names) + 1) > _MOST_CELLS:
        raise too_large(block.service)
    if not block.variables.issuperset(names) or any(not set(row).issubset(names) for row in rows.rows):
        raise ServiceFailed("The service {service} answered with variables nobody asked for.", service=block.service)
    if any(term.kind not in ("uri", "literal") for row in rows.rows for term in row.values()):
        raise QueryRefused(
            "The service {service} answered with blank nodes, which mean nothing outside it.",
            hint="Keep them out inside SERVICE: FILTER(!isBlank(?x)), or select other variables.",
            service=block.service,
        )
    lines = (" ".join(row[name].n3() if name in row else "UNDEF" for name in names) for row in rows.rows)
    return f"VALUES ({' '.join(f'?{name}' for name in names)}) {{ {' '.join(f'({line})' for line in lines)} }}"


def replace(query: str, blocks: Iterable[Block], answers: Iterable[str]) -> str:
    """The query with an answer in place of each block; what follows keeps its line."""
    parts, at = [], 0
    for block, answer in zip(blocks, answers, strict=True):
        if len(answer.encode()) > _MOST_TEXT:
            raise too_large(block.service)
        lines = query.count("\n", block.start, block.end)
        parts += [query[at : block.start], answer, "\n" * lines]
        at = block.end
    return "".join([*parts, query[at:]])


def too_large(service: str) -> QueryTooLarge:
    """The error for a table that is too large to be joined."""
    return QueryTooLarge(
        "The service {service} answered with more than can be joined here.",
        hint="Ask it for less inside SERVICE: {most} rows at most, in less than a megabyte.",
        service=service,
        most=MOST_ROWS,
    )
