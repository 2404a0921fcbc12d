"""Every rule of `shapes/` finds what its cases say, and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyshacl import validate
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS, SH
from rdflib.plugins.sparql import prepareQuery

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rdflib.term import Node

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
CASES = sorted(HERE.glob("*/*.ttl"))
SG = Namespace("https://w3id.org/strategigraf/ontology#")
SHAPE = Namespace("https://w3id.org/strategigraf/shapes#")
TARGETS = (SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf)
EXPECTS = re.compile(r"^# expects: (?P<rule>\S+) (?P<focus>\S+)$", re.MULTILINE)
Found = set[tuple[str, str]]


def read(pattern: str) -> Graph:
    graph = Graph()
    for path in sorted(ROOT.glob(pattern)):
        graph.parse(path)
    return graph


@dataclass(frozen=True)
class Rules:
    """The shapes as one graph, and their names: a rule is a shape that says something."""

    graph: Graph
    ontology: Graph
    names: frozenset[str]
    parts: frozenset[str]

    def report(self, case: Path, rule: str) -> Graph:
        """The report on a case when only this rule speaks."""
        data = Graph().parse(case)
        for triple in self.ontology:
            data.add(triple)
        use = [str(SHAPE[name]) for name in (rule, *self.parts)]
        _, report, _ = validate(data, shacl_graph=self.graph, use_shapes=use, inplace=True)
        assert isinstance(report, Graph)
        return report


@pytest.fixture(scope="session")
def rules() -> Rules:
    graph = read("shapes/*.ttl")
    names = {local(rule) for rule in graph.subjects(SH.message)}
    shapes = {local(shape) for kind in (SH.NodeShape, SH.PropertyShape) for shape in graph.subjects(RDF.type, kind)}
    return Rules(graph, read("ontology/*.ttl"), frozenset(names), frozenset(shapes - names))


def local(node: Node | None) -> str:
    return str(node).removeprefix(str(SHAPE))


def expected(case: Path) -> Found:
    text = case.read_text(encoding="utf-8")
    names = Graph().parse(data=text, format="turtle").namespace_manager
    return {
        (local(names.expand_curie(line["rule"])), str(names.expand_curie(line["focus"])))
        for line in EXPECTS.finditer(text)
    }


def found(report: Graph) -> Found:
    results = report.subjects(RDF.type, SH.ValidationResult)
    return {(local(report.value(r, SH.sourceShape)), str(report.value(r, SH.focusNode))) for r in results}


@pytest.mark.parametrize("case", CASES, ids=[f"{case.parent.name}/{case.stem}" for case in CASES])
def test_a_rule_finds_what_its_case_expects(case: Path, rules: Rules) -> None:
    assert found(rules.report(case, case.parent.name)) == expected(case)


def test_every_rule_has_a_valid_and_an_invalid_case(rules: Rules) -> None:
    kinds = {(case.parent.name, case.stem.partition("-")[0]) for case in CASES}
    assert kinds == {(rule, kind) for rule in rules.names for kind in ("valid", "invalid")}


def test_a_case_says_by_its_name_whether_it_expects_findings() -> None:
    silent = {case for case in CASES if not EXPECTS.search(case.read_text(encoding="utf-8"))}
    assert silent == {case for case in CASES if case.stem.startswith("valid-")}


def test_each_goal_a_strategy_was_not_assessed_against_is_a_finding_of_its_own(rules: Rules, tmp_path: Path) -> None:
    case = tmp_path / "case.ttl"
    case.write_text(
        "@prefix sg: <https://w3id.org/strategigraf/ontology#> . @prefix sdg: <http://metadata.un.org/sdg/> .\n"
        "@prefix sdgo: <http://metadata.un.org/sdg/ontology#> . @prefix ex: <https://example.org/> .\n"
        "sdg:1 a sdgo:Goal . sdg:2 a sdgo:Goal . sdg:3 a sdgo:Goal . sdg:3.4 sdgo:isTargetOf sdg:3 .\n"
        "ex:strategy a sg:Strategy . ex:link a sg:Alignment ; sg:alignedFrom ex:strategy ;\n"
        "    sg:relation sg:contributesTo ; sg:alignedTo sdg:3.4 .\n",
        encoding="utf-8",
    )
    report = rules.report(case, "Strategy-sdg-coverage")
    values = sorted(str(value) for value in report.objects(None, SH.value))
    assert values == ["http://metadata.un.org/sdg/1", "http://metadata.un.org/sdg/2"]


@pytest.mark.parametrize("rule", ["Strategy-notation", "Strategy-sdg-target", "Strategy-partner", "Goal-focus-area"])
def test_a_finding_speaks_both_languages_whatever_the_kind_of_rule(rule: str, rules: Rules) -> None:
    invalid = next(case for case in CASES if case.parent.name == rule and case.stem.startswith("invalid"))
    report = rules.report(invalid, rule)
    said = {str(message) for message in report.objects(None, SH.resultMessage)}
    assert said == {str(message) for message in rules.graph.objects(SHAPE[rule], SH.message)}


def test_every_rule_says_in_both_languages_what_is_wrong_and_what_to_do(rules: Rules) -> None:
    for rule in rules.names:
        messages = [m for m in rules.graph.objects(SHAPE[rule], SH.message) if isinstance(m, Literal)]
        assert sorted(str(m.language) for m in messages) == ["en", "nb"], rule
        assert all(re.fullmatch(r"[A-ZÅÆØ].+\. [A-ZÅÆØ].+\.", message) for message in messages), rule


def test_every_rule_has_one_severity(rules: Rules) -> None:
    allowed = {SH.Violation, SH.Warning, SH.Info}
    assert {rule for rule in rules.names if set(rules.graph.objects(SHAPE[rule], SH.severity)) - allowed} == set()
    assert {len(list(rules.graph.objects(SHAPE[rule], SH.severity))) for rule in rules.names} == {1}


def test_every_term_of_shacl_is_one_there_is(rules: Rules) -> None:
    used = {term for triple in rules.graph for term in triple if isinstance(term, URIRef) and term in SH}
    spelt = {term for triple in rules.graph for term in triple if str(term).startswith(str(SH))}
    assert spelt - used == set()


def test_every_term_of_ours_is_declared(rules: Rules) -> None:
    written = {str(term) for triple in rules.graph for term in triple if str(term).startswith(str(SG))}
    queries = " ".join(str(query) for query in rules.graph.objects(None, SH.select))
    written |= {str(SG[name]) for name in re.findall(r"\bsg:(\w+)", queries)}
    declared = {str(term) for term in rules.ontology.subjects(RDF.type)}
    assert written - declared - {str(SG)} == set()


def test_every_shape_is_reached_from_a_target(rules: Rules) -> None:
    aimed = {shape for target in TARGETS for shape in rules.graph.subjects(target)}
    reached = {part for shape in aimed for part in rules.graph.transitiveClosure(parts_of, shape)}
    assert rules.names | rules.parts == {local(shape) for shape in aimed | reached}


def parts_of(shape: Node, graph: Graph) -> Iterator[Node]:
    for step in (SH.property, SH["not"], SH.qualifiedValueShape):
        yield from graph.objects(shape, step)
    for members in graph.objects(shape, SH["or"]):
        yield from Collection(graph, members)


def test_every_class_of_the_ontology_must_have_names_and_an_origin(rules: Rules) -> None:
    classes = {str(each) for each in rules.ontology.subjects(RDF.type, OWL.Class) if str(each).startswith(str(SG))}
    named, thing, term = (
        {str(each) for each in rules.graph.objects(SHAPE[shape], SH.targetClass)}
        for shape in ("Resource", "Thing", "Term")
    )
    described_by_the_build = {str(SG.Question), str(SG.Rule)}
    assert classes <= named
    assert classes - thing - term == described_by_the_build


def test_every_query_parses_with_the_prefixes_it_declares(rules: Rules) -> None:
    for constraint, text in rules.graph.subject_objects(SH.select):
        declared = rules.graph.objects(rules.graph.value(constraint, SH.prefixes), SH.declare)
        names = {str(rules.graph.value(d, SH.prefix)): str(rules.graph.value(d, SH.namespace)) for d in declared}
        prefixes = "".join(f"PREFIX {name}: <{space}>\n" for name, space in names.items())
        assert prepareQuery(prefixes + str(text)).algebra is not None
        assert set(re.findall(r"(?<![\w<])(\w+):\w", re.sub(r'"[^"]*"|<[^>]*>', "", str(text)))) <= set(names)


def test_blank_nodes_are_only_lists(rules: Rules) -> None:
    blank = {subject for subject in rules.graph.subjects() if isinstance(subject, BNode)}
    assert {predicate for node in blank for predicate in rules.graph.predicates(node)} <= {RDF.first, RDF.rest}


def test_every_set_of_rules_is_named_in_both_languages(rules: Rules) -> None:
    labels = rules.graph.objects(URIRef(str(SHAPE).rstrip("#")), RDFS.label)
    assert sorted(str(label.language) for label in labels if isinstance(label, Literal)) == ["en", "nb"]
