"""Each inferred triple has a derivation that `rules.json` tells, from asserted triples up."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest

from kg_server.build.describe import describe
from kg_server.build.rules import read_rules, run_rules
from kg_server.build.sources import read_project
from tests.build.projects import ROOT, copy_mini, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Statement = tuple[str, str, str]


@pytest.fixture(params=["mini", "project"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return copy_mini(tmp_path / "project") if request.param == "mini" else ROOT


def filled(pattern: Statement, row: dict[str, str]) -> Statement:
    subject, predicate, value = (row.get(term, term) for term in pattern)
    return subject, predicate, value


def derivations(store: ox.Store, rule: dict[str, Any]) -> Iterator[tuple[list[Statement], list[Statement]]]:
    """Heads and premises, in N-Triples terms, for each way the rule's WHERE holds in the store."""
    answer = store.query(f"SELECT * WHERE {{ {rule['where']} }}", prefixes=rule["prefixes"])
    assert isinstance(answer, ox.QuerySolutions)
    names = [str(variable) for variable in answer.variables]
    for solution in answer:
        row = dict(zip(names, map(str, solution), strict=True))
        yield [filled(one, row) for one in rule["head"]], [filled(one, row) for one in rule["premises"]]


def explained(rules: list[dict[str, Any]], asserted: set[ox.Triple]) -> set[Statement]:
    """What can be derived step by step, each step from triples known before it."""
    store = ox.Store()
    store.bulk_extend(ox.Quad(*triple) for triple in asserted)
    known = {statement(triple) for triple in asserted}
    told: set[Statement] = set()
    grown = True
    while grown:
        found = [one for rule in rules for one in derivations(store, rule)]
        assert all(premise in known for _, premises in found for premise in premises)
        fresh = {head for heads, _ in found for head in heads if is_sayable(head)} - known
        known |= fresh
        told |= fresh
        text = "".join(f"{' '.join(one)} .\n" for one in fresh)
        store.load(text, ox.RdfFormat.N_TRIPLES)
        grown = bool(fresh)
    return told


def statement(triple: ox.Triple) -> Statement:
    return str(triple.subject), str(triple.predicate), str(triple.object)


def is_sayable(head: Statement) -> bool:
    """Whether the head is about things with names."""
    return head[0].startswith("<") and not head[2].startswith("_:")


def test_each_inferred_triple_is_derived_by_the_rules_told(folder: Path) -> None:
    settings = settings_of(folder)
    project = read_project(settings)
    rules = read_rules(project.rules)
    graphs = describe(project.graphs, rules, project.queries, settings)
    asserted = set().union(*graphs.values())
    inferred, _ = run_rules(rules, asserted)
    told = json.loads(json.dumps([rule.record() for rule in rules]))
    assert explained(told, asserted) == {statement(triple) for triple in inferred}
