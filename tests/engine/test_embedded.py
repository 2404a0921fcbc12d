from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING

import pytest

from kg_server.core.errors import (
    BadParameter,
    EngineError,
    KgError,
    NoBuild,
    NotAcceptable,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
)
from kg_server.core.settings import read_settings
from kg_server.core.terms import literal
from kg_server.engine.base import Kind, Question
from kg_server.engine.embedded import EmbeddedEngine
from kg_server.engine.results import ask, read_rows, read_triples

if TYPE_CHECKING:
    from pathlib import Path

    from kg_server.core.settings import Settings

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a = ?z) }"
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i ?f ?c"
LONG = "SELECT * { ?a <http://e/number> ?c . ?d <http://e/number> ?f }"
COUNT = "SELECT (COUNT(*) AS ?n) {clause} {{ ?s ?p ?o }}"


def text(engine: EmbeddedEngine, question: Question) -> str:
    with engine.answer(question) as answer:
        return b"".join(answer.body).decode()


def count(engine: EmbeddedEngine, question: Question) -> int:
    return int(json.loads(text(engine, question))["results"]["bindings"][0]["n"]["value"])


@pytest.mark.parametrize(
    ("media_type", "holds"),
    [
        ("application/sparql-results+json", '{"type":"uri","value":"http://e/b"}'),
        ("application/sparql-results+xml", "<uri>http://e/b</uri>"),
        ("text/csv", "o\r\nhttp://e/b"),
        ("text/tab-separated-values", "?o\n<http://e/b>"),
    ],
)
def test_a_table_comes_in_every_format(engine: EmbeddedEngine, media_type: str, holds: str) -> None:
    question = Question("SELECT ?o { <http://e/a> <http://e/p> ?o } ORDER BY ?o LIMIT 1", bindings_type=media_type)
    with engine.answer(question) as answer:
        assert (answer.kind, answer.media_type) == (Kind.BINDINGS, media_type)
        assert holds in b"".join(answer.body).decode()


@pytest.mark.parametrize(
    ("media_type", "holds"),
    [
        ("text/turtle", "ex:a ex:p ex:b"),
        ("application/n-triples", "<http://e/a> <http://e/p> <http://e/b> ."),
        ("application/n-quads", "<http://e/a> <http://e/p> <http://e/b> ."),
        ("application/trig", "ex:a ex:p ex:b"),
        ("application/rdf+xml", 'rdf:resource="http://e/b"'),
        ("application/ld+json", '"@id":"http://e/a"'),
    ],
)
def test_a_graph_comes_in_every_format_with_the_prefixes_of_the_query(
    engine: EmbeddedEngine, media_type: str, holds: str
) -> None:
    query = "PREFIX ex: <http://e/> CONSTRUCT { ex:a ex:p ?o } WHERE { ex:a ex:p ?o FILTER(?o = ex:b) }"
    with engine.answer(Question(query, graph_type=media_type)) as answer:
        assert (answer.kind, answer.media_type) == (Kind.GRAPH, media_type)
        assert holds in b"".join(answer.body).decode()


def test_an_ask_is_answered(engine: EmbeddedEngine) -> None:
    assert ask(engine, "ASK { <http://e/a> ?p ?o }")
    assert not ask(engine, "ASK { <http://e/nobody> ?p ?o }")
    assert "true" in text(engine, Question("ASK {}", bindings_type="application/sparql-results+xml"))


def test_a_description_is_triples(engine: EmbeddedEngine) -> None:
    found = read_triples(engine, "DESCRIBE <http://e/a>")
    assert literal('Å "sitert"\nlinje', language="nb") in [triple[2] for triple in found]


def test_a_relative_prefix_does_not_spoil_turtle(engine: EmbeddedEngine) -> None:
    query = "BASE <http://e/> PREFIX ex: <> CONSTRUCT { ex:a ex:p ?o } WHERE { ex:a ex:p ?o }"
    assert "<http://e/a> <http://e/p>" in text(engine, Question(query))


def test_the_default_graph_holds_each_triple_once(engine: EmbeddedEngine) -> None:
    assert count(engine, Question("SELECT (COUNT(*) AS ?n) { <http://e/a> <http://e/p> ?o }")) == 2


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("FROM <http://e/g1>", 2),
        ("FROM <http://e/g1> FROM <http://e/g2>", 3),
        ("FROM <http://e/g1> FROM <http://e/g2> FROM <http://e/g1>", 3),
        ("FROM <http://e/g2> FROM <http://e/g2>", 2),
        ("FROM <file:///etc/passwd> FROM <http://127.0.0.1/>", 0),
        ("FROM NAMED <http://e/g1>", 0),
    ],
)
def test_from_chooses_among_stored_graphs_and_counts_a_triple_once(
    engine: EmbeddedEngine, clause: str, expected: int
) -> None:
    assert count(engine, Question(COUNT.format(clause=clause))) == expected


def test_a_merge_lasts_no_longer_than_its_query(own_engine: EmbeddedEngine) -> None:
    everywhere = Question("SELECT (COUNT(*) AS ?n) { GRAPH ?g { <http://e/a> <http://e/p> ?o } }")
    merged = Question("PREFIX e: <http://e/> " + COUNT.format(clause="FROM e:g1 FROM e:g2 FROM NAMED e:g2"))
    assert [count(own_engine, question) for question in (everywhere, merged, merged, everywhere)] == [3, 3, 3, 3]


def test_a_merge_keeps_blank_nodes_together_with_their_named_graph(engine: EmbeddedEngine) -> None:
    clause = "FROM <http://e/g1> FROM <http://e/g3> FROM NAMED <http://e/g3>"
    query = f"ASK {clause} {{ <http://e/a> <http://e/list> ?x . GRAPH ?g {{ ?x ?p <http://e/b> }} }}"
    assert ask(engine, query)


def test_graphs_named_by_the_request_win_over_the_query(engine: EmbeddedEngine) -> None:
    query = COUNT.format(clause="FROM <http://e/many>")
    assert count(engine, Question(query, default_graphs=("http://e/g1", "http://e/g2"))) == 3
    assert count(engine, Question(query, named_graphs=("http://e/g1",))) == 0
    inside = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert count(engine, Question(inside, named_graphs=("http://e/g1",))) == 2
    assert count(engine, Question(inside, default_graphs=("http://e/g1",))) == 0


@pytest.mark.parametrize("graph", ["g1", "http://e/> } #", ""])
def test_a_graph_that_is_no_iri_is_a_bad_parameter(engine: EmbeddedEngine, graph: str) -> None:
    with pytest.raises(BadParameter):
        engine.answer(Question("ASK {}", default_graphs=(graph,)))


def test_a_syntax_error_tells_line_and_column(engine: EmbeddedEngine) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        engine.answer(Question("SELECT * {\n  ?s ?p }"))
    assert (caught.value.values["line"], caught.value.values["column"]) == (2, 10)
    assert "line 2, column 10" in str(caught.value)


def test_a_syntax_error_beside_several_graphs_tells_its_own_place(engine: EmbeddedEngine) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        engine.answer(Question("SELECT *\nFROM no:g1\nFROM <http://e/g2> {}"))
    assert caught.value.values["line"] == 2


def test_a_prefix_nobody_declared_is_named(engine: EmbeddedEngine) -> None:
    with pytest.raises(QuerySyntaxError, match=r"Prefix not found.*not declared: foo:"):
        engine.answer(Question("PREFIX bar: <http://e/> SELECT * { ?s bar:p foo:o }"))


@pytest.mark.parametrize(
    "query",
    [
        "INSERT DATA { <http://e/a> <http://e/p> 1 }",
        "PREFIX e: <http://e/> DELETE WHERE { ?s ?p ?o }",
        "LOAD <file:///etc/passwd>",
        "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <http://127.0.0.1/> { ?s ?p ?o } }",
    ],
)
def test_updates_and_other_services_are_refused(engine: EmbeddedEngine, query: str) -> None:
    with pytest.raises(QueryRefused):
        engine.answer(Question(query))


def test_a_format_no_engine_writes_is_not_acceptable(engine: EmbeddedEngine) -> None:
    with pytest.raises(NotAcceptable):
        engine.answer(Question("ASK {}", bindings_type="text/html"))


def test_a_slow_query_is_stopped_in_time_and_the_next_is_answered(engine: EmbeddedEngine) -> None:
    started = time.monotonic()
    with pytest.raises(QueryTimeout):
        engine.answer(Question(SLOW, seconds=0.3))
    assert 0.29 < time.monotonic() - started < 0.6
    assert ask(engine, "ASK {}")


def test_a_query_that_wants_too_much_memory_is_stopped(engine: EmbeddedEngine) -> None:
    with pytest.raises(QueryTooLarge, match="64 megabytes"):
        engine.answer(Question(LARGE))
    assert ask(engine, "ASK {}")


def test_a_query_nested_too_deeply_is_told_apart(engine: EmbeddedEngine) -> None:
    with pytest.raises(QueryRefused, match="200 brackets"):
        engine.answer(Question("SELECT * " + "{" * 6000 + "}" * 6000))
    assert ask(engine, "ASK {}")


def test_a_long_answer_streams_and_leaving_it_frees_the_worker(own_engine: EmbeddedEngine) -> None:
    with own_engine.answer(Question(LONG)) as answer:
        assert len(next(answer.body)) == 65536
    assert ask(own_engine, "ASK {}")


def test_a_short_answer_frees_its_worker_before_it_is_read(own_engine: EmbeddedEngine) -> None:
    unread = own_engine.answer(Question("ASK {}"))
    assert ask(own_engine, "ASK {}")
    assert b"true" in b"".join(unread.body)


def test_a_fault_in_the_middle_of_a_long_answer_is_told_before_its_first_byte(engine: EmbeddedEngine) -> None:
    with pytest.raises(QueryTimeout):
        engine.answer(Question(LONG.replace("}", ". ?g ?h ?i }"), seconds=0.02))


def test_an_answer_names_its_build(engine: EmbeddedEngine) -> None:
    with engine.answer(Question("ASK {}")) as answer:
        assert answer.digest == engine.digest == "d1ge57"


def test_many_threads_share_few_workers(engine: EmbeddedEngine) -> None:
    outcomes: list[int] = []

    def work() -> None:
        for _ in range(10):
            try:
                outcomes.append(count(engine, Question(COUNT.format(clause="FROM <http://e/g1>"))))
            except KgError as exc:
                outcomes.append(-len(str(exc)))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [2] * 80


def test_a_closed_engine_answers_no_more(settings: Settings) -> None:
    engine = EmbeddedEngine(settings)
    assert engine.digest == "d1ge57"
    engine.close()
    with pytest.raises(EngineError):
        engine.answer(Question("ASK {}"))


def test_without_a_build_the_engine_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoBuild):
        EmbeddedEngine(read_settings(store_dir=tmp_path))


def test_a_broken_build_is_told_of_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "current").mkdir()
    (tmp_path / "current" / "dataset.nq").write_text("<http://e/a> <http://e/b>\n", encoding="utf-8")
    with pytest.raises(EngineError, match="could not be loaded"):
        EmbeddedEngine(read_settings(store_dir=tmp_path))


def test_rows_are_read_no_further_than_asked(engine: EmbeddedEngine) -> None:
    table = read_rows(engine, LONG, most=3)
    assert (len(table.rows), table.complete, set(table.variables)) == (3, False, {"a", "c", "d", "f"})
