"""
The rules against owlrl, on the real project.

Both start from what is asserted and what the rule direct-link adds, which is ours alone; chains of properties are both
an axiom and one of our rules. Triples with a literal are left out on either side: owlrl compares all literals by value
and states what it finds with literals as subjects, which is no RDF, takes minutes, and concerns no rule of ours, all of
which tie things to things or give them a class. What is compared is what the entailments say about things: their types
among the declared classes, and the declared object properties between them. What owlrl says of the terms themselves
(every class is its own subclass, and so on) is part of no answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import owlrl
import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import OWL, RDF

from kg_server.build.describe import describe
from kg_server.build.prepared import to_rdflib
from kg_server.build.rules import read_rules, run_rules
from kg_server.build.sources import read_project
from kg_server.core.namespaces import graph_iri
from tests.build.projects import ROOT, copy_mini, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rdflib.graph import _TripleType

    from kg_server.build.rules import Rule

Triples = set[ox.Triple]
_LANGUAGES = ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2000/01/rdf-schema#", f"{OWL}")


@pytest.fixture(params=["mini", "project"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return copy_mini(tmp_path / "project") if request.param == "mini" else ROOT


def read(folder: Path) -> tuple[tuple[Rule, ...], Triples, Triples]:
    """The rules, the ontology, and all that is asserted."""
    settings = settings_of(folder)
    project = read_project(settings)
    rules = read_rules(project.rules)
    graphs = describe(project.graphs, rules, project.queries, settings)
    return rules, graphs[graph_iri("ontology", settings.base)], set().union(*graphs.values())


def between_things(triples: Iterable[ox.Triple]) -> Triples:
    return {triple for triple in triples if not isinstance(triple.object, ox.Literal)}


def entailed(graph: rdflib.Graph) -> rdflib.Graph:
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(graph)
    return graph


def about_things(triples: Iterable[_TripleType], ontology: rdflib.Graph) -> set[_TripleType]:
    classes = set(ontology.subjects(RDF.type, OWL.Class))
    properties = set(ontology.subjects(RDF.type, OWL.ObjectProperty))
    properties = {name for name in properties if not str(name).startswith(_LANGUAGES)}
    terms = classes | properties | set(ontology.subjects(RDF.type, OWL.DatatypeProperty))
    return {
        (subject, predicate, value)
        for subject, predicate, value in triples
        if isinstance(subject, rdflib.URIRef)
        and isinstance(value, rdflib.URIRef)
        and subject not in terms
        and ((predicate == RDF.type and value in classes) or predicate in properties)
    }


def test_the_rules_and_owlrl_agree(folder: Path) -> None:
    rules, ontology, asserted = read(folder)
    linked, _ = run_rules([rule for rule in rules if rule.name == "direct-link"], asserted)
    start = asserted | linked
    inferred, _ = run_rules([rule for rule in rules if rule.name != "direct-link"], start)
    terms = to_rdflib(ontology)
    ours = about_things(to_rdflib(start | inferred), terms)
    theirs = about_things(entailed(to_rdflib(between_things(start))), terms)
    assert ours - theirs == set()
    assert theirs - ours == set()
    assert len(ours) > len(about_things(to_rdflib(start), terms))


@pytest.mark.parametrize("name", sorted(path.stem for path in (ROOT / "ontology" / "rules").glob("*.rq")))
def test_without_any_one_rule_something_is_missed(tmp_path: Path, name: str) -> None:
    rules, _, asserted = read(copy_mini(tmp_path / "project"))
    rest = [rule for rule in rules if rule.name != name]
    assert run_rules(rest, asserted)[0] < run_rules(rules, asserted)[0]


def test_all_rules_at_once_conclude_the_same(folder: Path) -> None:
    rules, _, asserted = read(folder)
    linked, _ = run_rules([rule for rule in rules if rule.name == "direct-link"], asserted)
    rest, _ = run_rules([rule for rule in rules if rule.name != "direct-link"], asserted | linked)
    assert run_rules(rules, asserted)[0] == linked | rest
