from __future__ import annotations

import itertools
import time
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from kg_server.ask.grounds import read_grounds, tell_paths
from kg_server.ask.network_source import read_network
from kg_server.ask.trace_queries import evidence_query, form_of, form_query
from kg_server.ask.traces import MOST_PATHS, find_end, find_kind, find_paths, read_search
from kg_server.core.errors import BadParameter, UnknownThing
from kg_server.core.namespaces import BASE, PREFIXES, compact, thing_iri
from kg_server.core.terms import iri
from kg_server.engine.opening import open_engine
from kg_server.engine.results import read_rows, read_triples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg_server.ask.network import Network
    from kg_server.ask.traces import Found
    from kg_server.core.settings import Settings
    from kg_server.engine.base import Engine

SDG = PREFIXES["sdg"]
MOST_SECONDS = 1.0
"""Ten times what the slowest search takes, so that only a search without bounds fails."""


@pytest.fixture(scope="module")
def real(real_build: Settings) -> Iterator[Engine]:
    with open_engine(real_build) as opened:
        yield opened


@pytest.fixture(scope="module")
def links(real: Engine) -> Network:
    return read_network(real, BASE)


def trace(links: Network, real: Engine, ends: tuple[str, str], via: str = "", longest: int = 4) -> Found:
    return find_paths(links, read_search(links, real, *ends, "nb", via=via, longest=longest, most=MOST_PATHS))


@pytest.mark.parametrize(
    ("start", "goal", "longest"),
    [
        ("A1", "eu-policy", 4),
        ("policy/green-deal", "A1", 4),
        ("sdg:12", "partner", 4),
        ("focus-area", "sdg", 3),
        ("B2", "challenge", 3),
        ("organisation/uia", "C3", 3),
    ],
)
def test_paths_are_those_that_sparql_finds(links: Network, real: Engine, start: str, goal: str, longest: int) -> None:
    found = trace(links, real, (start, goal), longest=longest)
    assert found.paths
    assert not found.more
    by_form = defaultdict(set)
    for path in found.paths:
        by_form[form_of(links, path)].add((path.weakest.tie.strength, path.things))
    for form, paths in by_form.items():
        rows = read_rows(real, form_query(links, found.search, form)).rows
        places = range(len(form.steps) + 1)
        asked = {(Decimal(row["weakest"].value), tuple(row[f"thing{at}"].value for at in places)) for row in rows}
        assert asked == paths


def test_a_strategy_leads_to_an_eu_act_and_a_passage(links: Network, real: Engine) -> None:
    found = trace(links, real, ("A1", "policy/ppwr"), via="target", longest=2)
    (path,) = found.paths
    assert [compact(thing) for thing in path.things] == ["strategy/a1", "sdg:12.5", "policy/ppwr"]
    grounds = read_grounds(real, links, (step.tie for step in path.steps), "nb")
    (told,) = tell_paths(links, [path], grounds, "nb")
    assert [step.is_weakest for step in told.steps] == [True, False]
    first = told.steps[0].tie
    assert (str(first.level), str(first.basis), str(first.status)) == ("tydelig", "vurdert", "utkast")
    assert first.grounds is not None
    assert first.grounds.rationale is not None
    assert [passage.slug for passage in first.grounds.passages] == ["4-a1"]


def test_the_evidence_holds_every_link_and_its_alignment(links: Network, real: Engine) -> None:
    found = trace(links, real, ("A1", "policy/ppwr"), longest=2)
    triples = read_triples(real, evidence_query(links, found.paths))
    sg = f"{BASE}ontology#"
    assert (iri(thing_iri("strategy/a1")), iri(f"{sg}contributesTo"), iri(f"{SDG}12.5")) in triples
    rationales = {subject.value for subject, name, _ in triples if name.value == f"{sg}rationale"}
    assert rationales == {step.tie.alignment for path in found.paths for step in path.steps}


def test_the_network_holds_every_alignment_and_nothing_that_rules_conclude(links: Network, real: Engine) -> None:
    query = f"SELECT (COUNT(*) AS ?number) WHERE {{ ?alignment <{BASE}ontology#alignedTo> ?target }}"
    judged = [tie for tie in links.ties if tie.alignment]
    assert len(judged) == int(read_rows(real, query).rows[0]["number"].value)
    assert {tie.basis for tie in links.ties} == {"sg:Judged", "sg:Stated", "sg:Imported"}
    assert not [tie for tie in links.ties if not tie.alignment and tie.relation == "sg:contributesTo"]


def test_everything_in_the_network_has_a_name(links: Network) -> None:
    assert [thing for thing, node in links.nodes.items() if not node.labels] == []
    assert [short for short, labels in links.words.items() if not labels] == []


@pytest.mark.parametrize("name", ["A1", "a1", "strategy/a1", thing_iri("strategy/a1"), f"<{thing_iri('strategy/a1')}>"])
def test_an_end_goes_by_any_name_of_its_thing(links: Network, real: Engine, name: str) -> None:
    assert find_end(links, real, name, "nb").things == (thing_iri("strategy/a1"),)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("strategy", "strategy"),
        ("Strategi", "strategy"),
        ("sg:Strategy", "strategy"),
        ("EU-rettsakt", "eu-policy"),
        ("EU policy", "eu-policy"),
        ("delmål", "target"),
        ("Bærekraftsmål", "sdg"),
        ("partner", "partner"),
        ("A1", ""),
    ],
)
def test_a_kind_goes_by_its_word_its_class_and_its_labels(links: Network, name: str, kind: str) -> None:
    assert find_kind(links, name) == kind


def test_ends_and_kinds_nobody_knows_are_refused(links: Network, real: Engine) -> None:
    with pytest.raises(UnknownThing, match="Atlantis"):
        trace(links, real, ("A1", "Atlantis"))
    with pytest.raises(BadParameter, match="banana"):
        trace(links, real, ("A1", "eu-policy"), via="banana")


def test_no_search_on_the_real_graph_takes_long(links: Network, real: Engine) -> None:
    seconds = []
    for start, goal in itertools.product(("strategy", "target", "city", "A1"), ("eu-policy", "partner", "theme", "B2")):
        begun = time.process_time()
        trace(links, real, (start, goal), longest=6)
        seconds.append(time.process_time() - begun)
    assert max(seconds) < MOST_SECONDS
