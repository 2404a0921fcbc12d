from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg_server.ask.names import exists, find_property, find_thing
from kg_server.core.errors import BadParameter, UnknownThing
from kg_server.core.namespaces import PREFIXES, thing_iri

if TYPE_CHECKING:
    from kg_server.engine.base import Engine


@pytest.mark.parametrize(
    ("name", "thing"),
    [
        ("strategy/a1", thing_iri("strategy/a1")),
        ("Strategy/A1", thing_iri("strategy/a1")),
        ("<" + thing_iri("strategy/a1") + ">", thing_iri("strategy/a1")),
        ("A1", thing_iri("strategy/a1")),
        ("a1", thing_iri("strategy/a1")),
        ("A.1", thing_iri("goal/a-1")),
        ("A", thing_iri("focus-area/a")),
        ("SDG 7", PREFIXES["sdg"] + "7"),
        ("sdg7.2", PREFIXES["sdg"] + "7.2"),
        ("delmål 7.2", PREFIXES["sdg"] + "7.2"),
        ("7.2", PREFIXES["sdg"] + "7.2"),
        ("sdg:7.2", PREFIXES["sdg"] + "7.2"),
        ("sg:Strategy", PREFIXES["sg"] + "Strategy"),
        ("graph/strategy", "https://w3id.org/strategigraf/graph/strategy"),
        ("  fornybar ENERGI ", thing_iri("strategy/a1")),
        ("Renewable energy", thing_iri("strategy/a1")),
        ("Hamna", thing_iri("city/havn")),
    ],
)
def test_a_thing_is_found_by_each_of_its_names(engine: Engine, name: str, thing: str) -> None:
    assert find_thing(engine, name) == thing


def test_what_the_strategy_states_wins_over_what_is_imported(engine: Engine) -> None:
    assert find_thing(engine, "Havn") == thing_iri("city/havn")


def test_a_name_of_two_things_lists_both(engine: Engine) -> None:
    with pytest.raises(UnknownThing, match=r"Several things .*kommune/7777, kommune/8888"):
        find_thing(engine, "Tvilling")


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("fornybr energi", r"strategy/a1 \(Fornybar energi\)"),
        ("strategy/a7", r"strategy/a1 \(Fornybar energi\)"),
        ("virksom", r"strategy/a2 \(Nye virksomheter\)"),
        ("LÀVUTSLIP", r"goal/a-1 \(Lavutslipp\)"),
    ],
)
def test_an_unknown_name_suggests_what_is_near(engine: Engine, name: str, near: str) -> None:
    with pytest.raises(UnknownThing, match=f"Nothing in the graph .*{near}"):
        find_thing(engine, name)


def test_suggestions_are_five_at_most(engine: Engine) -> None:
    with pytest.raises(UnknownThing) as caught:
        find_thing(engine, "er")
    with pytest.raises(UnknownThing) as many:
        find_thing(engine, "str")
    assert caught.value.values["names"] == ""
    assert 0 < str(many.value.values["names"]).count(";") + 1 <= 5


@pytest.mark.parametrize("name", ['" } ASK {', "strategy/a1> ?p ?o . <x", "http://e/{}", "\\", "", "'''"])
def test_a_hostile_name_is_only_unknown(engine: Engine, name: str) -> None:
    with pytest.raises(UnknownThing):
        find_thing(engine, name)


def test_a_thing_exists_as_subject_or_object(engine: Engine) -> None:
    assert exists(engine, PREFIXES["sdgo"] + "Target")
    assert not exists(engine, thing_iri("strategy/a9"))


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("contributesTo", PREFIXES["sg"] + "contributesTo"),
        ("sg:contributesTo", PREFIXES["sg"] + "contributesTo"),
        ("dcterms:source", PREFIXES["dcterms"] + "source"),
        ("a", PREFIXES["rdf"] + "type"),
        ("http://example.org/p", "http://example.org/p"),
    ],
)
def test_a_property_is_named_with_or_without_a_prefix(name: str, iri: str) -> None:
    assert find_property(name) == iri


def test_what_cannot_be_a_property_is_refused() -> None:
    with pytest.raises(BadParameter, match="not the name of a property"):
        find_property("bidrar til")
