from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.plugins.sparql import prepareQuery

from kg_server.build.prepared import PreparedGraph, to_rdflib
from kg_server.build.sources import read_project
from kg_server.build.validate import validate
from kg_server.core.errors import SourceError
from kg_server.core.findings import Severity
from tests.build.projects import edit, settings_of

if TYPE_CHECKING:
    from pathlib import Path

    from kg_server.core.findings import Finding
    from kg_server.core.settings import Settings

ID = "https://w3id.org/strategigraf/id/"
PLAN = "data/strategy/plan.ttl"
SHAPES = "shapes/strategy.ttl"


def findings(settings: Settings) -> list[Finding]:
    project = read_project(settings)
    return validate(project, set().union(*project.graphs.values()), settings.base)


def test_the_small_project_breaks_no_shape(settings: Settings) -> None:
    assert findings(settings) == []


def test_a_finding_tells_what_is_wrong_and_where(settings: Settings, project: Path) -> None:
    edit(project / PLAN, '    skos:notation "A2" ;\n', '    skos:notation "A 2" ;\n')
    (found,) = findings(settings)
    assert (found.rule, found.shape) == ("Strategy-notation", "https://w3id.org/strategigraf/shapes#Strategy-notation")
    assert (found.severity, found.focus) == (Severity.VIOLATION, f"{ID}strategy/a2")
    assert (found.focus_label_nb, found.focus_label_en) == (
        "Lære av andre havnebyer",
        "Learning from other port cities",
    )
    assert (found.path, found.value) == ("skos:notation", "A 2")
    assert found.message_nb == "Strategien har ikke noe nummer. Legg til skos:notation."
    assert found.message_en == "The strategy has no number. Add skos:notation."
    lines = (project / PLAN).read_text(encoding="utf-8").splitlines()
    assert (found.file, lines[(found.line or 0) - 1]) == (PLAN, "<strategy/a2>")
    assert str(found) == (
        f"{PLAN}:{found.line}: Learning from other port cities: The strategy has no number. Add skos:notation."
    )


def test_a_sparql_constraint_finds_in_both_languages(settings: Settings, project: Path) -> None:
    table = project / "data/alignments/links.csv"
    table.write_text("".join(table.read_text(encoding="utf-8").splitlines(keepends=True)[:3]), encoding="utf-8")
    (found,) = findings(settings)
    assert (found.rule, found.focus, found.path) == ("Strategy-assessed", f"{ID}strategy/a2", "sg:contributesTo")
    assert found.message_nb == "Strategien er ikke vurdert. Legg til en kobling."
    assert found.message_en == "The strategy has not been assessed. Add an alignment."


def test_values_in_a_sparql_message_are_filled_in(settings: Settings, project: Path) -> None:
    edit(project / SHAPES, "SELECT $this WHERE {", "SELECT $this ?kind WHERE {\n          BIND('x' AS ?kind)")
    edit(project / SHAPES, "er ikke vurdert. Legg", "er ikke vurdert ({?kind}). Legg")
    edit(project / SHAPES, "has not been assessed. Add", "has not been assessed ({?kind}). Add")
    edit(
        project / "data/alignments/links.csv",
        "a1,contributesTo,sdg:7.2,0.9,Draft",
        "a1,supports,policy/fjord-pact,0.9,Rejected",
    )
    (found,) = findings(settings)
    assert found.message_nb == "Strategien er ikke vurdert (x). Legg til en kobling."
    assert found.message_en == "The strategy has not been assessed (x). Add an alignment."


def test_findings_come_in_order_with_violations_first(settings: Settings, project: Path) -> None:
    edit(project / PLAN, '    skos:notation "A2" ;\n', "")
    edit(project / PLAN, "    sg:evidence <passage/harbour> ;\n", "")
    found = findings(settings)
    assert [(one.severity.value, one.rule, one.focus.removeprefix(ID)) for one in found] == [
        ("Violation", "Strategy-notation", "strategy/a2"),
        ("Warning", "Strategy-evidence", "strategy/a1"),
        ("Warning", "Strategy-evidence", "strategy/a2"),
    ]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("[ sh:inversePath sg:evidence ]", "^sg:evidence"),
        ("( sg:partOf rdfs:label )", "sg:partOf/rdfs:label"),
        ("[ sh:alternativePath ( sg:partOf [ sh:oneOrMorePath sg:hasPart ] ) ]", "(sg:partOf|sg:hasPart+)"),
        ("[ sh:zeroOrMorePath sg:wording ]", "sg:wording*"),
        ("[ sh:zeroOrOnePath sg:wording ]", "sg:wording?"),
    ],
)
def test_a_path_is_shown_as_sparql_writes_it(settings: Settings, project: Path, path: str, shown: str) -> None:
    with (project / SHAPES).open("a", encoding="utf-8") as file:
        file.write(f"\nshape:New\n    a sh:NodeShape ;\n    sh:targetNode <{ID}strategy/a1> ;\n")
        file.write(f"    sh:property [ sh:path {path} ; sh:minCount 9 ] ;\n.\n")
    (found,) = findings(settings)
    assert (found.path, found.rule) == (shown, "MinCountConstraintComponent")
    assert found.message_nb == found.message_en != ""


def test_a_severity_of_ones_own_stops_the_build(settings: Settings, project: Path) -> None:
    edit(project / SHAPES, "sh:severity sh:Warning", "sh:severity shape:Odd")
    edit(project / PLAN, "    sg:evidence <passage/harbour> ;\n", "")
    assert {one.severity for one in findings(settings)} == {Severity.VIOLATION}


def test_a_thing_without_a_file_has_no_place(settings: Settings, project: Path) -> None:
    edit(project / SHAPES, "sh:targetClass sg:Strategy", f"sh:targetNode <{ID}strategy/b1>")
    assert {(one.file, one.line) for one in findings(settings)} == {("", None)}


def test_a_shape_that_cannot_be_used_is_told(settings: Settings, project: Path) -> None:
    edit(project / SHAPES, "    sh:path sg:evidence ;", "    sh:path sg:evidence ;\n    sh:path sg:partOf ;")
    with pytest.raises(SourceError, match="shapes: A shape cannot be used"):
        findings(settings)


def test_another_base_changes_nothing(project: Path) -> None:
    edit(project / PLAN, '    skos:notation "A2" ;\n', "")
    (found,) = findings(settings_of(project, base="https://graf.lillevik.example/"))
    assert (found.rule, found.focus) == ("Strategy-notation", "https://graf.lillevik.example/id/strategy/a2")


def test_literals_come_over_as_they_are_spelt() -> None:
    terms = ['"01"^^<http://www.w3.org/2001/XMLSchema#integer>', '"é"@nb', '"plain"', "_:b", "<http://e/o>"]
    text = "".join(f"<http://e/s> <http://e/p> {term} .\n" for term in terms)
    graph = to_rdflib(quad.triple for quad in ox.parse(text, ox.RdfFormat.N_TRIPLES))
    assert sorted(term.n3() for term in graph.objects()) == sorted(terms)


def test_a_query_is_answered_alike_whatever_the_plan() -> None:
    things = [rdflib.URIRef(f"http://e/{number}") for number in range(9)]
    kind, to = rdflib.URIRef("http://e/kind"), rdflib.URIRef("http://e/to")
    graph = PreparedGraph()
    for one, other in itertools.pairwise(things):
        graph.add((one, to, other))
        graph.add((one, kind, things[int(one[-1]) % 3]))
    plain = rdflib.Graph()
    plain += graph
    query = """SELECT $this ?x WHERE { ?x <http://e/kind> <http://e/1> . $this <http://e/to> ?x .
        FILTER NOT EXISTS { ?y <http://e/kind> ?z . ?x <http://e/to> ?y . FILTER (?z = <http://e/0>) } }"""
    for thing in things:
        assert list(graph.query(query, initBindings={"this": thing})) == list(
            plain.query(prepareQuery(query), initBindings={"this": thing})
        )
