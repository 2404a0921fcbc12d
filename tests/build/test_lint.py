from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg_server.build.describe import describe
from kg_server.build.lint import lint
from kg_server.build.rules import read_rules, run_rules
from kg_server.build.sources import read_project
from kg_server.core.findings import Severity
from kg_server.core.namespaces import graph_iri
from tests.build.projects import edit, settings_of

if TYPE_CHECKING:
    from pathlib import Path

    from kg_server.core.findings import Finding
    from kg_server.core.settings import Settings

PLAN = "data/strategy/plan.ttl"
LINKS = "data/alignments/links"
SHAPE = "https://w3id.org/strategigraf/shapes#"
SHAPES = "shapes/strategy.ttl"
NEW_SHAPE = "\nshape:New\n    a sh:NodeShape ;\n    sh:targetClass sg:Plan ;\n    sh:property [ {} ] ;\n.\n"


def findings(settings: Settings) -> list[Finding]:
    project = read_project(settings)
    rules = read_rules(project.rules)
    graphs = describe(project.graphs, rules, project.queries, settings)
    graphs[graph_iri("inferred", settings.base)] |= run_rules(rules, set().union(*graphs.values()))[0]
    return lint(project, graphs, settings.base)


def violations(settings: Settings) -> list[tuple[str, str, str, int | None]]:
    found = [one for one in findings(settings) if one.severity is Severity.VIOLATION]
    return [(one.rule, one.value, one.file, one.line) for one in found]


def line_of(path: Path, text: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def test_the_small_project_is_clean(settings: Settings) -> None:
    assert violations(settings) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ((PLAN, "sg:partOf <plan", "sg:partof <plan"), ("undeclared-term", "sg:partof")),
        ((PLAN, "<city/storvik>\n    a sg:City", "<city/storvik>\n    a sg:Town"), ("undeclared-term", "sg:Town")),
        ((PLAN, "<city/storvik>\n    a sg:City", "<city/storvik>\n    a sg:Active"), ("undeclared-class", "sg:Active")),
        ((PLAN, "sg:locatedIn <region", "sg:Region <region"), ("undeclared-property", "sg:Region")),
        ((PLAN, "sg:locatedIn <region", "<http://e/in> <region"), ("undeclared-property", "http://e/in")),
        ((PLAN, 'skos:notation "A1"', 'skos:notation "A1"^^xsd:strng'), ("undeclared-term", "xsd:strng")),
        ((PLAN, "sg:evidence <passage/harbour>", "sg:evidence <passage/port>"), ("undeclared-thing", "passage/port")),
        ((PLAN, "sg:cooperationStatus sg:Active", "sg:cooperationStatus sg:Aktive"), ("undeclared-term", "sg:Aktive")),
        ((f"{LINKS}.rq", "sg:alignedTo", "sg:aligndTo"), ("undeclared-term", "sg:aligndTo")),
        ((f"{LINKS}.csv", "Rejected", "Rejcted"), ("undeclared-term", "sg:Rejcted")),
        ((f"{LINKS}.csv", "a1,contributesTo,sdg:7.2", "a1,contributesTo,sdg:7.5"), ("undeclared-thing", "sdg:7.5")),
        (("ontology/rules/inverse.rq", "owl:inverseOf", "owl:inversOf"), ("undeclared-term", "owl:inversOf")),
        (
            ("ontology/core.ttl", "a owl:TransitiveProperty", "a owl:TransitivProperty"),
            ("undeclared-term", "owl:TransitivProperty"),
        ),
        (("queries/strategies.rq", "sg:contributesTo", "sg:contributeTo"), ("undeclared-term", "sg:contributeTo")),
        (("queries/checks/no-strategy-twice.rq", "a sg:Strategy", "a sg:Strategi"), ("undeclared-term", "sg:Strategi")),
        ((SHAPES, "sh:targetClass", "sh:targetClas"), ("undeclared-term", "sh:targetClas")),
        ((SHAPES, "sh:path sg:evidence", "sh:path sg:evidens"), ("undeclared-term", "sg:evidens")),
        ((SHAPES, "sh:path sg:evidence", "sh:path sg:Passage"), ("undeclared-property", "sg:Passage")),
        ((SHAPES, "sh:class sg:Passage", "sh:class sg:evidence"), ("undeclared-class", "sg:evidence")),
        (
            (SHAPES, "sh:property shape:Strategy-evidence", "sh:property shape:Strategi-x"),
            ("undeclared-shape", f"{SHAPE}Strategi-x"),
        ),
        ((SHAPES, "?link sg:alignedFrom", "?link sg:alignedFrm"), ("undeclared-term", "sg:alignedFrm")),
    ],
)
def test_a_misspelt_name_is_refused_where_it_stands(
    settings: Settings, project: Path, change: tuple[str, str, str], expected: tuple[str, str]
) -> None:
    edit(project / PLAN, "@prefix sg:", "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n@prefix sg:")
    edit(project / change[0], change[1], change[2])
    found = [one for one in violations(settings) if one[0] == expected[0]]
    assert [one[:3] for one in found][:1] == [(*expected, change[0])]
    assert found[0][3]


def test_a_misspelt_name_in_turtle_is_found_on_its_line(settings: Settings, project: Path) -> None:
    edit(project / PLAN, "sg:partOf <policy", "sg:partof <policy")
    assert violations(settings) == [("undeclared-term", "sg:partof", PLAN, line_of(project / PLAN, "sg:partof"))]


def test_a_misspelt_value_in_a_table_is_found_on_its_row(settings: Settings, project: Path) -> None:
    edit(project / f"{LINKS}.csv", "noContribution", "noContributions")
    assert violations(settings) == [("undeclared-term", "sg:noContributions", f"{LINKS}.csv", 4)]


def test_a_name_misspelt_in_a_tables_query_is_found_once(settings: Settings, project: Path) -> None:
    edit(project / f"{LINKS}.rq", "sg:confidence", "sg:confidens")
    assert [one[:3] for one in violations(settings)] == [("undeclared-term", "sg:confidens", f"{LINKS}.rq")]


def test_a_shape_that_nobody_applies_is_refused(settings: Settings, project: Path) -> None:
    edit(project / SHAPES, "    sh:targetClass sg:Strategy ;\n", "")
    assert violations(settings) == [
        ("idle-shape", f"{SHAPE}Strategy", SHAPES, line_of(project / SHAPES, "shape:Strategy"))
    ]


@pytest.mark.parametrize(
    ("inside", "rule", "value"),
    [
        ("sh:path [ sh:inversePath sg:partOv ] ; sh:minCount 1", "undeclared-term", "sg:partOv"),
        ("sh:path [ sh:inversePath sg:Plan ] ; sh:minCount 1", "undeclared-property", "sg:Plan"),
        ("sh:path sg:partOf ; sh:node sg:Plan", "undeclared-shape", "sg:Plan"),
    ],
)
def test_a_shape_without_a_name_is_checked_too(
    settings: Settings, project: Path, inside: str, rule: str, value: str
) -> None:
    with (project / SHAPES).open("a", encoding="utf-8") as file:
        file.write(NEW_SHAPE.format(inside))
    assert [one[:3] for one in violations(settings)] == [(rule, value, SHAPES)]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (PLAN, "dcterms: <http://purl.org/dc/terms/>", "dcterms: <http://purl.org/dc/elements/1.1/>"),
        (PLAN, "@prefix sg:", "@prefix dct: <http://purl.org/dc/terms/> .\n@prefix sg:"),
        (PLAN, "@prefix sg:", "@prefix schema: <http://schema.org/> .\n@prefix sg:"),
        (PLAN, "@prefix sg:", "@prefix ex: <http://e/> .\n@prefix sg:"),
        (f"{LINKS}.rq", "PREFIX sg:", "PREFIX oa: <http://www.w3.org/ns/oa/>\nPREFIX sg:"),
        ("queries/strategies.rq", "PREFIX sg:", "PREFIX id: <https://w3id.org/strategigraf/idd/>\nPREFIX sg:"),
    ],
)
def test_a_prefix_that_is_none_of_ours_is_refused(
    settings: Settings, project: Path, file: str, old: str, new: str
) -> None:
    edit(project / file, old, new)
    found = [one for one in violations(settings) if one[0] == "wrong-prefix"]
    assert [(one[2], one[3]) for one in found] == [(file, line_of(project / file, new.split("\n", maxsplit=1)[0][:40]))]


def test_a_node_without_a_name_is_refused_in_data(settings: Settings, project: Path) -> None:
    edit(project / PLAN, "sg:partOf <plan/lillevik>", "sg:partOf [ a sg:Plan ]")
    assert {one[0] for one in violations(settings)} == {"blank-node"}


def test_an_axiom_that_no_rule_covers_is_refused(settings: Settings, project: Path) -> None:
    edit(project / "ontology/core.ttl", "    rdfs:subPropertyOf sg:partOf ;", "    rdfs:domain sg:Goal ;")
    assert ("axiom-without-rule", "rdfs:domain") in {one[:2] for one in violations(settings)}


def test_a_graph_has_to_be_described(settings: Settings, project: Path) -> None:
    edit(project / "data/graphs.ttl", "graph:sdg\n", "graph:other\n")
    assert violations(settings) == [("undescribed-graph", "sdg", "data/graphs.ttl", None)]


def test_a_term_nobody_uses_is_a_warning(settings: Settings, project: Path) -> None:
    (project / "ontology" / "more.ttl").write_text(
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n@prefix sg: <https://w3id.org/strategigraf/ontology#> .\n\n"
        "sg:Idle\n    a owl:Class ;\n.\n\nsg:idle\n    a sg:Idle ;\n.\n",
        encoding="utf-8",
    )
    found = [one for one in findings(settings) if one.file == "ontology/more.ttl"]
    assert [(one.rule, one.severity, one.value, one.line) for one in found] == [
        ("unused-term", Severity.WARNING, "sg:idle", 8)
    ]


def test_findings_speak_both_languages(settings: Settings, project: Path) -> None:
    edit(project / PLAN, "sg:partOf <policy", "sg:partof <policy")
    found = findings(settings)[0]
    assert found.message_nb == "«sg:partof» er ikke deklarert. Rett skrivemåten, eller deklarer navnet i ontology/."
    assert found.message_en == "“sg:partof” is not declared. Mend the spelling, or declare the name in ontology/."


def test_another_base_changes_nothing(project: Path) -> None:
    assert violations(settings_of(project, base="https://graf.lillevik.example/")) == []
