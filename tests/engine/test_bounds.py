"""Hostile shapes against real workers: at the limit the worker lives, beyond it the query is refused in words."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import pytest

from kg_server.core.errors import QueryError, QueryRefused, QuerySyntaxError, QueryTimeout
from kg_server.engine.base import Question
from kg_server.engine.gate import read_outline
from kg_server.engine.results import ask

if TYPE_CHECKING:
    from kg_server.engine.embedded import EmbeddedEngine

P = "<http://e/p>"
NESTED = {
    "groups": (199, "SELECT * {", "{", "", "}", "}"),
    "parentheses": (198, "SELECT * { FILTER(", "(", "1", ")", ")}"),
    "exists": (199, "SELECT * {", "FILTER EXISTS {", "", "}", "}"),
    "not exists": (198, "SELECT * { ?s ?p ?o ", "FILTER NOT EXISTS { ?s ?p ?o ", "", "}", "}"),
    "if": (197, "SELECT * { FILTER(", "IF(1,1,", "1", ")", ")}"),
    "coalesce": (197, "SELECT * { FILTER(", "COALESCE(", "1", ")", ")}"),
    "sub-select": (99, "SELECT * {", "{SELECT * {", "", "}}", "}"),
    "optional": (198, "SELECT * {", "OPTIONAL { ?s ?p ?o ", "", "}", "}"),
    "minus": (198, "SELECT * { ?s ?p ?o ", "MINUS { ?s ?p ?o ", "", "}", "}"),
    "graph": (198, "SELECT * {", "GRAPH <http://e/g1> {", "", "}", "}"),
    "nodes": (50, "SELECT * { ?s ?p ", "[ ?p ", "1", "]", "}"),
    "lists": (50, "SELECT * { ?s ?p ", "( ", "1", ")", "}"),
    "paths": (50, "SELECT * { ?s ", "(", P, "*)", " ?o }"),
    "inverse": (50, "SELECT * { ?s ", "^(", P, ")", " ?o }"),
}
CHAINED = {
    "plus": (900, "SELECT * { FILTER(1", "+1", ")}"),
    "and": (450, "SELECT * { FILTER(1", "&&1", ")}"),
    "not": (900, "SELECT * { FILTER(", "!", "1)}"),
    "sequence": (200, f"SELECT * {{ ?s {P}", f"/{P}", " ?o }"),
    "alternatives": (900, f"SELECT * {{ ?s {P}", f"|{P}", " ?o }"),
    "unions": (450, "SELECT * { {?s ?p ?o}", " UNION {?s ?p ?o}", "} LIMIT 1"),
    "minus": (450, "SELECT * { ?s ?p ?o", " MINUS { ?s <http://e/q> ?o }", "} LIMIT 1"),
    "filters": (240, "SELECT * { ?s ?p ?o", " FILTER(?s != 1)", "} LIMIT 1"),
    "having": (190, "SELECT ?s { ?s ?p ?o } GROUP BY ?s HAVING", " (COUNT(*) > 1)", " LIMIT 1"),
    "aggregates": (240, "SELECT ", "(COUNT(?s) AS ?n) ", "{ ?s ?p ?o }"),
    "triples": (900, "SELECT * { ?s ?p ?o", " . <http://e/a> <http://e/p> <http://e/b>", "} LIMIT 1"),
    "described": (900, "DESCRIBE", " <http://e/a>", ""),
}


def nested(name: str, times: int) -> str:
    _, start, opens, inner, closes, end = NESTED[name]
    return start + opens * times + inner + closes * times + end


def chained(name: str, times: int) -> str:
    _, start, link, end = CHAINED[name]
    return start + link * times + end


@pytest.mark.parametrize("name", NESTED)
def test_nesting_up_to_the_limit_is_survived_and_beyond_it_refused(engine: EmbeddedEngine, name: str) -> None:
    with engine.answer(Question(nested(name, NESTED[name][0]))) as answer:
        assert b"".join(answer.body)
    with pytest.raises(QueryRefused, match="in one another"):
        engine.answer(Question(nested(name, 300)))


@pytest.mark.parametrize("name", CHAINED)
def test_chains_up_to_the_limit_are_survived_and_beyond_it_refused(engine: EmbeddedEngine, name: str) -> None:
    slow = contextlib.suppress(QuerySyntaxError, QueryTimeout)
    with slow, engine.answer(Question(chained(name, CHAINED[name][0]), seconds=3)) as answer:
        assert b"".join(answer.body)
    with pytest.raises(QueryRefused, match="more than 1000 operators"):
        engine.answer(Question(chained(name, 1100)))
    assert ask(engine, "ASK {}")


def test_everything_at_its_limit_at_once_is_survived(engine: EmbeddedEngine) -> None:
    chain = "+1" * 350
    query = "SELECT * {" + "FILTER EXISTS {" * 150 + f"FILTER(1{chain})" + "}" * 150 + "}"
    with engine.answer(Question(query)) as answer:
        assert b"".join(answer.body)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { FILTER(?x IN (" + ", ".join(f"-{n}.5" for n in range(900)) + ")) }",
        "SELECT * { ?s <http://e/p> ?x FILTER(?x IN (" + ", ".join(f"'{n}'" for n in range(20_000)) + ")) }",
        "SELECT * { VALUES (?x ?y) { " + "(-1.5 '2020-01-01'^^<http://e/d>) (UNDEF true) " * 5000 + "} }",
        "SELECT * { } VALUES ?x { " + "<http://e/a> " * 50_000 + "}",
    ],
)
def test_long_lists_of_values_pass(engine: EmbeddedEngine, query: str) -> None:
    with engine.answer(Question(query)) as answer:
        assert next(answer.body)


@pytest.mark.parametrize(
    "part",
    [
        "{",
        "(",
        "[",
        "<",
        "<<",
        "FILTER",
        "FILTER EXISTS {",
        "!",
        "'",
        '"""',
        "#",
        "?s ?p ?o .",
        ":",
        "\\",
        "å",
        "^^",
        "1",
    ],
)
def test_five_megabytes_of_anything_are_refused_at_once(part: str) -> None:
    text = "SELECT * {" + part * (5_000_000 // len(part))
    started = time.monotonic()
    with pytest.raises(QueryError):
        read_outline(text)
    with contextlib.suppress(QueryError):
        read_outline(text[:1_000_000])
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o FILTER(REGEX(STR(?o), '(a+)+$') && REGEX('" + "a" * 5000 + "!', '(a+)+$')) }",
        "SELECT * { ?s ?p ?o FILTER(REGEX(STR(?o), '(((a{1,100}){1,100}){1,100}){1,100}')) }",
        "SELECT * { BIND('ab' AS ?a0) " + "".join(f"BIND(CONCAT(?a{n}, ?a{n}) AS ?a{n + 1}) " for n in range(60)) + "}",
        "SELECT (GROUP_CONCAT(?c) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        "SELECT DISTINCT ?c ?f ?i { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i ?f ?c",
        "SELECT (COUNT(*) AS ?n) { ?s (!<http://e/x>|^!<http://e/x>)* ?o . ?a (!<http://e/x>)* ?b }",
        "SELECT * { " + "?s ?p ?o ; ?q ?z . " * 200 + "}",
        "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER(MD5(CONCAT(?c, ?f)) = SHA512(CONCAT(?f, ?c))) }",
    ],
)
def test_what_costs_too_much_ends_in_a_clear_error_or_an_answer(engine: EmbeddedEngine, query: str) -> None:
    with contextlib.suppress(QueryError), engine.answer(Question(query, seconds=1)) as answer:
        sum(map(len, answer.body))
    started = time.monotonic()
    assert ask(engine, "ASK {}")
    assert time.monotonic() - started < 1
