"""
Long tables read from the columns of a build: a SELECT of plain triples that walks through whole properties.

The engine looks up each triple by itself and writes each term anew; here properties are joined as columns of numbers,
and terms are written already. Whatever else a query holds, or would not gain by it, is left to the engine.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

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
_MOST_CELLS = 2_000_000
_ROWS_AT_ONCE = 128
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
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
        cells = [self._cells(name, "," if place else "") for place, name in enumerate(self._shown)]
        rows = map(b"".join, zip(*cells, strict=True))
        before, after = b"{", b""
        while some := tuple(itertools.islice(rows, _ROWS_AT_ONCE)):
            output.write(before + b"},{".join(some), len(some))
            before, after = b"},{", b"}"
        output.write(after + b"]}}")

    def _cells(self, name: str, sign: str) -> Iterator[bytes]:
        """The column with its name, each term made ready once."""
        before = f'{sign}"{name}":'.encode()
        numbers = self._found[name]
        written = {number: before + self._columns.text(number) for number in set(numbers)}
        return map(written.__getitem__, numbers)


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
    found = _read_all(columns, group.triples, page)
    if found is None and (matches := _match(columns, group.triples, asked["prefixes"], page)):
        found = {name: column[page.start : page.stop] for name, column in matches.items()}
    return None if found is None or not found.keys() >= {*shown} else Table(columns, shown, found)


def _page(tokens: Sequence[Token], group: Group, most: int) -> range:
    """The rows that are asked for, of which no more than `most` can be told."""
    words = [token.text.lower() for token in tokens if token.start > group.end]
    told = dict(zip(words[::2], map(int, words[1::2]), strict=True))
    start = told.get("offset", 0)
    return range(start, start + min(told.get("limit", most), most))


def _read_all(columns: Columns, triples: Sequence[Triple], page: range) -> Found | None:
    """A page of every triple there is, where that is what is asked for."""
    (triple, *others) = triples
    names = [term[1:] for term in triple if term[0] in "?$"]
    rows = min(len(page), sum(of.rows for of in columns.properties.values()))
    if others or len({*names}) < len(triple) or not LEAST_ROWS <= rows <= _MOST_CELLS // len(triple):
        return None
    found: tuple[list[int], ...] = ([], [], [])
    before = 0
    for of in columns.properties.values():
        subjects, values = columns.pairs(of, max(page.start - before, 0), max(page.stop - before, 0))
        for column, more in zip(found, (subjects, [of.number] * len(subjects), values), strict=True):
            column.extend(more)
        before += of.rows
    return dict(zip(names, found, strict=True))


def _match(columns: Columns, triples: Sequence[Triple], prefixes: Mapping[str, str], page: range) -> Found | None:
    """The matches of all the triples together."""
    patterns = []
    for triple in triples:
        pattern = _resolve(columns, triple, prefixes)
        if pattern is None or pattern.rows < LEAST_ROWS:
            return None
        patterns.append(pattern)
    patterns.sort(key=lambda pattern: pattern.rows)
    read = sum(pattern.rows for pattern in patterns)
    if read > min(_MOST_CELLS, _MOST_READ * min(len(page), patterns[0].rows)):
        return None
    found: Found | None = _begin(columns, patterns.pop(0))
    while patterns and found is not None:
        following = next((one for one in patterns if not found.keys().isdisjoint((one.subject, one.object))), None)
        if following is None:
            return None
        patterns.remove(following)
        found = _join(columns, found, following)
    return found


def _resolve(columns: Columns, triple: Triple, prefixes: Mapping[str, str]) -> _Pattern | None:
    """The pattern, where its property is one there is, its subject a variable, and its object another one or an IRI."""
    subject, verb, value = triple
    of = columns.properties.get(iri_of(verb, prefixes) or "")
    if of is None or subject[0] not in "?$" or subject[1:] == value[1:]:
        return None
    if value[0] in "?$":
        return _Pattern(subject[1:], of, value[1:], of.rows)
    number = columns.find(iri_of(value, prefixes) or "")
    return None if number is None else _Pattern(subject[1:], of, number, columns.count(of, number))


def iri_of(term: str, prefixes: Mapping[str, str]) -> str | None:
    """The IRI the term stands for, where it needs no more than its prefix to be known."""
    if term == "a":
        return _RDF_TYPE
    if term[0] == "<":
        return term[1:-1]
    prefix, colon, local = term.partition(":")
    return prefixes[prefix] + local if colon and prefix in prefixes else None


def _begin(columns: Columns, pattern: _Pattern) -> Found:
    """The matches of one pattern."""
    if isinstance(pattern.object, int):
        return {pattern.subject: columns.subjects(pattern.of, pattern.object)}
    subjects, values = columns.pairs(pattern.of)
    return {pattern.subject: subjects, pattern.object: values}


def _join(columns: Columns, found: Found, pattern: _Pattern) -> Found | None:
    """The matches that match the pattern as well; nothing where both its variables are met, or there are too many."""
    if isinstance(pattern.object, int):
        wanted = set(columns.subjects(pattern.of, pattern.object))
        return _keep(found, [number in wanted for number in found[pattern.subject]])
    subjects, values = columns.pairs(pattern.of)
    if pattern.object not in found:
        return _extend(found, pattern.subject, pattern.object, (subjects, values))
    if pattern.subject not in found:
        return _extend(found, pattern.object, pattern.subject, (values, subjects))
    return None


def _keep(found: Found, is_kept: list[bool]) -> Found:
    return {name: list(itertools.compress(column, is_kept)) for name, column in found.items()}


def _extend(found: Found, shared: str, new: str, pairs: Pairs) -> Found | None:
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
    if (len(found) + 1) * sum(times) > _MOST_CELLS:
        return None
    places = list(itertools.chain.from_iterable(map(itertools.repeat, itertools.count(), times)))
    longer = {name: list(map(column.__getitem__, places)) for name, column in found.items()}
    return longer | {new: list(itertools.chain.from_iterable(beside))}
