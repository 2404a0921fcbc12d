from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg_server.ask.flows import Flows, read_flows
from kg_server.core.settings import read_settings
from kg_server.engine.opening import open_engine
from tests.engine.stores import write_store

if TYPE_CHECKING:
    from pathlib import Path

PLAN = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sdgo: <http://metadata.un.org/sdg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sdg: <http://metadata.un.org/sdg/> .
@prefix sg: <https://w3id.org/strategigraf/ontology#> .
@base <https://w3id.org/strategigraf/id/> .

<focus-area/b> a sg:FocusArea ; skos:notation "B" ; rdfs:label "Mangfold"@nb .
<focus-area/a> a sg:FocusArea ; skos:notation "A" ; rdfs:label "Miljø"@nb .
<strategy/a1> sg:inFocusArea <focus-area/a> .
<goal/a2> sg:inFocusArea <focus-area/a> .
sdg:10 a sdgo:Goal ; skos:notation "10" .
sdg:9 a sdgo:Goal ; skos:notation "9" .
sdg:9.1 sdgo:isTargetOf sdg:9 .
sdg:9.2 sdgo:isTargetOf sdg:9 .
<policy/large> a sg:EUPolicy .
<policy/small> a sg:EUPolicy .
<policy/national> a sg:NationalStrategy .
<theme/part> a sg:PolicyTheme ; sg:partOf <policy/large> .

<l/1> sg:alignedFrom <strategy/a1> ; sg:relation sg:contributesTo ; sg:alignedTo sdg:9.1 .
<l/2> sg:alignedFrom <goal/a2> ; sg:relation sg:contributesTo ; sg:alignedTo sdg:9.1 , sdg:9 .
<l/3> sg:alignedFrom <goal/a2> ; sg:relation sg:contributesTo ; sg:alignedTo sdg:10 ; sg:reviewStatus sg:Rejected .
<l/4> sg:alignedFrom <goal/a2> ; sg:relation sg:noContribution ; sg:alignedTo sdg:9.2 .
<p/1> sg:alignedFrom <theme/part> ; sg:relation sg:contributesTo ; sg:alignedTo sdg:9.1 .
<p/2> sg:alignedFrom <policy/large> ; sg:relation sg:contributesTo ; sg:alignedTo sdg:9 .
<p/3> sg:alignedFrom <policy/small> ; sg:relation sg:contributesTo ; sg:alignedTo sdg:9.1 , sdg:9.2 .
<p/4> sg:alignedFrom <policy/national> ; sg:relation sg:contributesTo ; sg:alignedTo sdg:9.1 .
"""
OURS = "https://w3id.org/strategigraf/id/"
NINE = "http://metadata.un.org/sdg/9"


@pytest.fixture(scope="module")
def flows(tmp_path_factory: pytest.TempPathFactory) -> Flows:
    folder: Path = tmp_path_factory.mktemp("flows")
    write_store(folder / "build", PLAN)
    with open_engine(read_settings(project_dir=folder)) as engine:
        return read_flows(engine)


def test_areas_and_goals_stand_in_their_order_whether_reached_or_not(flows: Flows) -> None:
    assert [(area.code, str(area.named)) for area in flows.areas] == [("A", "Miljø"), ("B", "Mangfold")]
    assert [goal.code for goal in flows.goals] == ["9", "10"]


def test_a_target_counts_once_and_rejected_links_not_at_all(flows: Flows) -> None:
    assert flows.reached == {(OURS + "focus-area/a", NINE): {NINE + ".1", NINE}}


def test_a_policy_shares_what_it_or_its_themes_aim_at_and_the_plan_reaches(flows: Flows) -> None:
    assert [policy.named.iri for policy in flows.policies] == [OURS + "policy/large", OURS + "policy/small"]
    assert flows.shared == {
        (NINE, OURS + "policy/large"): {NINE + ".1", NINE},
        (NINE, OURS + "policy/small"): {NINE + ".1"},
    }
