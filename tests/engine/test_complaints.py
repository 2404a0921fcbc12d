from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph
import pytest

from kg_server.core.namespaces import BASE
from kg_server.engine.complaints import explain
from kg_server.engine.gate import read_outline
from kg_server.engine.stream import syntax_error

if TYPE_CHECKING:
    from kg_server.core.errors import QuerySyntaxError


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


def test_a_declaration_mends_the_query() -> None:
    query = "ASK { ?s skos:notation ?o ; sg:basis ?b }"
    pyoxigraph.Store().query(f"{complaint(query).values['declaration']}\n{query}")


@pytest.mark.parametrize("query", ["SELECT", "DESCRIBE", "SELECT (1 AS ?x) (2 AS ?x) {}", "ASK { ?s ?p <a b> }"])
def test_what_only_the_engine_knows_is_told_with_its_place(query: str) -> None:
    error = complaint(query)
    assert error.values["line"] == 1
    assert 1 <= int(str(error.values["column"])) <= len(query) + 1
    assert str(error).startswith("The query does not parse")


def test_numbers_paths_and_signs_are_not_complained_about() -> None:
    query = """PREFIX e: <http://e/> SELECT * { ?s (e:a/^e:b|!e:c)*/e:d+ -1.5e3, +2, 'x'@nb-NO, "y\\"z" , _:b .
      FILTER (?s != 1 && 2 >= 1 || !(1 * 2 / 3 - 4 <= 5)) } SELECT"""
    assert str(complaint(query)).startswith("The query does not parse; it was read to its end")
