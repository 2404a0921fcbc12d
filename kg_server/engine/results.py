"""The formats answers come in, and answers as plain data."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kg_server.core.errors import EngineError, QueryTooLarge
from kg_server.core.terms import Term, from_json
from kg_server.engine.base import JSON_RESULTS, TURTLE, Kind, Question
from kg_server.engine.reader import MOST_BYTES, JsonReader, bounded

if TYPE_CHECKING:
    from kg_server.engine.base import Answer, Engine

N_TRIPLES = "application/n-triples"


class Format(NamedTuple):
    """A format an engine writes by itself."""

    media_type: str
    extension: str
    name: str


BINDINGS_FORMATS = (
    Format(JSON_RESULTS, "json", "JSON"),
    Format("application/sparql-results+xml", "xml", "XML"),
    Format("text/csv", "csv", "CSV"),
    Format("text/tab-separated-values", "tsv", "TSV"),
)
GRAPH_FORMATS = (
    Format(TURTLE, "ttl", "Turtle"),
    Format("application/ld+json", "jsonld", "JSON-LD"),
    Format(N_TRIPLES, "nt", "N-Triples"),
    Format("application/rdf+xml", "rdf", "RDF/XML"),
    Format("application/n-quads", "nq", "N-Quads"),
    Format("application/trig", "trig", "TriG"),
)
BINDINGS_TYPES = tuple(item.media_type for item in BINDINGS_FORMATS)
GRAPH_TYPES = tuple(item.media_type for item in GRAPH_FORMATS)

Triple = tuple[Term, Term, Term]

_N3_TERM = re.compile(
    r'<(?P<iri>[^>]*)>|_:(?P<bnode>[^\s]+)|"(?P<text>(?:[^"\\]|\\.)*)"(?:@(?P<lang>[\w-]+)|\^\^<(?P<type>[^>]*)>)?'
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_PLAIN_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}


@dataclass(frozen=True)
class Rows:
    """A table: its variables in the query's order, and for every row the terms that are bound."""

    variables: tuple[str, ...]
    rows: list[dict[str, Term]]
    complete: bool = True


def read_rows(engine: Engine, query: str, *, most: int | None = None) -> Rows:
    """
    The rows a SELECT gives; with `most`, that many at most, and `complete` tells whether there were more.

    Without `most` they are all there are: raises `QueryTooLarge` where the service would cut them.
    """
    with engine.answer(Question(query, most_rows=None if most is None else most + 1)) as answer:
        if most is None:
            _hold_whole(answer)
        return rows_of(answer, most=most)


def rows_of(answer: Answer, *, most: int | None = None) -> Rows:
    """The rows of an answer in SPARQL JSON, read no further than needed."""
    if answer.kind is not Kind.BINDINGS:
        raise EngineError("The query gives no table.", hint="Ask with SELECT.")
    reader = JsonReader(bounded(answer.body))
    head = reader.value_after('"head"')
    found: list[dict[str, Term]] = []
    for row in reader.items_after('"bindings"'):
        if len(found) == most:
            return Rows(tuple(head.get("vars", ())), found, complete=False)
        found.append({name: from_json(cell) for name, cell in row.items()})
    return Rows(tuple(head.get("vars", ())), found, complete=answer.truncated is None)


def ask(engine: Engine, query: str) -> bool:
    """What an ASK gives."""
    with engine.answer(Question(query)) as answer:
        if answer.kind is not Kind.BOOLEAN:
            raise EngineError("The query gives no yes or no.", hint="Ask with ASK.")
        return is_true(answer)


def is_true(answer: Answer) -> bool:
    """Whether an answer in SPARQL JSON says yes."""
    return bool(json.loads(read_bytes(answer))["boolean"])


def read_triples(engine: Engine, query: str) -> list[Triple]:
    """All triples a CONSTRUCT or DESCRIBE gives; raises `QueryTooLarge` where the service would cut them."""
    with engine.answer(Question(query, graph_type=N_TRIPLES)) as answer:
        if answer.kind is not Kind.GRAPH:
            raise EngineError("The query gives no triples.", hint="Ask with CONSTRUCT or DESCRIBE.")
        _hold_whole(answer)
        text = read_bytes(answer).decode()
    return [_read_triple(line) for line in text.split("\n") if line and not line.startswith("#")]


def _hold_whole(answer: Answer) -> None:
    """Refuse an answer that was cut: what is made of it would be wrong without a word."""
    if answer.truncated is not None:
        raise QueryTooLarge(
            "There is more than one answer may hold, so that nothing can be made of all of it.",
            hint="Whoever runs the service can raise max_rows or max_megabytes.",
        )


def read_bytes(answer: Answer, *, most: int = MOST_BYTES) -> bytes:
    """The whole answer; raises `QueryTooLarge` past `most` bytes."""
    return b"".join(bounded(answer.body, most))


def _read_triple(line: str) -> Triple:
    r"""
    The terms of one line of N-Triples.

    >>> _read_triple(r'<http://e/s> <http://e/p> "a\u00e5"@nb .')[2].value
    'aå'
    """
    terms = []
    at = 0
    for _ in range(3):
        match = _N3_TERM.match(line, at)
        if match is None:
            raise EngineError("The engine wrote a line that is no triple: {line}.", line=line[:200])
        at = match.end()
        while line[at : at + 1] in (" ", "\t"):
            at += 1
        terms.append(_read_term(match))
    return terms[0], terms[1], terms[2]


def _read_term(match: re.Match[str]) -> Term:
    if match["iri"] is not None:
        return Term("uri", _unescape(match["iri"]))
    if match["bnode"] is not None:
        return Term("bnode", match["bnode"])
    return Term("literal", _unescape(match["text"]), match["lang"] or "", match["type"] or "")


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(
        lambda found: chr(int(found[1] or found[2], 16)) if not found[3] else _PLAIN_ESCAPES.get(found[3], found[3]),
        text,
    )
