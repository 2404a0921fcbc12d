"""What must hold of the real graph, counted over a build of the project's own files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg_server.ask.rules import read_rules
from kg_server.ask.why import explain
from kg_server.build.record import load_build
from kg_server.core.namespaces import graph_iri, prefixes, thing_iri
from kg_server.engine.results import read_triples
from tests.asking import answers

if TYPE_CHECKING:
    from kg_server.core.settings import Settings
    from kg_server.engine.base import Engine


def test_three_focus_areas_hold_six_five_and_six_strategies(real_engine: Engine) -> None:
    rows = answers(
        real_engine,
        """SELECT ?area ?notation WHERE {
          ?strategy a sg:Strategy ; skos:notation ?notation ; sg:inFocusArea/skos:notation ?area ; sg:order ?order .
        } ORDER BY ?area ?order""",
    )
    counts = {"A": 6, "B": 5, "C": 6}
    expected = [(area, f"{area}{number}") for area in counts for number in range(1, counts[area] + 1)]
    assert rows == expected


def test_nine_goals_and_an_overarching_one(real_engine: Engine) -> None:
    rows = answers(
        real_engine, "SELECT ?notation WHERE { ?goal a sg:Goal ; skos:notation ?notation } ORDER BY ?notation"
    )
    assert [notation for (notation,) in rows] == ["0.1"] + [
        f"{area}.{number}" for area in "ABC" for number in (1, 2, 3)
    ]


@pytest.mark.parametrize(("kind", "count"), [("Goal", 17), ("Target", 169), ("Indicator", 232)])
def test_the_sdgs_are_all_there_by_the_iris_of_the_un(real_engine: Engine, kind: str, count: int) -> None:
    rows = answers(real_engine, f"SELECT ?thing WHERE {{ ?thing a sdgo:{kind} }}")
    assert len(rows) == count
    assert all(iri.startswith("http://metadata.un.org/sdg/") for (iri,) in rows)


def test_every_strategy_has_all_seventeen_sdgs_linked_or_assessed(real_engine: Engine) -> None:
    rows = answers(
        real_engine,
        """SELECT ?strategy (COUNT(DISTINCT ?sdg) AS ?assessed) WHERE {
          ?strategy a sg:Strategy ; sg:contributesTo|sg:noContribution ?sdg .
          ?sdg a sdgo:Goal .
        } GROUP BY ?strategy""",
    )
    assert len(rows) == 17
    assert {assessed for _, assessed in rows} == {"17"}


def test_no_strategy_is_linked_to_an_sdg_and_denied_it(real_engine: Engine) -> None:
    assert (
        answers(real_engine, "SELECT ?thing ?sdg WHERE { ?thing sg:contributesTo ?sdg ; sg:noContribution ?sdg }") == []
    )


def test_a_strategy_has_a_handful_of_targets(real_engine: Engine) -> None:
    rows = answers(
        real_engine,
        """SELECT ?strategy (COUNT(?target) AS ?targets) WHERE {
          ?strategy a sg:Strategy ; sg:contributesTo ?target . ?target a sdgo:Target .
        } GROUP BY ?strategy""",
    )
    assert len(rows) == 17
    assert all(1 < int(targets) < 8 for _, targets in rows)


def test_every_judged_link_is_complete_and_none_is_called_reviewed(real_engine: Engine) -> None:
    total, complete, drafts = (
        int(answers(real_engine, f"SELECT (COUNT(DISTINCT ?link) AS ?n) WHERE {{ ?link a sg:Alignment {rest} }}")[0][0])
        for rest in (
            "",
            """; sg:alignedFrom ?from ; sg:relation ?relation ; sg:alignedTo ?to ; sg:confidence ?confidence ;
               sg:rationale ?nb, ?en ; sg:evidence/sg:sha256 ?digest ; sg:reviewStatus ?status ; sg:basis sg:Judged ;
               prov:wasAttributedTo ?curator ; dcterms:created ?day
               FILTER (LANG(?nb) = "nb" && LANG(?en) = "en" && ?confidence >= 0 && ?confidence <= 1)""",
            "; sg:reviewStatus sg:Draft",
        )
    )
    assert total == complete == drafts > 400


def test_only_the_alignments_and_what_follows_from_them_tie_anything_to_an_sdg(real_engine: Engine) -> None:
    rows = answers(
        real_engine,
        """SELECT DISTINCT ?graph WHERE {
          ?sdg a ?kind FILTER (?kind IN (sdgo:Goal, sdgo:Target))
          GRAPH ?graph { ?thing ?property ?sdg }
        } ORDER BY ?graph""",
    )
    assert {graph.rpartition("/")[2] for (graph,) in rows} == {"alignments", "inferred", "sdg"}


def test_all_fifty_eu_policies_are_there(real_engine: Engine) -> None:
    kinds = "VALUES ?kind { sg:EUPolicy sg:FundingProgramme }"
    rows = answers(real_engine, f"SELECT DISTINCT ?policy WHERE {{ {kinds} ?policy a ?kind ; dcterms:type ?document }}")
    assert len(rows) == 50
    acts = "http://publications.europa.eu/resource/celex/"
    celex = answers(
        real_engine,
        f"""SELECT ?act WHERE {{
          ?policy sg:celex ?celex ; skos:exactMatch ?act FILTER (STRSTARTS(STR(?act), '{acts}'))
        }}""",
    )
    assert len(celex) > 40


def test_every_eu_policy_is_tied_to_a_target_with_its_evidence(real_engine: Engine) -> None:
    bare = answers(
        real_engine,
        """SELECT ?policy WHERE {
          VALUES ?kind { sg:EUPolicy sg:FundingProgramme }
          ?policy a ?kind ; dcterms:type ?document .
          FILTER NOT EXISTS {
            ?link sg:alignedFrom ?policy ; sg:relation sg:contributesTo ; sg:alignedTo ?target ; sg:evidence ?passage .
            ?target a sdgo:Target .
          }
        }""",
    )
    assert bare == []


def test_every_goal_is_tied_to_targets_a_policy_a_partner_or_says_why_not(real_engine: Engine) -> None:
    rows = answers(
        real_engine,
        """SELECT ?goal WHERE {
          ?goal a sg:Goal ; sg:contributesTo ?target ; sg:supports|sg:guidedBy|sg:noContribution ?policy .
          ?target a sdgo:Target .
          ?policy a ?kind FILTER (?kind IN (sg:PolicyInstrument, sg:PolicyTheme))
          ?role a sg:PartnerRole ; sg:supports ?goal .
        } GROUP BY ?goal""",
    )
    assert len(rows) == 10


def test_the_withdrawal_from_the_nordic_cooperation_has_its_date(real_engine: Engine) -> None:
    nordic = thing_iri("cooperation/nordic")
    rows = answers(
        real_engine,
        f"""SELECT ?status ?until ?day WHERE {{
          <{nordic}> sg:cooperationStatus ?status ; sg:until ?until ; sg:decision/dcterms:date ?day .
        }}""",
    )
    assert rows == [(prefixes()["sg"] + "Ended", "2019-02-27", "2019-02-27")]


def test_every_inferred_triple_is_explained_by_a_rule_and_its_premises(
    real_engine: Engine, real_build: Settings
) -> None:
    rules = read_rules(real_build)
    inferred = read_triples(
        real_engine, f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph_iri('inferred')}> {{ ?s ?p ?o }} }}"
    )
    assert len(inferred) == load_build(real_build).record["triples"]["inferred"]
    by_property: dict[str, list[int]] = {}
    for index, (_, predicate, _) in enumerate(inferred):
        by_property.setdefault(predicate.value, []).append(index)
    for indexes in by_property.values():
        for index in (indexes[0], indexes[len(indexes) // 2], indexes[-1]):
            explained = explain(real_engine, rules, inferred[index], "nb")
            assert explained.rule is not None
            assert explained.premises
