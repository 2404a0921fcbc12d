"""
Long tables read from the columns of a build: a SELECT of plain triples that walks through whole properties.

The engine looks up each triple by itself and writes each term anew; here properties are joined as columns of numbers,
and terms are written already. Whatever else a query holds, or would not gain by it, is left to the engine.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from kg_server.core.namespaces import PREFIXES
from kg_server.engine.base import JSON_RESULTS
from kg_server.engine.plain_groups import read_groups
from kg_server.engine.tokens import read_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kg_server.engine.columns import Columns, Pairs, Property
    from kg_server.engine.plain_groups import Group, Triple
    from kg_server.engine.tokens import Token

LEAST_ROWS = 500
"""Below as many matches of the rarest pattern, or rows asked for, the engine is fast enough."""
_MOST_READ = 16
"""Rows of columns read for each of them at most."""
_BYTES_A_NUMBER = 32
"""An answer may take a quarter of the memory there is; one number for so many bytes of it keeps well within that."""
_ROWS_AT_ONCE = 1000
_LIKELY = re.compile(
    r"SELECT\b[^{}()<]*+\{\s*+[?$][^{}()\"']++\}(?:\s*+(?:LIMIT|OFFSET)\s++\d++)*+\s*+\Z", re.IGNORECASE
)
_WORDS = {"select", "where", "a", "limit", "offset"}

Found = dict[str, list[int]]
"""The matches so far: a column for each variable."""


class Output(Protocol):
    """What a table is written to."""

    def write(self, data: bytes, rows: int | None = None) -> object:
        """Take bytes, which may be those of so many rows."""


class Table:
    """A table ready to be written; it stands in for the engine's own solutions."""

    def __init__(self, columns: Columns, shown: Sequence[str], found: Found) -> None:
        self._columns = columns
        self._shown = shown
        self._found = found

    def serialize(self, output: Output, _format: object = None) -> None:
        """Write it as SPARQL JSON, byte for byte as the engine would."""
        names = ",".join(f'"{name}"' for name in self._shown)
        output.write(f'{{"head":{{"vars":[{names}]}},"results":{{"bindings":['.encode())
        before, after = b"{", b""
        for start in range(0, len(self._found[self._shown[0]]), _ROWS_AT_ONCE):
            cells = [self._cells(name, "," if place else "", start) for place, name in enumerate(self._shown)]
            rows = list(map(b"".join, zip(*cells, strict=True)))
            output.write(before + b"},{".join(rows), len(rows))
            before, after = b"},{", b"}"
        output.write(after + b"]}}")

    def _cells(self, name: str, sign: str, start: int) -> Iterator[bytes]:
        """Cells of a column behind its name, each term made ready once for the rows that are written at once."""
        before = f'{sign}"{name}":'.encode()
        numbers = self._found[name][start : start + _ROWS_AT_ONCE]
        return map(self._columns.texts(set(numbers), before).__getitem__, numbers)


class _Pattern(NamedTuple):
    """A triple whose subject is a variable, and its object a variable or the number of a term."""

    subject: str
    of: Property
    object: str | int
    rows: int


def is_likely(asked: Mapping[str, Any]) -> bool:
    """Whether the query may be one for `read_table`, at a glance."""
    is_plain = asked["form"] == "select" and not (asked["path_ends"] or asked["blocks"])
    return is_plain and asked["bindings_type"] == JSON_RESULTS and bool(_LIKELY.match(_body(asked)))


def _body(asked: Mapping[str, Any]) -> str:
    query: str = asked["query"]
    return query[len(asked["prologue"]) :]


def read_table(columns: Columns, asked: Mapping[str, Any]) -> Table | None:
    """The answer to a likely query that the engine takes for one; nothing where the engine is to answer it."""
    body = _body(asked)
    tokens = list(read_tokens(body))
    (group, *others) = read_groups(body, tokens)
    if others or not group.is_plain or {token.text.lower() for token in tokens if token.kind == "word"} - _WORDS:
        return None
    chosen = [token.text[1:] for token in tokens if token.kind == "var" and token.start < group.start]
    shown = list(dict.fromkeys(chosen or (token.text[1:] for token in tokens if token.kind == "var")))
    page = _page(tokens, group, asked["most_rows"] + 1)
    found = _Reading(columns, asked["prefixes"], page, asked["most_bytes"] // _BYTES_A_NUMBER).read(group.triples)
    return None if found is None or not found.keys() >= {*shown} else Table(columns, shown, found)


def _page(tokens: Sequence[Token], group: Group, most: int) -> range:
    """The rows that are asked for, of which no more than `most` can be told."""
    words = [token.text.lower() for token in tokens if token.start > group.end]
    told = dict(zip(words[::2], map(int, words[1::2]), strict=True))
    start = told.get("offset", 0)
    return range(start, start + min(told.get("limit", most), most))


@dataclass(frozen=True)
class _Reading:
    """How a page of a table is read, of which no more than so many numbers are held at the same time."""

    columns: Columns
    prefixes: Mapping[str, str]
    page: range
    most_numbers: int

    def read(self, triples: Sequence[Triple]) -> Found | None:
        """The page of what matches the triples; nothing where the engine is to find it."""
        names = [term[1:] for term in triples[0] if term[0] in "?$"]
        if len(triples) == 1 and len({*names}) == len(triples[0]):
            return self._all(names)
        found = self._matches([self._resolve(triple) for triple in triples])
        page = slice(self.page.start, self.page.stop)
        return None if found is None else {name: column[page] for name, column in found.items()}

    def _all(self, names: Sequence[str]) -> Found | None:
        """A page of every triple there is."""
        rows = min(len(self.page), sum(of.rows for of in self.columns.properties.values()))
        if not LEAST_ROWS <= rows <= self.most_numbers // len(names):
            return None
        found: tuple[list[int], ...] = ([], [], [])
        before = 0
        for of in self.columns.properties.values():
            start, stop = max(self.page.start - before, 0), max(self.page.stop - before, 0)
            subjects, values = self.columns.pairs(of, start, stop)
            for column, more in zip(found, (subjects, [of.number] * len(subjects), values), strict=True):
                column.extend(more)
            before += of.rows
        return dict(zip(names, found, strict=True))

    def _resolve(self, triple: Triple) -> _Pattern | None:
        """The pattern, where its property is one there is, its subject a variable, its object another one or an IRI."""
        subject, verb, value = triple
        of = self.columns.properties.get(iri_of(verb, self.prefixes) or "")
        if of is None or subject[0] not in "?$" or subject[1:] == value[1:]:
            return None
        if value[0] in "?$":
            return _Pattern(subject[1:], of, value[1:], of.rows)
        number = self.columns.find(iri_of(value, self.prefixes) or "")
        return None if number is None else _Pattern(subject[1:], of, number, self.columns.count(of, number))

    def _matches(self, resolved: Sequence[_Pattern | None]) -> Found | None:
        """The matches of all the patterns together."""
        patterns = sorted((one for one in resolved if one is not None), key=lambda pattern: pattern.rows)
        if len(patterns) < len(resolved) or patterns[0].rows < LEAST_ROWS:
            return None
        read = sum(pattern.rows for pattern in patterns)
        if read > min(self.most_numbers // 2, _MOST_READ * min(len(self.page), patterns[0].rows)):
            return None
        found: Found | None = self._begin(patterns.pop(0))
        while patterns and found is not None:
            following = next((one for one in patterns if not found.keys().isdisjoint((one.subject, one.object))), None)
            if following is None:
                return None
            patterns.remove(following)
            found = self._join(found, following)
        return found

    def _begin(self, pattern: _Pattern) -> Found:
        """The matches of one pattern."""
        if isinstance(pattern.object, int):
            return {pattern.subject: self.columns.subjects(pattern.of, pattern.object)}
        subjects, values = self.columns.pairs(pattern.of)
        return {pattern.subject: subjects, pattern.object: values}

    def _join(self, found: Found, pattern: _Pattern) -> Found | None:
        """The matches that match the pattern too; nothing where both its variables are met, or there are too many."""
        if isinstance(pattern.object, int):
            wanted = set(self.columns.subjects(pattern.of, pattern.object))
            return _keep(found, [number in wanted for number in found[pattern.subject]])
        subjects, values = self.columns.pairs(pattern.of)
        if pattern.object not in found:
            return self._extend(found, pattern.subject, pattern.object, (subjects, values))
        if pattern.subject not in found:
            return self._extend(found, pattern.object, pattern.subject, (values, subjects))
        return None

    def _extend(self, found: Found, shared: str, new: str, pairs: Pairs) -> Found | None:
        """The matches with a column more: what stands beside the shared variable's terms in the pairs."""
        keys, values = pairs
        only = dict(zip(keys, values, strict=True))
        if len(only) == len(keys):
            column = list(map(only.get, found[shared]))
            if None in column:
                found = _keep(found, [number is not None for number in column])
            return found | {new: [number for number in column if number is not None]}
        several = defaultdict(list)
        for key, value in zip(keys, values, strict=True):
            several[key].append(value)
        beside = [several.get(number, ()) for number in found[shared]]
        times = list(map(len, beside))
        if (len(found) + 1) * sum(times) > self.most_numbers:
            return None
        places = list(itertools.chain.from_iterable(map(itertools.repeat, itertools.count(), times)))
        longer = {name: list(map(column.__getitem__, places)) for name, column in found.items()}
        return longer | {new: list(itertools.chain.from_iterable(beside))}


def _keep(found: Found, is_kept: list[bool]) -> Found:
    return {name: list(itertools.compress(column, is_kept)) for name, column in found.items()}


def iri_of(term: str, prefixes: Mapping[str, str]) -> str | None:
    """The IRI the term stands for, where it needs no more than its prefix to be known."""
    if term == "a":
        return f"{PREFIXES['rdf']}type"
    if term[0] == "<":
        return term[1:-1]
    prefix, colon, local = term.partition(":")
    return prefixes[prefix] + local if colon and prefix in prefixes else None
