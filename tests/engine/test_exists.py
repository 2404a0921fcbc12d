from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pyoxigraph
import pytest
import rdflib
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg_server.core.errors import QuerySyntaxError
from kg_server.core.settings import read_settings
from kg_server.engine.base import Question
from kg_server.engine.datasets import Datasets
from kg_server.engine.embedded import EmbeddedEngine
from kg_server.engine.exists import rewrite
from kg_server.engine.gate import read_outline
from kg_server.engine.results import read_rows
from tests.engine.stores import write_store

if TYPE_CHECKING:
    from pathlib import Path

P = "PREFIX : <http://e/> "
IN_SOME = "FILTER(?z IN (:a, ?w))"
A_PRODUCT = "SELECT * { ?a a :A . ?b a :B FILTER NOT EXISTS { ?a :p ?b } }"

terms = st.sampled_from([":a", ":b", ":c"])
verbs = st.sampled_from([":p", ":q", "a"])
facts = st.frozensets(st.tuples(terms, verbs, terms).map(" ".join), min_size=4, max_size=18).map(sorted)


def triples(most: int, variables: str = "wxyz") -> st.SearchStrategy[str]:
    ends = st.sampled_from([f"?{name}" for name in variables] * 2 + [":a", ":b"])
    plain = st.tuples(ends, st.sampled_from([":p", ":q", "a", "?y"]), ends).map(" ".join)
    listed = st.tuples(plain, ends).map(", ".join)
    shared = st.tuples(plain, st.sampled_from([":p", ":q"]), ends).map("{0[0]} ; {0[1]} {0[2]}".format)
    return st.lists(plain | plain | listed | shared, min_size=1, max_size=most).map(" . ".join)


tests_of_values = st.sampled_from(["", "", "", "FILTER (?x != :a)", "FILTER (?v = ?x) .", "FILTER BOUND(?w)", IN_SOME])


def conditions(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    form = st.sampled_from(
        [
            "FILTER NOT EXISTS {{ {} }}",
            "FILTER NOT EXISTS {{ {} }} .",
            "FILTER EXISTS {{{}}}",
            "filter not exists {{{} # {{\n}}",
            "FILTER (?x = :a || NOT EXISTS {{ {} }})",
        ]
    )
    return st.tuples(form, inside).map(lambda parts: parts[0].format(parts[1]))


plain_inside = st.tuples(tests_of_values, triples(3, "vwxy"), tests_of_values).map(" ".join)
nested = st.tuples(triples(2, "vwxy"), conditions(triples(2, "uvwx"))).map(" ".join)
insides = plain_inside | plain_inside | nested
others = st.sampled_from(
    [
        "",
        "",
        "FILTER (?x != :b)",
        "OPTIONAL { ?x :q ?v }",
        "BIND (?x AS ?v)",
        "VALUES ?x { :a UNDEF }",
        "{ ?x :q ?w }",
        "{ ?v :p ?w } UNION { ?x :q ?y }",
        "MINUS { ?x :p ?v }",
        "[] :p ?v .",
        "?x :p+ ?v .",
    ]
)
groups = st.tuples(others, triples(2), conditions(insides), others, triples(1), st.just("") | conditions(insides))
wholes = st.sampled_from(
    [
        "{}",
        "{}",
        "{}",
        "?x :p ?y {{ {} }}",
        "?v :q ?y OPTIONAL {{ {} }}",
        "GRAPH ?g {{ {} }}",
        "{{ SELECT ?x {{ {} }} }}",
    ]
)


links = st.sampled_from(["?x :p ?z", "?z a ?x", "?x ?v ?z", "?x :p ?v . ?z :q ?v", "?v :q ?x ; :p ?z", "?x :p ?w , ?z"])
products = st.tuples(
    st.sampled_from(["?x :p ?y", "?x a :a", "?y :q ?x", "?x a ?y"]),
    st.sampled_from(["?z :q ?w", "?z a :b", ":a :p ?z", "?z a ?w"]),
    st.sampled_from(["", "OPTIONAL { ?x :q ?v }", "BIND (?x AS ?v)", "BIND (1 / 0 AS ?v)", "FILTER (?x != ?z)"]),
    st.tuples(links, st.just("") | tests_of_values).map("FILTER NOT EXISTS {{ {0[0]} {0[1]} }}".format),
    st.just("") | conditions(insides),
    st.just("") | triples(1, "xy"),
).map("{0[0]} . {0[1]} {0[2]} {0[3]} {0[4]} {0[5]}".format)
bodies = st.tuples(wholes, groups.map("{0[0]} {0[1]} {0[2]} {0[3]} {0[4]} {0[5]}".format) | products).map(
    lambda parts: parts[0].format(parts[1])
)


def loaded(lines: list[str]) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    told = " . ".join(lines)
    store.load(f"{P} {told} {'.' if told else ''} GRAPH :g1 {{ {told} }}".encode(), pyoxigraph.RdfFormat.TRIG)
    return store


def rows_of(store: pyoxigraph.Store, query: str) -> list[tuple[str, ...]]:
    found: Any = store.query(query)
    return sorted(tuple(str(cell) for cell in row) for row in found)


@settings(max_examples=150, deadline=None)
@given(facts, bodies)
@example(
    [":a a :a", ":b a :b", ":c :q :c", ":a :p :b"],
    "?v :q ?v OPTIONAL { ?x a :a . ?z a :b FILTER NOT EXISTS { ?x :p ?v . ?z ?p ?o } }",
)
@example(
    [":a a :a", ":b a :b", ":a :p :b"],
    "?x a :a . ?z a :b BIND (?x AS ?v) FILTER NOT EXISTS { ?x :p ?z FILTER (?v = ?x) }",
)
@example(
    [":a a :a", ":b a :b", ":a :p :b"], "?x a :a . ?z a :b FILTER NOT EXISTS { ?x :p ?z FILTER NOT EXISTS { ?z a :a } }"
)
@example(
    [":a a :a", ":b a :b", ":a :p :b"],
    "?x a :a . OPTIONAL { ?x :q ?z } ?y a :b FILTER NOT EXISTS { ?x :p ?y . ?x :p ?z }",
)
def test_a_query_and_how_it_is_put_have_the_same_rows(lines: list[str], body: str) -> None:
    store = loaded(lines)
    query = f"{P} SELECT * {{ {body} }}"
    try:
        expected = rows_of(store, query)
    except SyntaxError:  # such as BIND of a variable that is known
        return
    outline = read_outline(query)
    expected = rows_of(store, outline.query)
    for condition in outline.conditions:
        assert rows_of(store, rewrite(outline.query, condition.loop)) == expected
        assert rows_of(store, rewrite(outline.query, condition.minus)) == expected
    loops = [edit for condition in outline.conditions for edit in condition.loop]
    assert rows_of(store, rewrite(outline.query, loops)) == expected
    products = [edit for condition in outline.conditions for edit in condition.minus or condition.loop]
    assert rows_of(store, rewrite(outline.query, products)) == expected


@settings(max_examples=60, deadline=None)
@given(facts, products)
@example(
    [":a :p :a", ":a :p :b"],
    f"?x :p ?y . :a :p ?z FILTER NOT EXISTS {{ ?x :p ?z {IN_SOME} }}",
)
def test_another_engine_has_the_same_rows(lines: list[str], body: str) -> None:
    graph = rdflib.Graph().parse(data=f"{P} {' . '.join(lines)} {'.' if lines else ''}", format="turtle")
    query = f"{P} SELECT ?w ?x ?y ?z {{ {body} }}"
    # rdflib takes IN for an error where any of the terms is unbound, be the one looked for among the others or not.
    found: Any = graph.query(query.replace(IN_SOME, "FILTER(?z = :a || ?z = ?w)"))
    expected = sorted(tuple(None if cell is None else str(cell) for cell in row) for row in found)
    outline = read_outline(query)
    for kind in ("loop", "minus"):
        edits = [edit for condition in outline.conditions for edit in getattr(condition, kind)]
        cells: Any = loaded(lines).query(rewrite(outline.query, edits))
        assert sorted(tuple(None if cell is None else cell.value for cell in row) for row in cells) == expected


LEFT_ALONE = [
    "?a :p ?b FILTER EXISTS { ?a :q ?c }",
    "?a :p ?b FILTER EXISTS { ?a :q ?c OPTIONAL { ?c :p ?b } }",
    "?a :p ?b FILTER EXISTS { ?a :p* ?c . ?c :q ?b }",
    "?a :p ?b FILTER EXISTS { ?a :p/:q ?c . ?c :q ?b }",
    "?a :p ?b FILTER EXISTS { ?a :p [] . ?b :q [] }",
    "?a :p ?b FILTER EXISTS { _:a :p ?a . _:a :q ?b }",
    "?a :p ?b FILTER EXISTS { ?a :p (1) . ?b :q ?c }",
    "?a :p ?b FILTER EXISTS { ?a :p -1 . ?b :q ?c }",
    "?a :p ?b FILTER EXISTS { VALUES ?c { :c } ?a :p ?c . ?b :q ?c }",
    "?a :p ?b FILTER EXISTS { { ?a :p ?c } ?b :q ?c . ?c :q ?a }",
    "?a :p ?b FILTER EXISTS { BIND (1 AS ?d) ?b :q ?c . ?c :q ?a }",
    "?a :p ?b FILTER EXISTS { ?b :q ?c ; . ?c :q ?a }",
    "?a :p ?b FILTER EXISTS { ?b :q :c\\. . ?c :q ?a . ?c :p :c\\.}",
    "?a a :A . ?b a :B FILTER (1 = 1 && NOT EXISTS { ?a :p ?b })",
    "?a a :A . ?b a :B FILTER EXISTS { ?a :p ?b }",
    "?a a :A . ?b a :B FILTER NOT EXISTS { ?a :p ?c }",
    "?a a :A . ?a :q ?b FILTER NOT EXISTS { ?a :p ?b }",
    "?a a :A . ?b a :B MINUS { ?a :q ?c } FILTER NOT EXISTS { ?a :p ?b }",
    "GRAPH ?g { ?a a :A . ?b a :B FILTER NOT EXISTS { ?a :p ?b } }",
    "?c :q ?d OPTIONAL { ?a a :A . ?b a :B FILTER NOT EXISTS { ?a :p ?b } }",
    "?a :p ?b FILTER EXISTS { " + "?a :p ?b . " * 21 + "}",
    "?a :p ?b FILTER EXISTS { ?a :p ?c . ?c :p ?b } VALUES ?a { " + ":a " * 2000 + "}",
]


@pytest.mark.parametrize("body", LEFT_ALONE)
def test_what_is_not_known_to_mean_the_same_stays(body: str) -> None:
    assert read_outline(f"{P} SELECT * {{ {body} }}").conditions == []


@pytest.mark.parametrize(
    ("inside", "loops"),
    [
        ("?c a :C . ?b :q ?c . ?a :p ?b", "?a :p ?b LATERAL { ?b :q ?c } LATERAL { ?c a :C }"),
        ("?c :p ?d . ?a :q ?d ; :q 'x'@nb.", "?a :q 'x'@nb LATERAL { ?a :q ?d } LATERAL { ?c :p ?d }"),
        ("?x :p :c.?x :q '1'^^:i . FILTER(?x > ?a)", "?x :p :c LATERAL { ?x :q '1'^^:i }"),
    ],
)
def test_what_is_known_is_asked_first(inside: str, loops: str) -> None:
    query = f"{P} SELECT * {{ ?a a :A FILTER EXISTS {{ {inside} }} }}"
    (condition,) = read_outline(query).conditions
    assert condition.loop[0].text.strip() == loops


class Spied(Datasets):
    """Keeps the queries the engine was asked."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(loaded(lines))
        self.queries: list[str] = []

    def _evaluate(self, query: str, asked: dict[str, Any], options: dict[str, Any] | None = None) -> Any:
        self.queries.append(query)
        return super()._evaluate(query, asked, options)


def asked(query: str, **chosen: Any) -> dict[str, Any]:
    outline = read_outline(query)
    told: dict[str, Any] = {
        "query": outline.query,
        "base": "http://b/",
        "default_graphs": None,
        "named_graphs": None,
        "blocks": [],
    }
    told |= {"from": outline.default_graphs, "from_named": [], "path_ends": [], "prologue": outline.prologue}
    return told | {"conditions": outline.conditions, "star": None, "variables": []} | chosen


@pytest.mark.parametrize(("inside", "is_minus"), [(3, True), (4, False)])
def test_a_product_is_a_minus_only_where_fewer_match_inside(inside: int, is_minus: bool) -> None:
    things = [f":a{number} a :A . :b{number} a :B" for number in range(2)]
    served = Spied([*things, *(f":c :p :{number}" for number in range(inside))])
    rows: Any = served.query(asked(f"{P} {A_PRODUCT}"))
    assert len(list(rows)) == 4
    assert ("MINUS" in served.queries[-1]) is is_minus


def test_the_graphs_that_are_chosen_are_those_counted() -> None:
    served = Spied([":a a :A . :b a :B"])
    for query, chosen, minus in (
        (f"{P} {A_PRODUCT}", {"default_graphs": ["http://e/none"]}, False),
        (f"{P} {A_PRODUCT}".replace("{", "FROM :none {", 1), {}, False),
        (f"{P} {A_PRODUCT}".replace("{", "FROM :g1 {", 1), {}, True),
    ):
        rows: Any = served.query(asked(query, **chosen))
        assert len(list(rows)) == minus
        assert ("MINUS" in served.queries[-1]) is minus


def test_faults_are_told_at_their_place(tmp_path: Path) -> None:
    write_store(tmp_path, f"{P} :a a :A . :b a :B .")
    with EmbeddedEngine(read_settings(store_dir=tmp_path, workers=1)) as engine:
        assert len(read_rows(engine, f"{P} {A_PRODUCT}").rows) == 1
        for fault in ("?a ?b", "?a @nb :p ?b .", "?a :p ?b ^^", "?a :p nope:b"):
            query = "SELECT * {\n?a a ?c .\nFILTER NOT EXISTS { ?a ?p ?b . ?b ?p ?c }\n" + fault + "\n}"
            with pytest.raises(QuerySyntaxError) as caught:
                engine.answer(Question(query))
            assert caught.value.values["line"] in (4, 5)
        with pytest.raises(QuerySyntaxError):
            engine.answer(Question("SELECT * { ?a ?p ?b FILTER EXISTS { ?a @nb ?p ?b . ?b ?p ?c } }"))


def test_the_bare_engine_still_multiplies_the_patterns_in_exists() -> None:
    """When this fails the engine is mended, and `kg_server.engine.exists` can go."""
    store = loaded([f":a :p :b{number} . :b{number} :q :c{number}" for number in range(300)])
    query = f"{P} SELECT * {{ ?a :p :b0 FILTER NOT EXISTS {{ ?a :p ?b . ?b :q ?c . ?c :p ?d }} }}"
    (condition,) = read_outline(query).conditions

    def spent(text: str) -> float:
        before = time.process_time()
        assert len(rows_of(store, text)) == 1
        return time.process_time() - before

    fast = min(spent(rewrite(query, condition.loop)) for _ in range(3))
    assert min(spent(query) for _ in range(3)) > 5 * fast, "mended: docs/engine-notes.md says what can go"
