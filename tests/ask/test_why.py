from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kg_server.ask.names import find_property, find_thing
from kg_server.ask.proofs import Prover
from kg_server.ask.rules import read_rules
from kg_server.ask.why import Explanation, explain
from kg_server.core.errors import NoBuild, UnknownThing
from kg_server.core.namespaces import graph_iri
from kg_server.core.settings import read_settings
from kg_server.core.terms import iri
from kg_server.engine.results import read_rows

if TYPE_CHECKING:
    from pathlib import Path

    from kg_server.ask.rules import Rule, Triple
    from kg_server.engine.base import Engine

Rules = tuple["Rule", ...]


def triple(engine: Engine, text: str) -> Triple:
    subject, predicate, object_ = text.split(", ")
    return iri(find_thing(engine, subject)), iri(find_property(predicate)), iri(find_thing(engine, object_))


def told(explanation: Explanation) -> str:
    return " ".join(map(str, (explanation.subject, explanation.predicate, explanation.object)))


def everything(explanation: Explanation) -> list[Explanation]:
    return [explanation, *(part for premise in explanation.premises for part in everything(premise))]


def test_an_asserted_triple_has_its_graph_and_its_evidence(engine: Engine, rules: Rules) -> None:
    found = explain(engine, rules, triple(engine, "A1, inFocusArea, A"))
    assert [(str(graph.name), str(graph.basis)) for graph in found.graphs] == [("Strategien", "sagt i teksten")]
    assert [passage.slug for passage in found.passages] == ["4-a1"]
    assert not found.inferred
    assert found.rule is None


def test_a_direct_link_leads_to_its_alignment(engine: Engine, rules: Rules) -> None:
    found = explain(engine, rules, triple(engine, "A1, contributesTo, 7.2"), "en")
    assert found.inferred
    assert found.rule is not None
    assert found.rule.name == "direct-link"
    (alignment,) = found.alignments
    assert (str(alignment.confidence), str(alignment.curator)) == ("0.9", "Strategigraf")
    assert alignment.passages[0].wording is not None
    assert {str(premise.graphs[0].basis) for premise in found.premises} == {"judged"}


def test_a_chain_is_told_down_to_what_is_asserted(engine: Engine, rules: Rules) -> None:
    found = explain(engine, rules, triple(engine, "plan/p, contributesTo, SDG 7"))
    parts = everything(found)
    assert [part for part in parts if not part.premises and part.inferred] == []
    assert {part.rule.name for part in parts if part.rule} == {
        "whole-carries-part",
        "target-to-goal",
        "direct-link",
        "subproperty",
        "transitive",
    }
    assert found.ways > 1


def test_the_shortest_way_is_told(engine: Engine, rules: Rules) -> None:
    found = explain(engine, rules, triple(engine, "A, contributesTo, SDG 7"))
    assert sorted(part.rule.name for part in everything(found) if part.rule) == [
        "direct-link",
        "subproperty",
        "target-to-goal",
        "whole-carries-part",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "plan/p, contributesTo, SDG 7",
        "plan/p, hasPart, A1",
        "A1, partOf, plan/p",
        "A, hasPart, A1",
        "A, contributesTo, 7.3",
    ],
)
def test_no_triple_rests_on_itself(engine: Engine, rules: Rules, text: str) -> None:
    def check(explanation: Explanation, above: tuple[str, ...]) -> None:
        assert told(explanation) not in above
        for premise in explanation.premises:
            check(premise, (*above, told(explanation)))

    check(explain(engine, rules, triple(engine, text)), ())


def test_a_rejected_alignment_explains_nothing(engine: Engine, rules: Rules) -> None:
    with pytest.raises(UnknownThing, match=r"Nye virksomheter.*Mer fornybar energi"):
        explain(engine, rules, triple(engine, "A2, contributesTo, 7.2"))


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("A1, contributesTo, SDG 14", "“Fornybar energi” bidrar ikke til “Livet i havet”"),
        ("plan/p, partOf, A", "“Grønn by” er del av “Planen”"),
        ("city/havn, contributesTo, SDG 7", "Nothing links the two directly"),
    ],
)
def test_what_the_graph_does_not_say_is_met_with_what_it_does(
    engine: Engine, rules: Rules, text: str, hint: str
) -> None:
    with pytest.raises(UnknownThing, match=f"The graph does not say: .*{hint}"):
        explain(engine, rules, triple(engine, text))


def test_an_inferred_triple_whose_rules_are_gone_is_told_as_inferred(engine: Engine) -> None:
    found = explain(engine, (), triple(engine, "A1, contributesTo, 7.2"))
    assert found.inferred
    assert (found.rule, found.premises, found.passages) == (None, (), ())


def test_every_inferred_triple_of_the_build_has_a_proof(engine: Engine, rules: Rules) -> None:
    rows = read_rows(engine, f"SELECT ?s ?p ?o WHERE {{ GRAPH <{graph_iri('inferred')}> {{ ?s ?p ?o }} }}").rows
    prover = Prover(engine, rules)
    assert len(rows) > 15
    assert [row for row in rows if prover.prove((row["s"], row["p"], row["o"])) is None] == []


def test_a_rule_is_used_only_where_its_filter_lets_it(engine: Engine, rules: Rules) -> None:
    direct = next(rule for rule in rules if rule.name == "direct-link")
    closed = replace(direct, where=direct.where + "\nFILTER (false)")
    assert Prover(engine, [closed]).prove(triple(engine, "A1, contributesTo, 7.2")) is None


def test_without_a_build_there_are_no_rules(tmp_path: Path) -> None:
    with pytest.raises(NoBuild, match="kg build"):
        read_rules(read_settings(store_dir=tmp_path))
