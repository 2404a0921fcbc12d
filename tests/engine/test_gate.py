from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg_server.core.errors import QueryRefused, QuerySyntaxError
from kg_server.engine.bounds import MOST_BYTES
from kg_server.engine.gate import _read_plain, _read_whole, read_outline
from kg_server.engine.tokens import read_tokens, unescape


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("SELECT * {}", "select"),
        ("select*{}", "select"),
        ("# SELECT\nPREFIX select: <http://e/>\nBASE <http://b/> ASK{}", "ask"),
        ("PREFIXex:<http://e/>CONSTRUCT{}WHERE{}", "construct"),
        ("DESCRIBE<http://e/a>", "describe"),
        ("", ""),
        ("nonsense", ""),
    ],
)
def test_the_form_is_the_first_word_after_the_prologue(query: str, form: str) -> None:
    assert read_outline(query).form == form


@pytest.mark.parametrize("word", ["INSERT", "delete", "Load", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"])
def test_every_update_word_is_refused(word: str) -> None:
    with pytest.raises(QueryRefused, match="no updates"):
        read_outline(f"PREFIX insert: <http://e/>\n{word} <http://e/g>")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://e/> { ?s ?p ?o } }",
        "SELECT * { service?x{ ?s ?p ?o } }",
        "PREFIX e: <http://e/> SELECT * { SERVICEe:s{} }",
        "PREFIX e: <http://e/> SELECT * { SERVICESILENTe:s {} }",
        "SELECT * { ?s ?p true.SERVICE<http://e/>{} }",
        "SELECT * { ?s ?p 1e5SERVICE<http://e/>{} }",
        "SELECT * { <http://e/\\u00e5#a> ?p ?o . SERVICE <http://e/> {} }",
        "SELECT * { ?s ?p '#' . SERVICE <http://e/> {} }",
        'SELECT * { ?s ?p """ " \\""" """ . SERVICE <http://e/> {} }',
        "SELECT * { S\\u0045RVICE <http://e/> {} }",
        "SELECT * { \\U00000053ERVICE <http://e/> {} }",
        "SELECT * { FILTER(?a<?b) SERVICE <http://e/> {} FILTER(?c>?d) }",
    ],
)
def test_service_is_found_wherever_the_engine_would_read_it(query: str) -> None:
    with pytest.raises(QueryRefused, match="SERVICE"):
        read_outline(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?service ?p 'SERVICE' } # SERVICE <x> {}",
        'SELECT * { ?s ?p """ SERVICE <x> {} """@service-x, <http://e/SERVICE> , _:service }',
        "PREFIX service: <http://e/> SELECT * { GRAPH service:g { ?s service:p ?o } }",
        "PREFIX e: <http://e/> SELECT * { ?s e:SERVICE ?o }",
    ],
)
def test_the_word_elsewhere_is_harmless(query: str) -> None:
    assert read_outline(query).form == "select"


def test_the_graphs_chosen_are_told_as_written() -> None:
    outline = read_outline(
        "PREFIX e: <http://e/> CONSTRUCT { ?s e:from ?o } FROM e:a FROM<http://e/b>FROM NAMED e:c { ?from e:p ?o }"
    )
    assert (outline.default_graphs, outline.named_graphs) == (["e:a", "<http://e/b>"], ["e:c"])
    assert outline.prefixes == {"e": "http://e/"}
    assert outline.prologue == "PREFIX e: <http://e/> "


@pytest.mark.parametrize("query", ["SELECT * FROM:a {}", "SELECT * FROM NAMED:a {}", "SELECT * FROMNAMED<a> {}"])
def test_a_from_glued_to_its_graph_is_refused_as_it_reads_two_ways(query: str) -> None:
    with pytest.raises(QueryRefused, match="Write a space"):
        read_outline(query)


def test_undeclared_prefixes_are_told() -> None:
    assert read_outline("PREFIX a: <http://e/> SELECT * { ?s a:b c:d ; :e 'f:g' }").undeclared == ["", "c"]


def test_a_query_has_a_longest_size() -> None:
    with pytest.raises(QueryRefused, match="longer than"):
        read_outline("SELECT * {} #" + "å" * (MOST_BYTES // 2))
    with pytest.raises(QueryRefused, match="words and signs"):
        read_outline("SELECT * {" + "1 " * 100_001 + "}")


def test_text_that_is_no_unicode_is_a_syntax_error() -> None:
    with pytest.raises(QuerySyntaxError):
        read_outline("ASK { <http://e/\udcff> ?p ?o }")


@pytest.mark.parametrize(
    "part", ['"""\\', '\\"""', "a.", "<a", '"', "'", "#", "_:", "?", "'''\\", '"\n', "\\", "a:", "<\\u"]
)
def test_the_pass_is_linear(part: str) -> None:
    text = part * 100_000
    started = time.monotonic()
    assert sum(1 for _ in read_tokens(text)) >= 0
    assert time.monotonic() - started < 20


PIECES = (
    *("PREFIX e: <http://e/>", "prefix : <>", "PREFIXe:<http://e/>", "BASE <http://b/>", " ", " ", "\n", "# c\n"),
    *[
        "SELECT",
        "ask",
        "CONSTRUCT",
        "DESCRIBE",
        "INSERT",
        "FILTER",
        "EXISTS",
        "GRAPH",
        "MINUS",
        "FROM",
        "NAMED",
        "VALUES",
        "SERVICE",
        "BNODE",
        "UNION",
    ],
    *[
        "OPTIONAL",
        "BIND",
        "AS",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "?x",
        "$y",
        "?",
        "*",
        "|",
        "/",
        "+",
        "^",
        "!",
        "-",
        ".",
        ";",
        ",",
        "a",
        "1",
        "e:p",
        ":p",
        "<http://e/a>",
        "_:b",
        "@nb",
        "\\u0041",
    ],
    *("'a'", '"', "'" * 3),
)
BEGINNINGS = ("PREFIX e: <http://e/>\nSELECT ?x {", "# c\nprefix : <> ASK {", "SELECT ", "DESCRIBE ", "")

gaps = st.sampled_from(["", " ", " ", "\n", "# c\n"])
ends = st.sampled_from(["?x", "$y", "<http://e/a>", "e:p", "'a'", "_:b", "[]", "1"])
steps = st.sampled_from(["a", "e:p", ":p", "<http://e/p>", "(e:p)", "^e:p", "(e:p/:p)", "?p"])
signs = st.sampled_from(["", "", "", "?", "?", "+", "*", "/e:p", "|e:p"])
triples = st.tuples(ends, gaps, steps, gaps, signs, gaps, ends, gaps, st.sampled_from([".", ";", "}", ""])).map("".join)
groups = st.lists(triples, min_size=1, max_size=3).map(lambda parts: "".join(["{ ", *parts, " }"]))


def hold_together(query: str) -> None:
    """What is read at a glance has to be what every word tells; nothing where it is not."""
    plain = _read_plain(query)
    if plain is not None:
        whole = _read_whole(unescape(query))
        assert plain == dataclasses.replace(whole, is_simple=True)
        assert plain.undeclared == whole.undeclared


@settings(max_examples=2000, deadline=None)
@given(st.sampled_from(BEGINNINGS), st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_what_is_read_at_a_glance_is_what_every_word_tells(beginning: str, end: str) -> None:
    hold_together(beginning + end)


@settings(max_examples=2000, deadline=None)
@given(groups)
def test_a_path_is_never_passed_over_at_a_glance(group: str) -> None:
    hold_together(f"PREFIX e: <http://e/> SELECT ?x {group}")


@pytest.mark.parametrize("beginning", ["#PREFIX e: <http://e/>\n", "PREFIX f: <f>#\n# PREFIX e: <http://e/>\n"])
def test_a_declaration_in_a_comment_declares_nothing(beginning: str) -> None:
    query = beginning + "ASK { ?s e:p ?o }"
    assert "e" not in read_outline(query).prefixes
    assert read_outline(query).undeclared == ["e"]
    hold_together(query)


@pytest.mark.parametrize("name", ["lookup", "entity-page", "aggregation"])
def test_queries_that_ask_nothing_special_are_read_at_a_glance(name: str) -> None:
    query = Path("bench/queries", f"{name}.rq").read_text(encoding="utf-8")
    assert _read_plain(query) == dataclasses.replace(_read_whole(query), is_simple=True)


@pytest.mark.parametrize(
    "query",
    [
        *("ASK { ?s :p? ?o }", "ASK { ?s (:p/:q)? ?o }", "ASK { ?s <p>? ?o }", "ASK { <a> :p ? ?o }"),
        *("ASK { <a> a # c\n?<b> }", "ASK { ?s :p* ?o }", "ASK { ?s :p|:q ?o }", "SELECT * { ?s ?p ?o }"),
        *("ASK { GRAPH <g> {} }", "ASK{graph<g>{}}", "ASK { ?a :p ?b { ?c :q ?d FILTER EXISTS { ?d :r ?a } } }"),
        *("ASK FROM <g> {}", "ASK{SERVICE<s>{}}", "ASK { BIND(BNODE('a') AS ?b) }", r"ASK { GR\u0041PH <g> {} }"),
        *("BASE <b> ASK { ?s ?p <a> }", "INSERT DATA {}", "ASK" + " { { ?s ?p ?o }" * 60 + "}" * 60),
    ],
)
def test_what_has_to_be_looked_at_is_never_read_at_a_glance(query: str) -> None:
    assert _read_plain(query) is None
