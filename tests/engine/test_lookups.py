"""What is looked up without a worker is what a worker would answer, and nothing but what is short."""

from __future__ import annotations

import contextlib
import itertools
import json
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from kg_server.core.errors import QueryRefused, QuerySyntaxError
from kg_server.core.settings import read_settings
from kg_server.engine.base import Question
from kg_server.engine.datasets import Datasets
from kg_server.engine.embedded import EmbeddedEngine
from kg_server.engine.gate import read_outline
from kg_server.engine.lookups import look_up
from kg_server.engine.results import read_bytes, read_rows, rows_of
from tests.engine.stores import write_store
from tests.engine.test_scans import asked_of, columns_of, rows, store_of, written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg_server.engine.columns import Columns

P = "PREFIX e: <http://e/>\n"
STORE = store_of(["apb", "apc", "aqc", "bpa", ("c", "p", "d;e"), ("a", "p;q", "c")])
STORE.add(
    ox.Quad(ox.NamedNode("http://e/a"), ox.NamedNode("http://e/n"), ox.Literal("01", datatype=ox.NamedNode("e:n")))
)
COLUMNS = columns_of(STORE)


def found(query: str, columns: Columns = COLUMNS, most: int = 10_000) -> bytes | None:
    return look_up(columns, Question(query), read_outline(query), most)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?x { e:a e:p ?x }",
        "SELECT ?x WHERE { e:a e:p ?x . }",
        "select ?y ?x where{<http://e/a>e:p ?x;e:q ?y.}".replace(">e:p", "> e:p"),
        "SELECT ?y { e:a e:p ?x ; <http://e/p;q> ?y }",
        "SELECT ?n { e:a e:n ?n }",
        "SELECT ?x { e:b e:q ?x }",
        "SELECT ?x ?y { e:c e:p ?x ; e:q ?y }",
        "PREFIX f: <urn:x:y> SELECT ?x { e:a e:p ?x }",
    ],
)
def test_properties_of_a_thing_are_looked_up(query: str) -> None:
    told = found(P + query)
    assert told is not None
    expected = written(Datasets(STORE).query(asked_of(P + query)))
    assert json.loads(told)["head"] == json.loads(expected)["head"]
    assert sorted(rows(told)) == sorted(rows(expected))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?x { e:absent e:p ?x }",
        "SELECT ?x { e:a e:absent ?x }",
        "SELECT ?x { f:a e:p ?x }",
        "SELECT ?x { e:a e:p ?x ; e:q ?x }",
        "SELECT ?x ?x { e:a e:p ?x }",
        "SELECT ?y { e:a e:p ?x }",
        "SELECT ?x { ?y e:p ?x }",
        "SELECT ?x { e:a A ?x }",
        "SELECT ?x { e:a e:p ?x ; A ?y }",
        "SELECT ?x { e:a e:p ?x ; e:q ?y\u00b2 }",
        "SELECT\f?x { e:a e:p ?x }",
        "SELECT ?x { e:a\ve:p ?x }",
        "PREFIX\u00a0f: <http://f/> SELECT ?x { e:a e:p ?x }",
        "\ufeffSELECT ?x { e:a e:p ?x }",
        "SELECT ?x { e:a e:p ?x } LIMIT 1",
        "SELECT DISTINCT ?x { e:a e:p ?x }",
        "SELECT ?x { e:a e:p ?x . e:b e:p ?y }",
        "SELECT * { e:a e:p ?x }",
        "ASK { e:a e:p ?x }",
        "SELECT ?x { e:a e:p ?x ?y }",
        "SELECT ?x { e:a e:p ?x ",
        "SELECT ?x FROM <http://e/g> { e:a e:p ?x }",
        "PREFIX f: <f> SELECT ?x { e:a e:p ?x }",
        "PREFIX f: <http://e:x/> SELECT ?x { e:a e:p ?x }",
        "PREFIX f: <http://[/> SELECT ?x { e:a e:p ?x }",
        "PREFIX f: <http://e/#a#b> SELECT ?x { e:a e:p ?x }",
        "PREFIX f\u00b2: <http://e/> SELECT ?x { e:a e:p ?x }",
        "BASE <http://e/> SELECT ?x { e:a e:p ?x }",
    ],
)
def test_all_else_is_left_to_a_worker(query: str) -> None:
    assert found(P + query) is None


def test_another_format_and_chosen_graphs_are_left_to_a_worker() -> None:
    query = P + "SELECT ?x { e:a e:p ?x }"
    outline = read_outline(query)
    asked = [
        Question(query, bindings_type="text/csv"),
        Question(query, default_graphs=("http://e/g",)),
        Question(query, named_graphs=("http://e/g",)),
    ]
    assert [look_up(COLUMNS, question, outline, 10) for question in asked] == [None] * 3
    assert look_up(COLUMNS, Question(query), outline, 2) is not None
    assert look_up(COLUMNS, Question(query), outline, 1) is None


def test_a_long_answer_is_left_to_a_worker() -> None:
    store = ox.Store()
    store.extend(
        ox.Quad(*(ox.NamedNode(f"http://e/{name}") for name in ("a", "p", f"o{number}"))) for number in range(11)
    )
    store.add(ox.Quad(ox.NamedNode("http://e/a"), ox.NamedNode("http://e/long"), ox.Literal("a" * 60_000)))
    columns = columns_of(store)
    assert len(rows(found(P + "SELECT ?x { e:a e:p ?x }", columns) or b"")) == 11
    assert found(P + "SELECT ?x { e:a e:p ?x ; e:p ?y }", columns) is None
    assert found(P + "SELECT ?x { e:a e:long ?x }", columns) is not None
    assert found(P + "SELECT ?x { e:a e:long ?x ; e:p ?y }", columns) is None


def test_what_has_many_values_is_left_to_a_worker_even_where_there_are_no_rows() -> None:
    store = ox.Store()
    names = (("a", "p", f"o{number}") for number in range(101))
    store.extend(ox.Quad(*(ox.NamedNode(f"http://e/{name}") for name in line)) for line in (*names, ("b", "q", "c")))
    columns = columns_of(store)
    assert found(P + "SELECT ?x { e:a e:q ?x }", columns) is not None
    assert found(P + "SELECT ?x { e:a e:q ?x ; e:p ?y }", columns) is None


space = st.sampled_from(["", " ", " ", " ", "\n", "\t", "\u00a0", "#\n"])
things = st.sampled_from(
    ["e:a", "e:b", "<http://e/a>", "<http://e/p>", "e:p", "e:q", "e:c", "a", "?x", "?y", "?x", "?z"]
)
traps = st.sampled_from(
    ["$x", "?\u00e5", "e:a.b", "e:p/e:q", "<d;e>", "'x'", "1", "_:b", "[]", "e:", ":a", "e:a\u00e5", "A"]
)
signs = st.sampled_from([".", ";", ",", "e:p-", "?1", "e:p:q"])
words = things | traps | signs
usual = st.sampled_from(["e:a e:p ?x", "e:a e:p ?x ; e:q ?y", "<http://e/a> <http://e/p> ?x", "e:c e:p ?x; e:q ?y ."])
pieces = st.lists(st.tuples(words, space).map("".join), max_size=7).map("".join)
bodies = usual | pieces | st.tuples(usual, space, pieces).map("".join) | st.tuples(pieces, space, usual).map("".join)
heads = st.sampled_from(
    ["SELECT ?x", "SELECT ?x", "SELECT ?y ?x", "SELECT?x", "SELECT ?x?y", "SELECT ?x WHERE", "SELECT *"]
)
declared = st.sampled_from(["", "", "PREFIX f: <f>\n", "prefix e-1: <http://e/#>\n", "PREFIX f: <http://e:1/>\n"])


@settings(max_examples=600, deadline=None)
@given(declared, heads, space, bodies, space)
@example("", "SELECT ?x", " ", "e:a e:p ?x", "")
def test_what_is_looked_up_is_what_the_engine_says(declared: str, head: str, gap: str, body: str, end: str) -> None:
    query = f"{P}{declared}{head}{gap}{{{gap}{body}{gap}}}{end}"
    told = found(query)
    event("found" if told else "left")
    if told is not None:
        expected = written(Datasets(STORE).query(asked_of(query)))
        assert json.loads(told)["head"] == json.loads(expected)["head"]
        assert sorted(rows(told)) == sorted(rows(expected))


SIGNS = "aA?$:;.,{}<>()[]|^/*+#\\'\"@_-&0å²"
SPACES = " \t\r\n\f\v\0\x1c\x85\u00a0\u2028\ufeff"
ODDITIES = (*SIGNS, *SPACES, "", "  ", "; a ?z", ";A ?z")


@pytest.mark.parametrize(
    "whole",
    [
        P + "SELECT ?x WHERE { e:a e:p ?x . }",
        f"# e\nprefix f: <http://f/#>\n{P}SELECT ?y ?x {{\n<http://e/a> e:p ?x ;\te:q ?y\n}}\n",
        "PREFIX e: <http://e/>\r\nselect ?x { e:c e:p ?x; <http://e/p> ?y }",
    ],
)
def test_a_query_with_one_oddity_is_looked_up_only_where_it_is_in_order(whole: str) -> None:
    looked_up = 0
    for place, oddity, replaces in itertools.product(range(len(whole) + 1), ODDITIES, (False, True)):
        query = whole[:place] + oddity + whole[place + replaces :]
        with contextlib.suppress(QuerySyntaxError, QueryRefused):  # of the gate, which comes first
            told = found(query)
            if told is not None:
                looked_up += 1
                assert sorted(rows(told)) == sorted(rows(written(Datasets(STORE).query(asked_of(query))))), query
    assert looked_up > len(ODDITIES)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedEngine]:
    folder: Path = write_store(tmp_path_factory.mktemp("lookups"), "", extra=STORE)
    with EmbeddedEngine(read_settings(store_dir=folder, workers=1, max_rows=1)) as opened:
        yield opened


def test_a_short_answer_takes_no_worker(engine: EmbeddedEngine) -> None:
    before = engine.stats().seconds
    with engine.answer(Question(P + "SELECT ?n { e:a e:n ?n }")) as answer:
        assert (answer.digest, answer.truncated) == (engine.digest, None)
        assert b'"value":"01"' in read_bytes(answer)
    assert engine.stats().seconds == before


def test_the_limit_of_rows_holds(engine: EmbeddedEngine) -> None:
    with engine.answer(Question(P + "SELECT ?x { e:a e:p ?x }")) as answer:
        assert (len(rows_of(answer).rows), answer.truncated) == (1, 1)


def test_a_fault_is_told(engine: EmbeddedEngine) -> None:
    with pytest.raises(QuerySyntaxError):
        read_rows(engine, P + "SELECT ?x { e:a e:p ?x ; }}")
