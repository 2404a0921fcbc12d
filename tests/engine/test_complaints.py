from __future__ import annotations

import time

import pyoxigraph
import pytest

from kg_server.core.errors import QuerySyntaxError
from kg_server.core.namespaces import BASE
from kg_server.engine.complaints import explain
from kg_server.engine.failures import syntax_error
from kg_server.engine.gate import read_outline
from kg_server.engine.grammar import find_fault
from kg_server.engine.misuse import find_misuse
from tests.conftest import ROOT


def complaint(query: str) -> QuerySyntaxError:
    with pytest.raises(SyntaxError) as caught:
        pyoxigraph.Store().query(query, base_iri=BASE)
    return explain(syntax_error(str(caught.value), read_outline(query).undeclared), query, BASE)


@pytest.mark.parametrize(
    ("query", "line", "column", "token"),
    [
        ("SELECT * {\n ?s ?p x:y }", 2, 8, "x:y"),
        ('SELECT * {\n ?s ?p "æøå" ; skos:notation ?n }', 2, 16, "skos:notation"),
        ('SELECT * { ?s ?p "ja"^^xsd:int }', 1, 24, "xsd:int"),
        ("SELEC * {}", 1, 1, "SELEC"),
        ("PREFIX a: <http://e/>\nPRFIX b: <http://f/>\nASK {}", 2, 1, "PRFIX"),
        ("SELECT * { ?s ?p ?o ", 1, 10, "{"),
        ("SELECT * { ?s ?p ?o ) }", 1, 21, ")"),
        ("SELECT * { ?s ?p ?o }}", 1, 22, "}"),
        ("SELECT * { FILTER (?x = [1) }", 1, 27, ")"),
        ('SELECT * { ?s ?p "a\nb }', 1, 18, '"a'),
        ("SELECT * { ?s ?p 'a }", 1, 18, "'a }"),
        ('SELECT * { ?s ?p """a" }', 1, 18, '"""a" }'),
        ("SELECT * { 😀 }", 1, 12, "😀"),
        ("", 1, 1, ""),
        ("SELECT * { ?s ?p }", 1, 18, "}"),
        ("SELECT * {\n ?s ?p ?o\n ?x ?y ?z }", 3, 2, "?x"),
        ("SELECT * { ?s ?p ?o . . }", 1, 23, "."),
        ("SELECT * { . }", 1, 12, "."),
        ("SELECT * { ?s ?p ?o FILTER (?o = ) }", 1, 34, ")"),
        ("SELECT * { ?s ?p ?o FILTER (?o & 1) }", 1, 32, "&"),
        ("SELECT * { ?s ?p ?o FILTER blue(?o) }", 1, 28, "blue"),
        ("SELECT * { ?s ?p ?o FILTER ?o }", 1, 28, "?o"),
        ("SELECT * { ?s ?p ?o BIND (1 ?x) }", 1, 29, "?x"),
        ("SELECT * { VALUES (?a ?b) { (1) } }", 1, 31, ")"),
        ("SELECT * { VALUES (?a ?b) { (1 2 3) } }", 1, 34, "3"),
        ("SELECT * { GRAPH { ?s ?p ?o } }", 1, 18, "{"),
        ("SELECT * { ?s :a/ ?o }", 1, 15, ":a"),
        ("PREFIX : <http://e/> SELECT * { ?s :a/ ?o }", 1, 40, "?o"),
        ("PREFIX : <http://e/> SELECT * { ?s !(:a/:b) ?o }", 1, 40, "/"),
        ("PREFIX : <http://e/> CONSTRUCT { ?s :a/:b ?o } WHERE { }", 1, 39, "/"),
        ("CONSTRUCT { ?s ?p } WHERE { ?s ?p ?o }", 1, 19, "}"),
        ("CONSTRUCT WHERE { ?s ?p ?o FILTER (?o > 1) }", 1, 28, "FILTER"),
        ("SELECT { ?s ?p ?o }", 1, 8, "{"),
        ("SELECT (1 ?x) {}", 1, 11, "?x"),
        ("SELECT * {} ORDER ?x", 1, 19, "?x"),
        ("SELECT * {} GROUP BY", 1, 21, ""),
        ("SELECT * {} LIMIT", 1, 18, ""),
        ("SELECT * {} LIMIT 'æ' ", 1, 19, "'æ'"),
        ("SELECT * {} LIMIT 1 LIMIT 2", 1, 21, "LIMIT"),
        ("SELECT * {}\n\ngarbage", 3, 1, "garbage"),
        ("DESCRIBE", 1, 9, ""),
        ("PREFIX x <http://e/> SELECT * {}", 1, 8, "x"),
        ("PREFIX x: http://e/ SELECT * {}", 1, 11, "http:"),
        ("SELECT * { ?s <http://e/a b> ?o ; x:y 1 }", 1, 15, "<"),
        ("SELECT * { ?s x:y ?o . ?s ?p }", 1, 15, "x:y"),
        ("SELECT * {\n ?s\u00a0?p ?o }", 2, 4, "U+00A0"),
        ("\ufeffSELECT * { ?s ?p }", 1, 1, "U+FEFF"),
        ("SELECT * { ?s ?p '\u00a0' # \u00a0\n ?x }", 2, 2, "?x"),
        ("SELECT ?x ?x { ?x ?p ?o }", 1, 11, "?x"),
        ("SELECT (1 AS ?x) (2 AS ?x) {}", 1, 24, "?x"),
        ("SELECT (1 AS ?s)\n{ ?s ?p ?o }", 1, 14, "?s"),
        ("SELECT ?x (COUNT(*) AS ?n) { ?x ?p ?o }", 1, 8, "?x"),
        ("SELECT ?p (?o + MAX(?o) AS ?n) { ?s ?p ?o } GROUP BY ?p", 1, 12, "?o"),
        ("SELECT ?p ?s { ?s ?p ?o } GROUP BY ?p ORDER BY ?p", 1, 11, "?s"),
        ("SELECT * { ?s ?p ?o } GROUP BY ?s", 1, 8, "*"),
        ("SELECT * { BIND (1 AS ?x)\n BIND (2 AS ?x) }", 2, 13, "?x"),
        ("SELECT * { ?s ?p ?o BIND (STR(?s) AS ?o) }", 1, 38, "?o"),
        ("SELECT * { { SELECT ?o { ?s ?p ?o } } BIND (1 AS ?s) BIND (1 AS ?o) }", 1, 65, "?o"),
        ("ASK { { SELECT ?s (SUM(?o) AS ?n) { ?s ?p ?o } } }", 1, 16, "?s"),
    ],
)
def test_a_complaint_names_the_place_and_the_token(query: str, line: int, column: int, token: str) -> None:
    values = complaint(query).values
    assert (values["line"], values["column"], values["token"]) == (line, column, token)


@pytest.mark.parametrize(
    ("query", "declaration"),
    [
        ("ASK { ?s skos:notation ?o }", "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"),
        ("ASK { ?s a sg:Strategy }", "PREFIX sg: <https://w3id.org/strategigraf/ontology#>"),
        ("ASK { ?s dct:title ?o }", "PREFIX dct: <http://purl.org/dc/terms/>"),
        (
            "ASK { ?s wdt:P31 wd:Q1 ; nobody:knows ?x }",
            "PREFIX wd: <http://www.wikidata.org/entity/>\nPREFIX wdt: <http://www.wikidata.org/prop/direct/>",
        ),
    ],
)
def test_a_missing_prefix_comes_with_its_declaration(query: str, declaration: str) -> None:
    error = complaint(query)
    assert error.values["declaration"] == declaration
    assert declaration in str(error)


def test_a_bracket_of_another_kind_is_told_apart_from_one_too_many() -> None:
    told = str(complaint("SELECT * {\n  FILTER (LANG(?l) = 'nb' }"))
    assert "The bracket } at line 2, column 27, does not close (." in told
    assert "Close ( of line 2, column 10, first." in told
    assert "closes nothing" in str(complaint("ASK { } }"))


def test_a_declaration_mends_the_query() -> None:
    query = "ASK { ?s skos:notation ?o ; sg:basis ?b }"
    pyoxigraph.Store().query(f"{complaint(query).values['declaration']}\n{query}")


@pytest.mark.parametrize(
    "query",
    [
        *("SELECT", "DESCRIBE", "ASK { _:a ?p ?o . { _:a ?q ?r } }", "ASK { ?s ?p <a b> }", r"ASK { ?s ?p 'a\q' }"),
        "SELECT ?s (COUNT(*) AS ?n) { _:a ?p ?s . { _:a ?q ?r } FILTER (?n = 1) MINUS { ?n ?m ?l } } GROUP BY ?s",
    ],
)
def test_what_only_the_engine_knows_is_told_with_its_place(query: str) -> None:
    error = complaint(query)
    assert error.values["line"] == 1
    assert 1 <= int(str(error.values["column"])) <= len(query) + 1
    assert str(error).startswith("The query does not parse")


def test_no_question_of_ours_is_complained_about() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "queries").rglob("*.rq")]
    assert len(texts) > 10
    assert [text for text in texts if find_fault(text)] == []


@pytest.mark.parametrize(
    "query",
    [
        "SELECT*{?s?p?o}",
        "SELECT DISTINCT ?x (?y + -1 AS ?z) FROM <g> FROM NAMED <h> WHERE { } ORDER BY DESC(?x) ?y LIMIT 1 OFFSET 2",
        "SELECT (COUNT(DISTINCT *) AS ?n) (GROUP_CONCAT(?x ; SEPARATOR='|') AS ?y) {} GROUP BY (?x AS ?a) STR(?b)",
        "SELECT ?x {} GROUP BY ?x HAVING (1) (?x)",
        "ASK { [ :p 1 ; ; :q () , (1 [] 'a'@nb true) ; ] . (1 2) . [] :p .5 , -.5e3 ; a :c }",
        "ASK { ?s ^:p/(!a|!(^:q|a)|:r?)+ ?o . FILTER NOT EXISTS { ?s ?p ?o } FILTER (?o NOT IN () && ?p IN (1, 2)) }",
        "ASK { { ?s ?p ?o } UNION { } MINUS { } . OPTIONAL { } VALUES ?x { UNDEF 1 } VALUES (?x ?y) { (1 'a'^^<t>) } }",
        "ASK { GRAPH ?g { SELECT * { } VALUES ?x { } } SERVICE SILENT <s> { } BIND (:f(1, ?x) AS ?y) }",
        "PREFIX e: <e> CONSTRUCT { } WHERE { } VALUES () { }",
        "DESCRIBE * { } LIMIT 1",
        "DESCRIBE e:x <y> ?z",
        "ASK { ?s :a ?o.?s :b.c :d. :e :f :g }",
        "ASK { FILTER (!(?a = 1) || ?b <= +2 * 3 / IF(?c, 1, 2)) FILTER regex(?d, '^a', 'i') }",
    ],
)
def test_the_grammar_takes_what_sparql_has(query: str) -> None:
    assert find_fault(query) is None


@pytest.mark.parametrize(
    "query", ["ASK { <<( :a :b :c )>> ?p ?o . ?s }", r"ASK { ?s ?p \u003Fo ?x }", "ASK {" + "{" * 5000]
)
def test_what_the_grammar_cannot_read_is_left_to_the_engine(query: str) -> None:
    assert find_fault(query) is None


@pytest.mark.parametrize(
    "query", ["BIND", "SELECT", "ASK { BIND (", "SELECT (AS ?x) ) {", "SELECT * { {| SELECT BIND", ""]
)
def test_a_broken_query_misuses_nothing(query: str) -> None:
    assert find_misuse(query) is None


def test_a_long_query_is_explained_soon() -> None:
    rows = "(1 'a'@nb <http://e/a> UNDEF) "
    queries = [f"SELECT * {{ VALUES (?a ?b ?c ?d) {{ {rows * number} }} ?s ?p }}" for number in (2_000, 14_000)]
    assert [complaint(query).values["token"] for query in queries] == ["}", ""]
    queries.append("SELECT * { BIND (1 AS ?x) " + "BIND (2 AS ?x) " * 300 + "}")
    before = time.process_time()
    for query in queries:
        explain(QuerySyntaxError(""), query, BASE)
    assert time.process_time() - before < 4


def test_numbers_paths_and_signs_are_not_complained_about() -> None:
    query = """PREFIX e: <http://e/> SELECT * { ?s (e:a/^e:b|!e:c)*/e:d+ -1.5e3, +2, 'x'@nb-NO, "y\\"z" , _:b .
      FILTER (?s != 1 && 2 >= 1 || !(1 * 2 / 3 - 4 <= 5)) } SELECT"""
    values = complaint(query).values
    assert (values["line"], values["column"], values["token"]) == (2, 61, "SELECT")
