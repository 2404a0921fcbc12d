"""SPARQL 1.1 over HTTP: what each part of the language gives over a few people, worked out by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from tests.clients.conftest import HERE
from tests.serving import fetch, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

EX = "http://example.org/"
PROLOGUE = f"PREFIX : <{EX}> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
PROLOGUE += "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "

# A query, and its rows: cells apart by spaces, - for none, in the query's order where it has one.
TABLES = {
    # Patterns
    "join": ("?n ?c { ?p :livesIn ?c ; :name ?n } ORDER BY ?n", ["Ann oslo", "Bob bergen"]),
    "optional": ("?p ?a { ?p a :Person OPTIONAL { ?p :age ?a } } ORDER BY ?p", ["ann 31", "bob 25", "cat 40", "dan -"]),
    "optional with a condition": (
        "?p ?a { ?p a :Person OPTIONAL { ?p :age ?a FILTER (?a > 30) } } ORDER BY ?p",
        ["ann 31", "bob -", "cat 40", "dan -"],
    ),
    "union": ("?x { { :ann :age ?x } UNION { :bob :age ?x } } ORDER BY ?x", ["25", "31"]),
    "union of different names": ("?x ?y { { :ann :age ?x } UNION { :bob :age ?y } } ORDER BY ?x", ["- 25", "31 -"]),
    "unbound first in order": (
        "?p ?a { ?p a :Person OPTIONAL { ?p :age ?a } } ORDER BY ?a LIMIT 2",
        ["dan -", "bob 25"],
    ),
    "distinct": ("DISTINCT ?w { GRAPH ?g { ?p :likes ?w } } ORDER BY ?w", ["coffee", "milk", "tea"]),
    "limit and offset": ("?a { ?p :age ?a } ORDER BY DESC(?a) LIMIT 1 OFFSET 1", ["31"]),
    # Aggregates
    "count": ("(COUNT(*) AS ?n) { ?p a :Person }", ["4"]),
    "count of nothing": ("(COUNT(?x) AS ?n) { ?x :nothing ?y }", ["0"]),
    "sum, least, most, mean": (
        "(SUM(?a) AS ?s) (MIN(?a) AS ?l) (MAX(?a) AS ?m) (AVG(?a) AS ?v) { ?p :age ?a }",
        ["96 25 40 32"],
    ),
    "group": ("?p (COUNT(?o) AS ?n) { ?p :knows ?o } GROUP BY ?p ORDER BY ?p", ["ann 2", "bob 1", "cat 1"]),
    "having": ("?p { ?p :knows ?o } GROUP BY ?p HAVING (COUNT(?o) > 1)", ["ann"]),
    "count of different ones": ("(COUNT(DISTINCT ?o) AS ?n) { ?p :knows ?o }", ["3"]),
    "group by an expression": (
        "?old (COUNT(*) AS ?n) { ?p :age ?a } GROUP BY (?a > 30 AS ?old) ORDER BY ?old",
        ["false 1", "true 2"],
    ),
    "concatenation": (
        '(GROUP_CONCAT(?n; SEPARATOR="|") AS ?all) { { SELECT ?n { :bob :nick ?n } ORDER BY ?n } }',
        ["Bobby|Rob"],
    ),
    "sample": ("(SAMPLE(?a) AS ?one) { :ann :age ?a }", ["31"]),
    "sum of nothing": ("(SUM(?a) AS ?s) { ?p :nothing ?a }", ["0"]),
    # Paths
    "sequence": ("?o { :ann :knows/:knows ?o } ORDER BY ?o", ["ann", "cat"]),
    "inverse": ("?s { :cat ^:knows ?s } ORDER BY ?s", ["ann", "bob"]),
    "alternative": ("?o { :bob :knows|:livesIn ?o } ORDER BY ?o", ["bergen", "cat"]),
    "one or more": ("?o { :oslo :inside+ ?o } ORDER BY ?o", ["europe", "norway"]),
    "none or more": ("?o { :oslo :inside* ?o } ORDER BY ?o", ["europe", "norway", "oslo"]),
    "none or one": ("?o { :oslo :inside? ?o } ORDER BY ?o", ["norway", "oslo"]),
    "round and round": ("?o { :ann :knows+ ?o } ORDER BY ?o", ["ann", "bob", "cat"]),
    "all but": ("?o { :ann !(rdf:type|:name|:age|:born|:knows) ?o }", ["oslo"]),
    "all but, backwards": ("?s { :norway !(^:ranks) ?s } ORDER BY ?s", ["bergen", "oslo"]),
    "all but the only one, backwards": ("?s { :norway !(^:inside) ?s }", []),
    "list": ("?r { :norway :ranks/rdf:rest*/rdf:first ?r } ORDER BY ?r", ["7", "8", "9"]),
    "path in a graph": ("?s { GRAPH :g1 { :tea ^:likes ?s } } ORDER BY ?s", ["ann", "bob"]),
    # Negation
    "not exists": ("?p { ?p a :Person FILTER NOT EXISTS { ?p :knows ?o } }", ["dan"]),
    "exists": ("?p { ?p a :Person FILTER EXISTS { ?p :nick ?n } }", ["bob"]),
    "minus": ("?p { ?p a :Person MINUS { ?p :knows ?o } }", ["dan"]),
    "minus without a shared name takes nothing": ("?p { ?p :nick ?n MINUS { ?x :age ?y } }", ["bob", "bob"]),
    "not exists sees the row outside": (
        "?a ?b { ?a :knows ?b FILTER NOT EXISTS { ?b :knows ?a } } ORDER BY ?a ?b",
        ["ann bob", "bob cat"],
    ),
    # Queries in queries
    "the oldest": ("?p { { SELECT (MAX(?a) AS ?m) { ?x :age ?a } } ?p :age ?m }", ["cat"]),
    "limit inside": ("?p ?o { { SELECT ?p { ?p :age ?a } ORDER BY ?a LIMIT 1 } ?p :knows ?o }", ["bob cat"]),
    "names inside stay inside": ("?p ?a { ?p :nick ?n { SELECT ?p { ?p :age ?a } } }", ["bob -", "bob -"]),
    # BIND and VALUES
    "bind": ("?d { :ann :age ?a BIND (?a * 2 AS ?d) }", ["62"]),
    "an error leaves it unbound": ('?a ?d { :ann :age ?a BIND (?a + "x" AS ?d) }', ["31 -"]),
    "values": ("?p ?a { VALUES ?p { :bob :ann :nobody } ?p :age ?a } ORDER BY ?a", ["bob 25", "ann 31"]),
    "values with undef": (
        "?p ?a { ?p :age ?a VALUES (?p ?a) { (:ann UNDEF) (UNDEF 40) } } ORDER BY ?a",
        ["ann 31", "cat 40"],
    ),
    "values at the end": ("?a { ?p :age ?a } VALUES ?p { :cat }", ["40"]),
    "select expressions": ("?a (?a + 1 AS ?b) { :bob :age ?a }", ["25 26"]),
    # Strings
    "case and length": ('?x { BIND (CONCAT(UCASE("å"), LCASE("Ø"), STR(STRLEN("søt"))) AS ?x) }', ["Åø3"]),
    "parts": (
        '?x { BIND (CONCAT(SUBSTR("norge", 2, 2), STRBEFORE("a-b", "-"), STRAFTER("a-b", "-")) AS ?x) }',
        ["orab"],
    ),
    "tests": (
        '?x { VALUES ?x { "Ann" "Bo" "Anton" } FILTER (STRSTARTS(?x, "An") && STRENDS(?x, "n") && CONTAINS(?x, "o")) }',
        ["Anton"],
    ),
    "regex": ('?n { ?p :name ?n FILTER REGEX(?n, "^[a-b]", "i") } ORDER BY ?n', ["Ann", "Bob"]),
    "replace": ('?x { BIND (REPLACE("abab", "a(b)", "$1-") AS ?x) }', ["b-b-"]),
    "languages": ('?n { :cat :name ?n FILTER LANGMATCHES(LANG(?n), "nb") }', ["Kåt"]),
    "literals made": ('?x { BIND (LANG(STRLANG("a", "nn")) AS ?x) }', ["nn"]),
    "encoding": ('?x { BIND (ENCODE_FOR_URI("å b") AS ?x) }', ["%C3%A5%20b"]),
    "hash": ('?x { BIND (MD5("abc") AS ?x) }', ["900150983cd24fb0d6963f7d28e17f72"]),
    # Numbers and dates
    "rounding": (
        "(FLOOR(?s) AS ?f) (CEIL(?s) AS ?c) (ROUND(?s) AS ?r) (ABS(-?s) AS ?a) { :dan :score ?s }",
        ["2 3 3 2.5"],
    ),
    "whole numbers divide into decimals": ("?x { BIND (1 / 2 AS ?x) }", ["0.5"]),
    "parts of a date": (
        "(YEAR(?t) AS ?y) (MONTH(?t) AS ?m) (DAY(?t) AS ?d) (HOURS(?t) AS ?h) (TZ(?t) AS ?z) { :cat :seen ?t }",
        ["2024 2 29 23 Z"],
    ),
    "dates compare": ('?p { ?p :born ?b FILTER (?b < "2000-01-01"^^xsd:date) }', ["ann"]),
    "casts": (
        '(xsd:integer("7") + 1 AS ?i) (xsd:boolean("1") AS ?b) (DATATYPE(xsd:date("2024-01-01")) = xsd:date AS ?d) {}',
        ["8 true true"],
    ),
    # Conditions
    "if and coalesce": (
        '?p (COALESCE(IF(?a > 30, "old", "young"), "?") AS ?x) { ?p a :Person OPTIONAL { ?p :age ?a } } ORDER BY ?p',
        ["ann old", "bob young", "cat old", "dan ?"],
    ),
    "in": ("?p { ?p :age ?a FILTER (?a IN (25, 40)) } ORDER BY ?p", ["bob", "cat"]),
    "not in": ("?p { ?p :age ?a FILTER (?a NOT IN (25, 40)) }", ["ann"]),
    "an error or true is true": ("?p { ?p a :Person OPTIONAL { ?p :age ?a } FILTER (?a > 99 || ?p = :dan) }", ["dan"]),
    "kinds of terms": (
        "(ISIRI(:ann) AS ?i) (ISLITERAL(1) AS ?l) (ISNUMERIC('1') AS ?n) (BOUND(?x) AS ?b) {}",
        ["true true false false"],
    ),
    "equal numbers are equal": ("?p { ?p :age ?a FILTER (?a = 25.0) }", ["bob"]),
    "the same term is more": ("?p { ?p :age ?a FILTER SAMETERM(?a, 25.0) }", []),
    # Graphs
    "the default graph is none of the named": ("?p { ?p :likes ?w }", []),
    "one graph": ("?p ?w { GRAPH :g2 { ?p :likes ?w } } ORDER BY ?p", ["ann tea", "cat milk"]),
    "which graphs": ("?g { GRAPH ?g { :ann :likes :tea } } ORDER BY ?g", ["g1", "g2"]),
    "a graph and the default": (
        "?n ?w { ?p :name ?n ; :age ?a GRAPH :g1 { ?p :likes ?w } } ORDER BY ?n ?w",
        ["Ann coffee", "Ann tea", "Bob tea"],
    ),
    "counted by graph": ("?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g", ["g1 3", "g2 2"]),
    "the same in two graphs": (
        "?p { GRAPH ?g { ?p :likes ?w } GRAPH ?h { ?p :likes ?w } FILTER (STR(?g) < STR(?h)) }",
        ["ann"],
    ),
    "from merges": (f"(COUNT(*) AS ?n) FROM <{EX}g1> FROM <{EX}g2> {{ ?s ?p ?o }}", ["4"]),
    "from named": (f"?g FROM NAMED <{EX}g2> {{ GRAPH ?g {{ ?s :likes :tea }} }}", ["g2"]),
}

TRUTHS = {
    "something": ("ASK { :ann :knows :bob }", True),
    "nothing": ("ASK { :bob :knows :ann }", False),
    "the empty pattern": ("ASK {}", True),
    "in a graph": ("ASK { GRAPH :g2 { :cat :likes :milk } }", True),
    "numbers beyond text": ("ASK { FILTER (10 > 9 && '10' < '9') }", True),
}

GRAPHS = {
    "construct": (
        "CONSTRUCT { ?b :knownBy ?a } { ?a :knows ?b FILTER (?a = :ann) }",
        ["bob knownBy ann", "cat knownBy ann"],
    ),
    "construct where": ("CONSTRUCT WHERE { ?p :nick ?n }", ['bob nick "Bobby"', 'bob nick "Rob"']),
    "construct leaves out what is unbound": (
        "CONSTRUCT { ?p :aged ?a } { ?p :name 'Dan' OPTIONAL { ?p :age ?a } }",
        [],
    ),
    "construct says each triple once": (
        "CONSTRUCT { :all :like ?w } { GRAPH ?g { ?p :likes ?w } FILTER (?w = :tea) }",
        ["all like tea"],
    ),
    "describe": ("DESCRIBE :oslo", ["oslo inside norway"]),
}


@pytest.fixture(scope="module")
def people() -> Iterator[str]:
    with serving("--data", HERE / "people.trig") as address:
        yield address + "sparql"


def answer(people: str, query: str, accept: str) -> bytes:
    reply = fetch(f"{people}?{urlencode({'query': PROLOGUE + query})}", {"Accept": accept})
    assert reply.status == 200, reply.text
    return reply.body


@pytest.mark.parametrize("case", TABLES)
def test_a_table_holds_what_was_worked_out(people: str, case: str) -> None:
    query, expected = TABLES[case]
    told = json.loads(answer(people, f"SELECT {query}", "application/sparql-results+json"))
    rows = [
        " ".join(row[name]["value"].removeprefix(EX) if name in row else "-" for name in told["head"]["vars"])
        for row in told["results"]["bindings"]
    ]
    assert (rows if "ORDER BY" in query else sorted(rows)) == expected


@pytest.mark.parametrize("case", TRUTHS)
def test_a_truth_is_as_worked_out(people: str, case: str) -> None:
    query, expected = TRUTHS[case]
    assert json.loads(answer(people, query, "application/sparql-results+json"))["boolean"] is expected


@pytest.mark.parametrize("case", GRAPHS)
def test_a_graph_holds_what_was_worked_out(people: str, case: str) -> None:
    query, expected = GRAPHS[case]
    text = answer(people, query, "application/n-triples").decode()
    lines = [line.removesuffix(" .").replace(f"<{EX}", "").replace(">", "") for line in text.splitlines()]
    assert sorted(lines) == expected
