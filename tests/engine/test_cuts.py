"""Answers that are too long are cut between rows, stay whole in their format, and say that they are cut."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pyoxigraph
import pytest

from kg_server.core.errors import KgError, QueryTimeout, QueryTooLarge
from kg_server.engine.base import Answer, Question
from kg_server.engine.embedded import EmbeddedEngine
from kg_server.engine.results import BINDINGS_TYPES, GRAPH_TYPES, ask, read_rows, rows_of
from kg_server.engine.wire import MOST_AHEAD, PIECE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg_server.core.settings import Settings

MOST = 50
TRICKY = r"""SELECT ?n ?text ?none { ?s <http://e/number> ?n
  VALUES ?text { "},{" "},{\"x\":{" "</result><result>" "\"a\r\n,b\"" "a\tb\n" "\\" "},{}," } }"""
LONG = "SELECT * { ?a <http://e/number> ?c . ?d <http://e/number> ?f }"
GRAPH = "CONSTRUCT { ?s <http://e/n> ?n } WHERE { ?s <http://e/number> ?n }"


@pytest.fixture(scope="module")
def small(settings: Settings) -> Iterator[EmbeddedEngine]:
    """An engine whose answers hold few rows, and half a megabyte at most."""
    with EmbeddedEngine(settings.model_copy(update={"max_rows": MOST, "max_megabytes": 1})) as opened:
        yield opened


def whole(engine: EmbeddedEngine, question: Question) -> tuple[Answer, bytes]:
    with engine.answer(question) as answer:
        return answer, b"".join(answer.body)


def count_rows(media_type: str, data: bytes) -> int:
    text = data.decode()
    if "json" in media_type:
        return len(json.loads(text)["results"]["bindings"])
    if "xml" in media_type:
        return len(ET.fromstring(text).findall(".//{*}result"))
    if "csv" in media_type:
        return len(list(csv.reader(io.StringIO(text, newline="")))) - 1
    return len(text.splitlines()) - 1


@pytest.mark.parametrize("media_type", BINDINGS_TYPES)
@pytest.mark.parametrize("rows", [0, 1, MOST - 1, MOST, MOST + 1, 2 * MOST, 7000])
def test_a_table_is_cut_at_the_most_rows_and_says_so(small: EmbeddedEngine, media_type: str, rows: int) -> None:
    answer, data = whole(small, Question(f"{TRICKY} LIMIT {rows}", bindings_type=media_type))
    assert count_rows(media_type, data) == min(rows, MOST)
    assert answer.truncated == (MOST if rows > MOST else None)


@pytest.mark.parametrize("media_type", BINDINGS_TYPES)
def test_a_table_is_cut_at_the_most_bytes_and_says_so(settings: Settings, media_type: str) -> None:
    with EmbeddedEngine(settings.model_copy(update={"max_megabytes": 1, "workers": 1})) as engine:
        answer, data = whole(engine, Question(LONG, bindings_type=media_type))
        assert 900_000 < len(data) <= 1024 * 1024 + 20
        assert answer.truncated == count_rows(media_type, data) > 1000
        assert ask(engine, "ASK {}")


@pytest.mark.parametrize("media_type", BINDINGS_TYPES)
def test_a_table_is_cut_before_the_end_of_what_went_ahead(settings: Settings, media_type: str) -> None:
    most = 2000
    with EmbeddedEngine(settings.model_copy(update={"max_rows": most})) as engine:
        answer, data = whole(engine, Question(f"{LONG} LIMIT {4 * most}", bindings_type=media_type))
        _, wanted = whole(engine, Question(f"{LONG} LIMIT {most}", bindings_type=media_type))
        assert len(data) > PIECE
        assert (answer.truncated, data) == (most, wanted)


@pytest.mark.parametrize(
    ("rest", "error"),
    [
        ("{ SELECT (COUNT(*) AS ?a) { ?x ?p ?q . ?y ?r ?s . ?z ?t ?u . ?v ?w ?k } }", QueryTimeout),
        ("{ SELECT ?a ?x ?y { ?a ?p ?q . ?x ?r ?s . ?y ?t ?u } ORDER BY ?q ?s ?u }", QueryTooLarge),
    ],
)
def test_what_went_ahead_of_an_answer_that_fails_is_forgotten(
    settings: Settings, rest: str, error: type[KgError]
) -> None:
    long = f"{LONG} LIMIT 4000"
    changed = {"query_seconds": 2, "query_megabytes": 64, "max_megabytes": 16}
    with EmbeddedEngine(settings.model_copy(update=changed)) as engine:
        _, data = whole(engine, Question(long))
        assert PIECE < len(data) < MOST_AHEAD
        with pytest.raises(error):
            engine.answer(Question(f"SELECT * {{ {{ {long} }} UNION {rest} }}"))
        assert whole(engine, Question(long))[1] == data


@pytest.mark.parametrize("media_type", GRAPH_TYPES)
def test_a_graph_is_cut_at_the_most_triples_and_says_so(small: EmbeddedEngine, media_type: str) -> None:
    answer, data = whole(small, Question(GRAPH, graph_type=media_type))
    read = list(pyoxigraph.parse(data, pyoxigraph.RdfFormat.from_media_type(media_type)))
    assert (len(read), answer.truncated) == (MOST, MOST)
    answer, _ = whole(small, Question(f"{GRAPH} LIMIT {MOST}", graph_type=media_type))
    assert answer.truncated is None


def test_a_graph_is_cut_at_the_most_bytes(settings: Settings) -> None:
    with EmbeddedEngine(settings.model_copy(update={"max_megabytes": 1, "workers": 1})) as engine:
        query = "CONSTRUCT { ?a ?c ?f } WHERE { ?a <http://e/number> ?o . ?d <http://e/number> ?f BIND(?d AS ?c) }"
        answer, data = whole(engine, Question(query, graph_type="application/n-triples"))
        assert 1_000_000 < len(data) < 1_200_000
        assert answer.truncated == data.count(b"\n")


def test_a_row_larger_than_an_answer_is_too_large(small: EmbeddedEngine) -> None:
    doubled = " ".join(f"BIND(CONCAT(?a{n}, ?a{n}) AS ?a{n + 1})" for n in range(20))
    with pytest.raises(QueryTooLarge, match="row"):
        small.answer(Question(f"SELECT (?a20 AS ?x) {{ BIND('abcd' AS ?a0) {doubled} }}"))
    assert ask(small, "ASK {}")


def test_a_question_may_ask_for_fewer_rows(engine: EmbeddedEngine) -> None:
    answer, data = whole(engine, Question(LONG, most_rows=7))
    assert (answer.truncated, count_rows("json", data)) == (7, 7)


def test_a_table_read_from_a_cut_answer_is_not_complete(small: EmbeddedEngine) -> None:
    with small.answer(Question(LONG)) as answer:
        table = rows_of(answer)
    assert (len(table.rows), table.complete) == (MOST, False)
    assert read_rows(small, f"{LONG} LIMIT {MOST}").complete
