from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from kg_server.ask.labels import Labels
from kg_server.ask.links import MOST_LINKS, read_links
from kg_server.ask.things import Thing, describe
from kg_server.core.errors import UnknownThing
from kg_server.core.namespaces import PREFIXES, compact, thing_iri

if TYPE_CHECKING:
    from kg_server.ask.links import LinkGroup
    from kg_server.engine.base import Engine

SDG = PREFIXES["sdg"]


@pytest.fixture(scope="module")
def a1(engine: Engine) -> Thing:
    return describe(engine, thing_iri("strategy/a1"), "nb")


def ends(groups: tuple[LinkGroup, ...]) -> dict[str, list[tuple[str, bool]]]:
    return {
        compact(group.property.iri): [(compact(link.end.iri), link.inferred) for link in group.links]
        for group in groups
    }


def test_a_thing_has_a_name_a_kind_and_a_description(a1: Thing) -> None:
    assert (a1.name, str(a1.label), a1.notation) == ("strategy/a1", "Fornybar energi", "A1")
    assert [str(kind) for kind in a1.kinds] == ["Strategi"]
    assert str(a1.description) == "Samarbeid om energi."
    assert [str(basis) for basis in a1.basis] == ["sagt i teksten"]
    assert [str(graph) for graph in a1.graphs] == ["Strategien", "Utledet"]


def test_links_out_tell_what_is_inferred(a1: Thing) -> None:
    assert ends(a1.outgoing) == {
        "sg:noContribution": [("sdg:14", True)],
        "sg:contributesTo": [("sdg:7", True), ("sdg:7.2", True)],
        "sg:partOf": [("plan/p", True)],
        "sg:inFocusArea": [("focus-area/a", False)],
    }


def test_links_in_come_from_the_other_ends(engine: Engine) -> None:
    goal = describe(engine, SDG + "7", "nb")
    assert ends(goal.incoming)["sdgo:isTargetOf"] == [("sdg:7.2", False), ("sdg:7.3", False)]
    assert [str(link.end) for link in goal.incoming[0].links] == [
        "Grønn by",
        "Fornybar energi",
        "Nye virksomheter",
        "Planen",
    ]


def test_words_are_told_in_the_language_of_the_reader_where_there_are_any(engine: Engine) -> None:
    def rationale(language: str) -> list[str]:
        thing = describe(engine, thing_iri("alignment/a1-7-2"), language)
        (group,) = (group for group in thing.outgoing if group.property.iri == PREFIXES["sg"] + "rationale")
        assert group.total == len(group.links)
        return [str(link.end) for link in group.links]

    assert rationale("nb") == ["Teksten nevner fornybar energi."]
    assert rationale("en") == ["The text names renewable energy."]


def test_alignments_carry_their_grounds(a1: Thing) -> None:
    first, second = a1.alignments_from
    assert (str(first.relation), [str(target) for target in first.targets]) == ("bidrar til", ["Mer fornybar energi"])
    assert (first.confidence, str(first.level)) == (Decimal("0.9"), "sterk")
    assert (str(first.basis), str(first.status), str(first.curator)) == ("vurdert", "utkast", "Strategigraf")
    assert (str(first.rationale), first.created) == ("Teksten nevner fornybar energi.", "2026-11-23")
    assert [passage.slug for passage in first.passages] == ["4-a1"]
    assert (str(second.relation), str(second.level)) == ("bidrar ikke til", "tydelig")
    assert a1.alignments_to == ()


def test_alignments_are_told_at_their_other_end_too(engine: Engine) -> None:
    target = describe(engine, SDG + "7.2", "en")
    assert [(str(one.source), str(one.level)) for one in target.alignments_to] == [
        ("Renewable energy", "strong"),
        ("Nye virksomheter", "weak"),
    ]
    assert target.alignments_from == ()


def test_evidence_quotes_the_text_where_it_is_loaded(a1: Thing) -> None:
    (passage,) = a1.evidence
    assert (passage.slug, str(passage.section), passage.start, passage.end) == ("4-a1", "Attraktiv", 100, 150)
    assert str(passage.wording) == "Samarbeide med andre om energi fra sol og vind."


def test_a_passage_is_its_own_evidence(engine: Engine) -> None:
    assert [passage.slug for passage in describe(engine, thing_iri("passage/4-a1")).evidence] == ["4-a1"]


def test_a_label_missing_in_one_language_is_given_in_the_other(engine: Engine) -> None:
    thing = describe(engine, thing_iri("strategy/a2"), "en")
    assert (thing.label.value, thing.label.language) == ("Nye virksomheter", "nb")


def test_a_thing_without_a_label_goes_by_its_short_name(engine: Engine) -> None:
    thing = describe(engine, PREFIXES["sdgo"] + "Target", "nb")
    assert (thing.label.value, thing.label.language) == ("sdgo:Target", "")


def test_a_passage_tells_the_alignments_that_rest_on_it_in_one_place(engine: Engine) -> None:
    passage = describe(engine, thing_iri("passage/4-a1"), "nb")
    told = [compact(one.iri) for one in passage.alignments_on]
    assert told == ["alignment/a1-7-2", "alignment/a1-none", "alignment/a2-7-3"]
    assert (passage.alignments_from, passage.alignments_to, passage.aligned) == ((), (), 3)
    assert ends(passage.incoming) == {"sg:evidence": [("strategy/a1", False)]}
    assert [group.total for group in passage.incoming] == [1]


def test_only_the_surest_alignments_are_told_and_all_are_counted(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg_server.ask.things.MOST_ALIGNMENTS", 1)
    thing = describe(engine, thing_iri("strategy/a1"), "nb")
    assert ([str(one.confidence) for one in thing.alignments_from], thing.aligned) == (["0.9"], 2)


def test_only_the_first_links_of_a_property_are_listed(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg_server.ask.links.MOST_LINKS", 2)
    groups = read_links(engine, SDG + "7", Labels(engine, "nb"), inward=True)
    assert [(len(group.links), group.total) for group in groups] == [(2, 4), (2, 2)]
    assert MOST_LINKS > 2


@pytest.mark.parametrize("thing", [SDG + "7", thing_iri("strategy/a1"), thing_iri("passage/4-a1")])
@pytest.mark.parametrize("inward", [False, True])
def test_many_links_that_the_engine_counts_are_told_as_few_are(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, thing: str, *, inward: bool
) -> None:
    few = read_links(engine, thing, Labels(engine, "nb"), inward=inward)
    monkeypatch.setattr("kg_server.ask.links._MOST_AT_ONCE", 1)
    assert read_links(engine, thing, Labels(engine, "nb"), inward=inward) == few


def test_what_is_not_in_the_graph_is_unknown(engine: Engine) -> None:
    with pytest.raises(UnknownThing, match="strategy/a9"):
        describe(engine, thing_iri("strategy/a9"))
