"""A table read from the columns of a build is the one the engine would give, and is read there when it is worth it."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pyoxigraph as ox
import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from kg_server.core.errors import QuerySyntaxError
from kg_server.core.layout import COLUMNS, DATASET
from kg_server.core.settings import Settings, read_settings
from kg_server.engine import scans
from kg_server.engine.base import Question
from kg_server.engine.column_writer import pack
from kg_server.engine.columns import Columns, open_columns
from kg_server.engine.datasets import Datasets
from kg_server.engine.embedded import EmbeddedEngine
from kg_server.engine.gate import read_outline
from kg_server.engine.results import read_rows, rows_of
from kg_server.engine.scans import LEAST_ROWS, Table
from tests.engine.stores import write_store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

P = "PREFIX : <http://e/>\nPREFIX e: <http://e/>\n"
JSON = "application/sparql-results+json"
MANY = 3 * LEAST_ROWS
KINDS = r"""
PREFIX : <http://e/>
:a :p :b, _:b, "å", "a\"\\\n\r\t\u0001\u007F\u2028/"@nb-NO, "x"@en--ltr, 01, -0.50, 1e3, true, "2026-11-28"^^:day,
  <<( :a :p <<( _:b :p "x" )>> )>> .
_:b :q "" .
"""


class Bytes(bytearray):
    """What a worker's outlet takes, kept."""

    def write(self, data: bytes, rows: int | None = None) -> int:
        self += data
        return len(data) if rows is None else rows

    def flush(self) -> None:
        pass


def columns_of(store: ox.Store) -> Columns:
    default = store.quads_for_pattern(None, None, None, ox.DefaultGraph())
    return Columns(pack(((quad.subject, quad.predicate, quad.object) for quad in default), quad_bytes=0))


def store_of(lines: Iterable[Iterable[str]]) -> ox.Store:
    store = ox.Store()
    store.extend(ox.Quad(*(ox.NamedNode(f"http://e/{name}") for name in line)) for line in lines)
    return store


def asked_of(query: str, **other: Any) -> dict[str, Any]:
    outline = read_outline(query)
    names = ("query", "plain", "form", "prologue", "prefixes", "path_ends", "blocks", "conditions", "star", "variables")
    graphs = {"default_graphs": None, "named_graphs": None, "from": outline.default_graphs, "from_named": []}
    told = {name: getattr(outline, name) for name in names} | graphs
    return told | {"base": "http://e/", "bindings_type": JSON, "most_rows": 10_000, "most_bytes": 2**24} | other


def written(result: Any) -> bytes:
    kept = Bytes()
    result.serialize(kept, ox.QueryResultsFormat.JSON)
    return bytes(kept)


def rows(body: bytes) -> list[str]:
    return [json.dumps(row, sort_keys=True) for row in json.loads(body)["results"]["bindings"]]


def test_every_kind_of_term_is_written_as_the_engine_writes_it() -> None:
    store = ox.Store()
    store.load(KINDS.encode(), ox.RdfFormat.TURTLE)
    query = "SELECT ?s ?p ?o { ?s ?p ?o }"
    with patch.object(scans, "LEAST_ROWS", 0):
        table = Datasets(store, columns_of(store)).query(asked_of(query))
    assert isinstance(table, Table)
    expected = written(store.query(query))
    assert Counter(written(table)) == Counter(expected)  # the same bytes, whatever the order of the rows
    assert sorted(rows(written(table))) == sorted(rows(expected))


names = st.sampled_from("abcd")
facts = st.frozensets(st.tuples(names, st.sampled_from("pq"), names), min_size=4, max_size=24).map(sorted)


def often(*usual: str, rare: list[str]) -> st.SearchStrategy[str]:
    return st.sampled_from([*usual] * 8 + rare)


subjects = often("?x", "?y", "?z", rare=["$x", ":a", "<http://e/b>"])
verbs = often(":p", "e:q", "<http://e/q>", rare=["a", "?v", "?w", ":absent", "^:p", ":p/:q", "http"])
objects = often("?x", "?y", "?z", "?w", ":b", rare=["e:c", "<http://e/b>", ":absent", "'text'", "1"])
triples = st.tuples(subjects, verbs, objects).map(" ".join)
more_objects = st.tuples(triples, objects).map(", ".join)
more_verbs = st.tuples(triples, verbs, objects).map("{0[0]} ; {0[1]} {0[2]}".format)
joined = st.tuples(triples, verbs, objects).map("{0[0]} . ?x {0[1]} {0[2]}".format)
patterns = st.lists(triples | more_objects | more_verbs | joined, min_size=1, max_size=2).map(" . ".join)
shown = often("*", "?x", "?y ?x", rare=["?x?y", "$z ?w", "?x ?absent", "DISTINCT ?x", "?x ?x", "(?x AS ?y)"])
wheres = often("WHERE {{ {} }}", "{{{}}}", "where {{ {} . }}", rare=["{{ # and\n {} }}", "{{ {} FILTER (?x = :a) }}"])
ends_of_query = often("", " ", rare=["\n# done", "ORDER BY ?x"])
queries = st.tuples(shown, st.tuples(wheres, patterns).map(lambda one: one[0].format(one[1])), ends_of_query).map(
    "SELECT {0[0]} {0[1]} {0[2]}".format
)


@settings(max_examples=400, deadline=None)
@given(facts, queries)
@example([("a", "p", "b")], "SELECT * { ?x ?v ?y }")
@example([("a", "p", "b"), ("a", "p", "c"), ("c", "q", "a")], "SELECT * { ?x :p ?y . ?z :q ?x . ?y :p ?w }")
@example([("a", "p", "b")], "SELECT * { ?x :p :b . ?x :p ?y }")
@example([("a", "p", "a")], "SELECT * { ?x :p ?x }")
@example([("a", "p", "a"), ("a", "p", "b")], "SELECT * { ?x ?v ?x }")
@example([("a", "p", "a"), ("a", "q", "b"), ("b", "q", "b")], "SELECT ?x { ?x ?v ?y . ?x :p ?z }")
@example([("a", "p", "b"), ("b", "p", "c"), ("c", "q", "d"), ("a", "q", "d")], "SELECT * { ?x :p ?y ; :q ?z }")
@example([("a", "p", "b"), ("c", "p", "b"), ("c", "q", "d"), ("d", "q", "d")], "SELECT * { ?x :p :b . ?x :q :d }")
@example([("a", "p", "./b"), ("c", "p", "b")], "SELECT * { ?x :p <http://e/./b> }")
@example([("a", "p", "b"), ("a", "p", "c")], "SELECT DISTINCT ?x { ?x :p ?y }")
@example([("a", "p", "b"), ("c", "p", "a")], "SELECT * { ?x ^:p ?y . ?y :p ?z }")
def test_a_table_has_the_rows_of_the_engine(lines: list[tuple[str, str, str]], query: str) -> None:
    store = store_of(lines)
    datasets, engine = Datasets(store, columns_of(store)), Datasets(store)
    asked = asked_of(P + query)
    try:
        expected = engine.query(asked)
    except SyntaxError:
        with pytest.raises(SyntaxError):
            datasets.query(asked)
        return
    with patch.multiple(scans, LEAST_ROWS=0, _MOST_READ=10_000):
        found = datasets.query(asked)
    event(type(found).__name__)
    ours, theirs = written(found), written(expected)
    assert json.loads(ours)["head"] == json.loads(theirs)["head"]
    assert sorted(rows(ours)) == sorted(rows(theirs))


def test_most_plain_queries_are_read_from_the_columns() -> None:
    store = store_of(["apb", "bpc", "aqc"])
    datasets = Datasets(store, columns_of(store))
    plain = [
        "SELECT * { ?x ?y ?z }",
        "SELECT ?x { ?x :p ?y }",
        "SELECT * WHERE { ?x :p ?y ; :q ?z . }",
        "SELECT * { ?x :p ?y . ?y :p ?z }",
        "SELECT * { ?x :p :b . ?x <http://e/q> ?z } LIMIT 2 OFFSET 1",
    ]
    with patch.multiple(scans, LEAST_ROWS=0, _MOST_READ=10_000):
        assert [type(datasets.query(asked_of(P + query))) for query in plain] == [Table] * len(plain)
        assert type(datasets.query(asked_of(P + plain[1], bindings_type="text/csv"))) is ox.QuerySolutions
        assert type(datasets.query(asked_of(P + plain[1], default_graphs=["http://e/g"]))) is ox.QuerySolutions


def many(last: str = "s0") -> Iterator[ox.Quad]:
    """Enough for the columns: each thing has a number, two tags, and some of them a name in a graph of its own."""
    node = ox.NamedNode
    for number in range(MANY):
        thing = node(f"http://e/s{number}")
        yield ox.Quad(thing, node("http://e/number"), ox.Literal(number))
        yield ox.Quad(thing, node("http://e/tag"), node(f"http://e/tag{number % 7}"))
        yield ox.Quad(thing, node("http://e/tag"), node(f"http://e/tag{number % 7 + 7}"))
        yield ox.Quad(thing, node("http://e/next"), node(f"http://e/s{number + 1}" if number else f"http://e/{last}"))
    yield ox.Quad(node("http://e/s1"), node("http://e/number"), ox.Literal("other"), node("http://e/g"))


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    store = write_store(tmp_path_factory.mktemp("scans"), "", extra=many())
    return read_settings(store_dir=store, workers=1)


@pytest.fixture(scope="module")
def engine(opened: Settings) -> Iterator[EmbeddedEngine]:
    with EmbeddedEngine(opened) as engine:
        yield engine


LONG = P + "SELECT ?s ?n ?t { ?s :number ?n ; :tag ?t }"


@pytest.mark.parametrize("query", [LONG, "SELECT * { ?s ?p ?o }"])
def test_the_pages_of_a_table_are_the_table(engine: EmbeddedEngine, query: str) -> None:
    whole = read_rows(engine, query).rows
    starts = range(0, len(whole) + LEAST_ROWS, LEAST_ROWS)
    pages = [read_rows(engine, f"{query} LIMIT {LEAST_ROWS} OFFSET {start}").rows for start in starts]
    assert [row for page in pages for row in page] == whole
    assert [len(page) for page in pages[:-2]] == [LEAST_ROWS] * (len(pages) - 2)


def test_a_table_that_is_too_long_is_cut_and_says_so(engine: EmbeddedEngine) -> None:
    with engine.answer(Question(LONG, most_rows=2 * LEAST_ROWS)) as answer:
        table = rows_of(answer)
    assert (answer.truncated, len(table.rows), table.complete) == (2 * LEAST_ROWS, 2 * LEAST_ROWS, False)


def test_a_query_that_is_no_sparql_is_told_as_ever(engine: EmbeddedEngine) -> None:
    with pytest.raises(QuerySyntaxError, match="line 3"):
        read_rows(engine, P + "SELECT * { ?s :number ?n ?more }")


def changed(opened: Settings, folder: Path) -> Settings:
    """The same build with columns of another graph, that tells them from the store."""
    store = write_store(folder, "", extra=many())
    other = write_store(folder / "other", "", extra=many(last="s9"))
    (other / "current" / COLUMNS).rename(store / "current" / COLUMNS)
    return opened.model_copy(update={"store_dir": store})


def test_the_columns_are_asked_in_place_of_the_store(opened: Settings, tmp_path: Path) -> None:
    with EmbeddedEngine(changed(opened, tmp_path)) as engine:
        after = {row["s"].value: row["o"].value for row in read_rows(engine, P + "SELECT * { ?s :next ?o }").rows}
        assert after["http://e/s0"] == "http://e/s9"
        assert read_rows(engine, P + "SELECT ?o { :s0 :next ?o }").rows[0]["o"].value == "http://e/s0"


@pytest.mark.parametrize(
    ("query", "is_read"),
    [
        ("SELECT * { ?s :next ?o }", True),
        ("SELECT * { ?s ?p ?o }", True),
        (f"SELECT * {{ ?s ?p ?o }} LIMIT {LEAST_ROWS}", True),
        (f"SELECT * {{ ?s ?p ?o }} LIMIT {LEAST_ROWS - 1}", False),
        (f"SELECT * {{ ?s :number ?o ; :tag ?t }} LIMIT {LEAST_ROWS}", True),
        ("SELECT * { ?s :number ?o ; :tag ?t } LIMIT 100", False),
        ("SELECT * { ?s :tag :tag1 }", False),
        ("SELECT * { ?s :tag ?t ; :tag :tag1 }", False),
        ("SELECT * { ?s :number ?o . ?x :tag ?t }", False),
        ("SELECT * { ?s :tag ?t . ?other :tag ?t }", False),
    ],
)
def test_what_is_short_or_grows_without_bounds_is_left_to_the_engine(query: str, is_read: bool) -> None:
    store = ox.Store()
    store.extend(ox.Quad(*tuple(quad)[:3]) for quad in many())
    found = Datasets(store, columns_of(store)).query(asked_of(P + query, most_bytes=20 * MANY * 32))
    assert isinstance(found, Table) == is_read


def test_columns_of_other_quads_are_left_alone(tmp_path: Path) -> None:
    store = write_store(tmp_path, "", extra=many())
    dataset = store / "current" / DATASET
    assert open_columns(dataset) is not None
    dataset.write_bytes(dataset.read_bytes() + b"<http://e/a> <http://e/b> <http://e/c> .\n")
    assert open_columns(dataset) is None
    (dataset.with_name(COLUMNS)).write_bytes(b"strategigraf columns 0\nand so on")
    assert open_columns(dataset) is None
    (dataset.with_name(COLUMNS)).write_bytes(b"")
    assert open_columns(dataset) is None
