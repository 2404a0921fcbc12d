from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg_server.build.rules import read_rule, read_rules, run_rules
from kg_server.build.texts import Text, open_text
from kg_server.core.errors import SourceError
from tests.build.projects import ROOT, settings_of

HEADER = "#+ label_nb: a\n#+ label_en: b\n#+ sentence_nb: c\n#+ sentence_en: d\n#+ kind: own\n"
ALIGNMENT = "e:x a sg:Alignment ; sg:alignedFrom e:a ; "
PREFIXES = """
@prefix e: <http://e/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sdgo: <http://metadata.un.org/sdg/ontology#> .
@prefix sg: <https://w3id.org/strategigraf/ontology#> .
"""


def triples(text: str) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(PREFIXES + text, ox.RdfFormat.TURTLE)}


def conclude(names: str, text: str) -> tuple[set[ox.Triple], dict[str, int]]:
    paths = [ROOT / "ontology" / "rules" / f"{name}.rq" for name in names.split()]
    rules = read_rules(open_text(path, settings_of(ROOT)) for path in paths)
    return run_rules(rules, triples(text))


@pytest.mark.parametrize(
    ("rule", "asserted", "inferred"),
    [
        ("inverse", "e:p owl:inverseOf e:q . e:a e:p e:b .", "e:b e:q e:a ."),
        ("inverse", "e:p owl:inverseOf e:q . e:a e:p 'text' .", ""),
        ("inverse-back", "e:p owl:inverseOf e:q . e:a e:q e:b .", "e:b e:p e:a ."),
        ("subclass", "e:A rdfs:subClassOf e:B . e:B rdfs:subClassOf e:C . e:a a e:A .", "e:a a e:B, e:C ."),
        ("subclass", "e:A rdfs:subClassOf [ a owl:Restriction ] . e:a a e:A .", ""),
        ("subproperty", "e:p rdfs:subPropertyOf e:q . e:a e:p e:b, 'text' .", "e:a e:q e:b, 'text' ."),
        (
            "transitive",
            "e:p a owl:TransitiveProperty . e:a e:p e:b . e:b e:p e:c . e:c e:p e:d .",
            "e:a e:p e:c, e:d . e:b e:p e:d .",
        ),
        (
            "target-to-goal",
            "e:a sg:contributesTo e:target . e:target sdgo:isTargetOf e:goal .",
            "e:a sg:contributesTo e:goal .",
        ),
        ("whole-carries-part", "e:a sg:partOf e:b . e:a sg:contributesTo e:goal .", "e:b sg:contributesTo e:goal ."),
        (
            "direct-link",
            ALIGNMENT + "sg:relation sg:supports ; sg:alignedTo e:b, e:c .",
            "e:a sg:supports e:b, e:c .",
        ),
        (
            "direct-link",
            ALIGNMENT + "sg:relation sg:noContribution ; sg:alignedTo e:b ; sg:reviewStatus sg:Draft .",
            "e:a sg:noContribution e:b .",
        ),
        (
            "direct-link",
            ALIGNMENT + "sg:relation sg:supports ; sg:alignedTo e:b ; sg:reviewStatus sg:Rejected .",
            "",
        ),
    ],
)
def test_a_rule_concludes_what_it_says(rule: str, asserted: str, inferred: str) -> None:
    found, counts = conclude(rule, asserted)
    assert found == triples(inferred)
    assert counts == {rule: len(found)}


def test_rules_feed_each_other_until_nothing_is_added() -> None:
    found, counts = conclude(
        "direct-link target-to-goal whole-carries-part inverse",
        ALIGNMENT + "sg:relation sg:contributesTo ; sg:alignedTo e:target ."
        "sg:hasPart owl:inverseOf sg:partOf . e:area sg:hasPart e:a . e:target sdgo:isTargetOf e:goal .",
    )
    assert found == triples(
        "e:a sg:partOf e:area ; sg:contributesTo e:target, e:goal . e:area sg:contributesTo e:target, e:goal ."
    )
    assert counts == {"direct-link": 1, "inverse": 1, "target-to-goal": 1, "whole-carries-part": 2}


def test_what_is_asserted_is_not_inferred_again() -> None:
    assert conclude("inverse", "e:p owl:inverseOf e:q . e:a e:p e:b . e:b e:q e:a .") == (set(), {"inverse": 0})


def test_a_rule_knows_its_head_and_premises_as_they_are_written() -> None:
    rule = read_rule(open_text(ROOT / "ontology" / "rules" / "target-to-goal.rq", settings_of(ROOT)))
    contributes = "<https://w3id.org/strategigraf/ontology#contributesTo>"
    assert rule.head == (("?thing", contributes, "?goal"),)
    assert rule.premises == (
        ("?thing", contributes, "?target"),
        ("?target", "<http://metadata.un.org/sdg/ontology#isTargetOf>", "?goal"),
    )
    assert rule.where == "?thing sg:contributesTo ?target .\n  ?target sdgo:isTargetOf ?goal ."
    assert set(rule.prefixes) == {"sdgo", "sg"}
    assert (rule.name, rule.kind) == ("target-to-goal", "own")


def test_literals_and_filters_may_stand_in_a_rule() -> None:
    query = (
        'CONSTRUCT { ?a <http://e/p> "x"@nb } WHERE { ?a <http://e/q> 1 . FILTER NOT EXISTS { ?a <http://e/r> ?b } }'
    )
    rule = read_rule(Text("ontology/rules/x.rq", f"{HEADER}{query}"))
    assert rule.head == (("?a", "<http://e/p>", '"x"@nb'),)
    assert rule.premises == (("?a", "<http://e/q>", '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'),)
    assert rule.where.endswith("FILTER NOT EXISTS { ?a <http://e/r> ?b }")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * WHERE { ?a ?b ?c }",
        "CONSTRUCT WHERE { ?a ?b ?c }",
        "CONSTRUCT { ?a ?b ?d } WHERE { ?a ?b ?c }",
        "CONSTRUCT { ?a ?b ?c } WHERE { FILTER (true) }",
        "CONSTRUCT { ?a ?b ?c } WHERE { ?a ?b ?c } LIMIT 1",
        "CONSTRUCT { ?a ?b ?c } WHERE { ?a ?b ?c OPTIONAL { ?c ?b ?a } }",
        "CONSTRUCT { ?a ?b ?c } WHERE { { ?a ?b ?c } UNION { ?c ?b ?a } }",
        "CONSTRUCT { ?a ?b ?c } WHERE { ?a ?b ?c BIND (1 AS ?d) }",
        "CONSTRUCT { ?a ?a ?c } WHERE { ?a <http://e/p>/<http://e/q> ?c }",
        "CONSTRUCT { ?a ?b [] } WHERE { ?a ?b ?c }",
        "CONSTRUCT { ?a ?b ?c } WHERE { ?a ?b ?c . _:x ?b ?c }",
        "CONSTRUCT { ?a ?b ?c } WHERE { GRAPH ?g { ?a ?b ?c } }",
    ],
)
def test_what_cannot_be_explained_is_no_rule(query: str) -> None:
    with pytest.raises(SourceError, match="A rule is a CONSTRUCT") as caught:
        read_rule(Text("ontology/rules/x.rq", f"{HEADER}{query}"))
    assert caught.value.file == "ontology/rules/x.rq"


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (HEADER.replace("#+ label_en: b\n", ""), "lacks label_en"),
        (f"{HEADER}#+ more: x\n", "does not know the key more"),
        (HEADER.replace("own", "odd"), "owl or own"),
    ],
)
def test_a_header_that_is_not_a_rules_is_told(header: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        read_rule(Text("ontology/rules/x.rq", f"{header}CONSTRUCT {{ ?a ?b ?c }} WHERE {{ ?a ?b ?c }}"))


def test_a_query_that_does_not_parse_is_told_with_its_line() -> None:
    with pytest.raises(SourceError, match="does not parse") as caught:
        read_rule(Text("ontology/rules/x.rq", f"{HEADER}CONSTRUCT {{ ?a ?b ?c }}\nWHERE {{ ?a ?b }}"))
    assert caught.value.line == 7
