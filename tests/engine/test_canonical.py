from __future__ import annotations

import pytest

from kg_server.engine.canonical import canonical, is_lasting


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ASK{}", "  ASK{}\n"),
        ("ASK { ?s ?p ?o }", "ASK\t{\r\n?s  ?p ?o # all\n }"),
        ("ASK { ?s ?p 'é' }", "ASK { ?s #one\n#two\n ?p 'é' }"),
    ],
)
def test_the_layout_of_a_query_makes_no_difference(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ASK { VALUES ?x { 1 2 } }", "ASK { VALUES ?x { 12 } }"),
        ("ASK { ?s ?p 'a b' }", "ASK { ?s ?p 'a  b' }"),
        ("ASK { ?s ?p '''a\n#b''' }", "ASK { ?s ?p '''a\n''' }"),
        ("ASK { ?s ?p <http://e/#a> }", "ASK { ?s ?p <http://e/#b> }"),
        ("ASK { ?S ?p ?o }", "ASK { ?s ?p ?o }"),
        ("ASK { ?s ?p ?o }", "ASK\u00a0{ ?s ?p ?o }"),
        ("ASK { # \\u000A ?s ?p 1\n ?s ?p 2 }", "ASK { ?s ?p 2 }"),
    ],
)
def test_what_may_mean_another_thing_stays_another_query(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    ("query", "lasts"),
    [
        ("ASK { ?now ?p 'RAND()' }", True),
        ("ASK { ?s ?p <http://e/now> } # UUID", True),
        ("SELECT (NoW() AS ?t) {}", False),
        ("SELECT(RAND()AS?t){}", False),
        ("SELECT (STRUUID() AS ?t) {}", False),
        ("ASK { SERVICE <http://e/> {} }", False),
        ("ASK { SERVICEex:s{} }", False),
        ("SELECT (N\\u004FW() AS ?t) {}", False),
    ],
)
def test_what_changes_by_itself_is_known(query: str, lasts: bool) -> None:
    assert is_lasting(query) is lasts
