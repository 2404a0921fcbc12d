"""What every engine promises: the one on this machine, and one over each kind of SPARQL server elsewhere."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING

import pytest

from kg_server.build.publish import publish
from kg_server.core.errors import BadParameter, KgError, NotAcceptable, QueryRefused, QuerySyntaxError, QueryTimeout
from kg_server.core.layout import DATASET
from kg_server.core.settings import read_settings
from kg_server.core.terms import literal
from kg_server.engine.base import Kind, Question
from kg_server.engine.disk import lay_out
from kg_server.engine.opening import open_engine
from kg_server.engine.results import ask, read_rows, read_triples
from tests.engine.conftest import TRIG, quads
from tests.engine.stores import write_published
from tests.servers import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg_server.core.settings import Settings
    from kg_server.engine.base import Engine
    from tests.servers import Remote

SLOW = """SELECT (COUNT(*) AS ?n) {
  ?a <http://e/number> ?c . ?d <http://e/number> ?f .
  FILTER (CONTAINS(STR(?c), CONCAT(STR(?f), STR(?c))))
}"""
"""Ends by itself after a while: a server that hangs up on nobody would keep a processor to itself."""
LONG = "SELECT * { ?a <http://e/number> ?c . ?d <http://e/number> ?f }"
COUNT = "SELECT (COUNT(*) AS ?n) {clause} {{ ?s ?p ?o }}"


@pytest.fixture(scope="module", params=["embedded", "disk", *KINDS])
def settings(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    remotes: Callable[[str], Remote],
) -> Settings:
    store = write_published(tmp_path_factory.mktemp("contract"), TRIG, extra=quads(1500))
    settings = read_settings(store_dir=store, query_seconds=5, query_megabytes=64, queue_seconds=0.5, workers=2)
    if request.param == "disk":
        lay_out(store / "current" / DATASET, on_disk=True)
    elif request.param != "embedded":
        settings = remotes(request.param).over(settings)
        publish(settings)
    return settings


@pytest.fixture(scope="module")
def engine(settings: Settings) -> Iterator[Engine]:
    with open_engine(settings) as opened:
        yield opened


def text(engine: Engine, question: Question) -> str:
    with engine.answer(question) as answer:
        return b"".join(answer.body).decode()


def count(engine: Engine, question: Question) -> int:
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
def test_a_table_comes_in_every_format(engine: Engine, media_type: str, holds: str) -> None:
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
    engine: Engine, media_type: str, holds: str
) -> None:
    query = "PREFIX ex: <http://e/> CONSTRUCT { ex:a ex:p ?o } WHERE { ex:a ex:p ?o FILTER(?o = ex:b) }"
    with engine.answer(Question(query, graph_type=media_type)) as answer:
        assert (answer.kind, answer.media_type) == (Kind.GRAPH, media_type)
        assert holds in b"".join(answer.body).decode()


def test_an_ask_is_answered(engine: Engine) -> None:
    assert ask(engine, "ASK { <http://e/a> ?p ?o }")
    assert not ask(engine, "ASK { <http://e/nobody> ?p ?o }")
    assert "true" in text(engine, Question("ASK {}", bindings_type="application/sparql-results+xml"))


def test_a_description_is_triples(engine: Engine) -> None:
    found = read_triples(engine, "DESCRIBE <http://e/a>")
    assert literal('Å "sitert"\nlinje', language="nb") in [triple[2] for triple in found]


def test_a_relative_prefix_does_not_spoil_turtle(engine: Engine) -> None:
    query = "BASE <http://e/> PREFIX ex: <> CONSTRUCT { ex:a ex:p ?o } WHERE { ex:a ex:p ?o }"
    assert "<http://e/a> <http://e/p>" in text(engine, Question(query))


def test_the_default_graph_holds_each_triple_once(engine: Engine) -> None:
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
def test_from_chooses_among_stored_graphs_and_counts_a_triple_once(engine: Engine, clause: str, expected: int) -> None:
    assert count(engine, Question(COUNT.format(clause=clause))) == expected


def test_a_merge_keeps_blank_nodes_together_with_their_named_graph(engine: Engine) -> None:
    clause = "FROM <http://e/g1> FROM <http://e/g3> FROM NAMED <http://e/g3>"
    query = f"ASK {clause} {{ <http://e/a> <http://e/list> ?x . GRAPH ?g {{ ?x ?p <http://e/b> }} }}"
    assert ask(engine, query)


def test_graphs_named_by_the_request_win_over_the_query(engine: Engine) -> None:
    query = COUNT.format(clause="FROM <http://e/many>")
    assert count(engine, Question(query, default_graphs=("http://e/g1", "http://e/g2"))) == 3
    assert count(engine, Question(query, named_graphs=("http://e/g1",))) == 0
    inside = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert count(engine, Question(inside, named_graphs=("http://e/g1",))) == 2
    assert count(engine, Question(inside, default_graphs=("http://e/g1",))) == 0


@pytest.mark.parametrize("graph", ["g1", "http://e/> } #", ""])
def test_a_graph_that_is_no_iri_is_a_bad_parameter(engine: Engine, graph: str) -> None:
    with pytest.raises(BadParameter):
        engine.answer(Question("ASK {}", default_graphs=(graph,)))


def test_a_syntax_error_tells_line_and_column(engine: Engine) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        engine.answer(Question("SELECT * {\n  ?s ?p }"))
    assert (caught.value.values["line"], caught.value.values["column"]) == (2, 10)
    assert "line 2, column 10" in str(caught.value)


def test_a_syntax_error_beside_several_graphs_tells_its_own_place(engine: Engine) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        engine.answer(Question("SELECT *\nFROM no:g1\nFROM <http://e/g2> {}"))
    assert caught.value.values["line"] == 2


def test_a_prefix_nobody_declared_is_named(engine: Engine) -> None:
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
def test_updates_and_other_services_are_refused(engine: Engine, query: str) -> None:
    with pytest.raises(QueryRefused):
        engine.answer(Question(query))


def test_a_format_no_engine_writes_is_not_acceptable(engine: Engine) -> None:
    with pytest.raises(NotAcceptable):
        engine.answer(Question("ASK {}", bindings_type="text/html"))


def test_a_query_nested_too_deeply_is_told_apart(engine: Engine) -> None:
    with pytest.raises(QueryRefused, match="200 brackets"):
        engine.answer(Question("SELECT * " + "{" * 6000 + "}" * 6000))
    assert ask(engine, "ASK {}")


def test_many_threads_share_few_workers(engine: Engine) -> None:
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


def test_rows_are_read_no_further_than_asked(engine: Engine) -> None:
    table = read_rows(engine, LONG, most=3)
    assert (len(table.rows), table.complete, set(table.variables)) == (3, False, {"a", "c", "d", "f"})


def test_a_slow_query_is_stopped_in_time_and_the_next_is_answered(engine: Engine) -> None:
    started = time.monotonic()
    with pytest.raises(QueryTimeout):
        engine.answer(Question(SLOW, seconds=0.2))
    assert 0.19 < time.monotonic() - started < 0.9
    assert ask(engine, "ASK { <http://e/a> ?p ?o }")


def test_a_long_answer_is_cut_says_so_and_is_whole_in_its_format(engine: Engine) -> None:
    with engine.answer(Question(LONG, most_rows=1000)) as answer:
        rows = json.loads(b"".join(answer.body))["results"]["bindings"]
    assert (answer.truncated, len(rows)) == (1000, 1000)


def test_a_long_graph_is_cut_and_says_so(engine: Engine) -> None:
    query = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"
    with engine.answer(Question(query, graph_type="application/n-triples", most_rows=100)) as answer:
        lines = b"".join(answer.body).splitlines()
    assert (answer.truncated, len(lines)) == (100, 100)


def test_an_answer_names_its_build(engine: Engine, settings: Settings) -> None:
    with engine.answer(Question("ASK {}")) as answer:
        assert answer.digest == engine.digest == (settings.store / "current").resolve().name


def test_the_graphs_are_those_of_the_build_and_no_other(engine: Engine) -> None:
    rows = read_rows(engine, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g").rows
    assert [row["g"].value for row in rows] == [
        *(f"http://e/{name}" for name in ("g1", "g2", "g3", "many")),
        "https://w3id.org/strategigraf/graph/about",
    ]


def test_a_graph_that_is_not_of_the_build_is_empty(engine: Engine) -> None:
    for graph in ("urn:x-strategigraf:merge", "http://www.openlinksw.com/schemas/virtrdf#", "http://e/none"):
        assert count(engine, Question(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")) == 0


def test_a_fallback_of_language_is_the_same(engine: Engine) -> None:
    query = """SELECT ?s ?name {{ VALUES ?lang {{ "{}" }} ?s <http://e/name> ?any
        OPTIONAL {{ ?s <http://e/name> ?name FILTER (LANG(?name) = ?lang) }}
        OPTIONAL {{ ?s <http://e/name> ?name }} }}"""
    for language in ("nb", "en"):
        assert [row["name"].language for row in read_rows(engine, query.format(language)).rows] == ["nb"]
