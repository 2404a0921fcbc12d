from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

from kg_server.core.errors import EngineError, QueryTooLarge
from kg_server.core.terms import Term
from kg_server.engine.base import Answer, Kind, Question
from kg_server.engine.embedded import EmbeddedEngine
from kg_server.engine.reader import bounded
from kg_server.engine.results import ask, read_bytes, read_rows, read_triples, rows_of

if TYPE_CHECKING:
    from kg_server.core.settings import Settings

JSON = """
{ "head": { "link": [], "vars": ["bindings", "x"] },
  "results": { "distinct": false, "bindings": [
    { "bindings": { "type": "uri", "value": "http://e/a" }, "x": { "type": "typed-literal", "value": "1",
      "datatype": "http://www.w3.org/2001/XMLSchema#integer" } },
    { "x": { "type": "literal", "xml:lang": "nb", "value": "blåbærsyltetøy 🫐 \\"] }" } },
    { }
  ] } }
"""


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100, 10_000])
def test_a_table_reads_the_same_in_pieces_of_any_size(size: int) -> None:
    data = JSON.encode()
    pieces = iter([data[at : at + size] for at in range(0, len(data), size)])
    table = rows_of(Answer(Kind.BINDINGS, "application/sparql-results+json", pieces))
    assert table.variables == ("bindings", "x")
    assert table.rows == [
        {
            "bindings": Term("uri", "http://e/a"),
            "x": Term("literal", "1", datatype="http://www.w3.org/2001/XMLSchema#integer"),
        },
        {"x": Term("literal", 'blåbærsyltetøy 🫐 "] }', "nb")},
        {},
    ]


def test_a_table_that_breaks_off_is_an_engine_error() -> None:
    with pytest.raises(EngineError, match="too early"):
        rows_of(Answer(Kind.BINDINGS, "", iter([JSON.encode()[:300]])))


def test_an_answer_is_read_up_to_a_bound() -> None:
    with pytest.raises(QueryTooLarge):
        read_bytes(Answer(Kind.GRAPH, "", iter([b"12345", b"67890"])), most=9)
    assert list(bounded(iter([b"12345", b"6789"]), most=9)) == [b"12345", b"6789"]


def test_triples_come_back_as_terms(engine: EmbeddedEngine) -> None:
    query = """CONSTRUCT { <http://e/å> <http://e/p> "\\t\\\\ \\"x\\" \\u00e5", 1.5, _:b , "a"@nb-NO } WHERE {}"""
    terms = {triple[2] for triple in read_triples(engine, query) if triple[2].kind != "bnode"}
    assert terms == {
        Term("literal", '\t\\ "x" å'),
        Term("literal", "1.5", datatype="http://www.w3.org/2001/XMLSchema#decimal"),
        Term("literal", "a", "nb-no"),
    }


def test_nothing_is_made_of_an_answer_that_was_cut(settings: Settings) -> None:
    with EmbeddedEngine(settings.model_copy(update={"max_rows": 2})) as engine:
        for letters, is_whole in (("a b", True), ("a b c", False)):
            values = " ".join(f"<http://e/{letter}>" for letter in letters.split())
            asked = f"{{ VALUES ?x {{ {values} }} }}"
            with nullcontext() if is_whole else pytest.raises(QueryTooLarge, match="more than one answer may hold"):
                assert len(read_rows(engine, f"SELECT ?x {asked}").rows) == 2
            with nullcontext() if is_whole else pytest.raises(QueryTooLarge, match="more than one answer may hold"):
                assert len(read_triples(engine, f"CONSTRUCT {{ ?x a ?x }} {asked}")) == 2
        assert len(read_rows(engine, "SELECT ?x { VALUES ?x { 1 2 3 } }", most=1).rows) == 1


def test_the_wrong_form_is_told(engine: EmbeddedEngine) -> None:
    with pytest.raises(EngineError):
        read_rows(engine, "ASK {}")
    with pytest.raises(EngineError):
        ask(engine, "SELECT * {}")
    with pytest.raises(EngineError):
        read_triples(engine, "SELECT * {}")
    with engine.answer(Question("ASK {}")) as answer:
        assert read_bytes(answer) == b'{"head":{},"boolean":true}'
