from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from kg_server.ask.neighbours import Neighbour, neighbours_of
from kg_server.ask.things import describe
from kg_server.core.namespaces import BASE, PREFIXES, compact, thing_iri

if TYPE_CHECKING:
    import pytest

    from kg_server.engine.base import Engine

SDG = PREFIXES["sdg"]


def around(engine: Engine, thing: str, most: int = 12) -> list[tuple[str, str, Neighbour]]:
    found = neighbours_of(describe(engine, thing), BASE, most)
    return [(compact(one.relation.iri), compact(one.end.iri), one) for one in found]


def test_a_judged_link_stands_with_its_confidence_and_not_once_more_as_derived(engine: Engine) -> None:
    told = [one for relation, end, one in around(engine, thing_iri("strategy/a1")) if end == "sdg:7.2"]
    assert [(one.confidence, one.is_derived, one.comes_here) for one in told] == [(Decimal("0.9"), False, False)]


def test_what_makes_no_contribution_is_no_neighbour(engine: Engine) -> None:
    assert "sdg:14" not in [end for _, end, _ in around(engine, thing_iri("strategy/a1"))]
    assert "strategy/a1" not in [end for _, end, _ in around(engine, SDG + "14")]


def test_what_points_here_comes_first(engine: Engine) -> None:
    sides = [one.comes_here for _, _, one in around(engine, SDG + "7.2")]
    assert sides == sorted(sides, reverse=True)
    assert {True, False} == set(sides)


def test_every_relation_gets_its_turn_before_one_has_two(engine: Engine) -> None:
    relations = [relation for relation, _, _ in around(engine, thing_iri("strategy/a1"), 3)]
    assert relations == ["sg:contributesTo", "sg:inFocusArea", "sg:partOf"]


def test_derived_links_come_last(engine: Engine) -> None:
    assert [one.is_derived for _, _, one in around(engine, thing_iri("strategy/a1"), 2)] == [False, False]
    assert any(one.is_derived for _, _, one in around(engine, thing_iri("strategy/a1")))


def test_a_common_relation_leaves_room_for_what_is_derived(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    goal = SDG + "7"
    assert {relation for relation, _, _ in around(engine, goal, 2)} == {"sdgo:isTargetOf"}
    monkeypatch.setattr("kg_server.ask.neighbours._MOST_OF_ONE", 1)
    assert {relation for relation, _, _ in around(engine, goal, 2)} == {"sdgo:isTargetOf", "sg:contributesTo"}
