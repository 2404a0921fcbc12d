from __future__ import annotations

import itertools
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from kg_server.ask.traces import End, Search, find_paths
from tests.ask.networks import iri, network, tie

if TYPE_CHECKING:
    from kg_server.ask.network import Network
    from kg_server.ask.traces import Found


def search(made: Network, start: str, goal: str, **wanted: int | str) -> Found:
    ends = [End((iri(name),)) if "/" in name else End(made.by_kind[name], name) for name in (start, goal)]
    return find_paths(made, Search(ends[0], ends[1], **wanted))  # type: ignore[arg-type]


def ways(found: Found) -> list[str]:
    return [" ".join(thing.removeprefix("http://e/") for thing in path.things) for path in found.paths]


def test_the_path_with_the_strongest_weakest_link_comes_first() -> None:
    made = network(
        tie("strategy/a1 contributesTo target/7.2", "0.9"),
        tie("eu-policy/red contributesTo target/7.2", "0.5"),
        tie("strategy/a1 supports theme/energy", "0.7"),
        tie("theme/energy partOf eu-policy/red"),
    )
    found = search(made, "strategy/a1", "eu-policy/red")
    assert ways(found) == ["strategy/a1 theme/energy eu-policy/red", "strategy/a1 target/7.2 eu-policy/red"]
    assert [path.weakest.tie.strength for path in found.paths] == [Decimal("0.7"), Decimal("0.5")]
    assert [path.steps.index(path.weakest) for path in found.paths] == [0, 1]


def test_a_longer_path_of_surer_links_comes_before_a_shorter_one() -> None:
    made = network(
        tie("strategy/a1 supports eu-policy/red", "0.5"),
        tie("strategy/a1 contributesTo target/7.2", "0.6"),
        tie("eu-policy/red contributesTo target/7.2", "0.6"),
    )
    assert ways(search(made, "strategy/a1", "eu-policy/red")) == [
        "strategy/a1 target/7.2 eu-policy/red",
        "strategy/a1 eu-policy/red",
    ]


def test_of_paths_equally_weak_the_shorter_comes_first_then_the_surer() -> None:
    made = network(
        tie("strategy/a1 supports eu-policy/red", "0.6"),
        tie("strategy/a1 contributesTo target/7.2", "0.6"),
        tie("eu-policy/red contributesTo target/7.2", "0.7"),
        tie("strategy/a1 contributesTo target/7.3", "0.6"),
        tie("eu-policy/red contributesTo target/7.3", "0.9"),
    )
    assert ways(search(made, "strategy/a1", "eu-policy/red")) == [
        "strategy/a1 eu-policy/red",
        "strategy/a1 target/7.3 eu-policy/red",
        "strategy/a1 target/7.2 eu-policy/red",
    ]


@pytest.mark.parametrize(
    ("start", "goal", "found"),
    [
        ("strategy/a1", "eu-policy/deal", ["strategy/a1 theme/energy eu-policy/deal"]),
        ("eu-policy/deal", "strategy/a1", ["eu-policy/deal theme/energy strategy/a1"]),
        ("strategy/a2", "theme/energy", []),
        ("theme/energy", "strategy/a2", []),
        ("strategy/a2", "strategy/a1", []),
    ],
)
def test_what_holds_of_a_part_is_carried_to_its_whole_and_never_back(start: str, goal: str, found: list[str]) -> None:
    made = network(
        tie("strategy/a1 supports theme/energy", "0.8"),
        tie("strategy/a2 supports eu-policy/deal", "0.8"),
        tie("theme/energy partOf eu-policy/deal"),
    )
    assert ways(search(made, start, goal)) == found


def test_parts_of_one_whole_are_not_linked_by_it() -> None:
    made = network(tie("strategy/a1 inFocusArea focus-area/a"), tie("strategy/a2 inFocusArea focus-area/a"))
    assert ways(search(made, "strategy/a1", "strategy/a2")) == []
    assert ways(search(made, "focus-area/a", "strategy")) == ["focus-area/a strategy/a1", "focus-area/a strategy/a2"]


def test_no_two_things_of_one_kind_are_met_on_the_way() -> None:
    made = network(
        tie("strategy/a1 contributesTo target/7.2", "0.9"),
        tie("strategy/a2 contributesTo target/7.2", "0.9"),
        tie("strategy/a2 supports eu-policy/red", "0.9"),
        tie("partner-role/uia supports strategy/a1", "0.9"),
        tie("partner-role/uia supports strategy/a2", "0.9"),
    )
    assert ways(search(made, "strategy/a1", "eu-policy/red")) == []
    assert ways(search(made, "strategy/a1", "strategy/a2")) == [
        "strategy/a1 target/7.2 strategy/a2",
        "strategy/a1 partner-role/uia strategy/a2",
    ]


def test_rejected_links_and_findings_of_none_are_not_walked() -> None:
    made = network(
        tie("strategy/a1 contributesTo sdg/7", "0.9", status="sg:Rejected"),
        tie("strategy/a1 noContribution sdg/14", "0.9"),
    )
    assert ways(search(made, "strategy/a1", "sdg")) == []


def test_a_path_may_have_to_pass_a_kind() -> None:
    made = network(
        tie("strategy/a1 supports eu-policy/red", "0.9"),
        tie("strategy/a1 contributesTo target/7.2", "0.6"),
        tie("eu-policy/red contributesTo target/7.2", "0.6"),
    )
    assert ways(search(made, "strategy/a1", "eu-policy", via="target")) == ["strategy/a1 target/7.2 eu-policy/red"]


def test_a_search_is_bounded_and_says_so() -> None:
    ties = [tie(f"strategy/a1 contributesTo target/7.{number}", "0.5") for number in range(9)]
    made = network(*ties, *(tie(f"eu-policy/red contributesTo target/7.{number}", "0.5") for number in range(9)))
    cut, whole = (search(made, "strategy/a1", "eu-policy", most=most) for most in (8, 9))
    assert (len(cut.paths), cut.more, len(whole.paths), whole.more) == (8, True, 9, False)
    assert search(made, "strategy/a1", "eu-policy", longest=1).paths == ()


def test_a_search_that_finds_no_end_gives_up() -> None:
    names = ("challenge", "trend", "goal", "target", "programme")
    layers = [[f"{name}/{number}" for number in range(14)] for name in names]
    made = network(
        *(tie(f"strategy/a1 respondsTo {first}", "0.5") for first in layers[0]),
        *(
            tie(f"{one} respondsTo {other}", "0.5")
            for before, after in itertools.pairwise(layers)
            for one in before
            for other in after
        ),
        *(tie(f"{last} supports project/x", "0.5") for last in layers[-1]),
    )
    found = search(made, "strategy/a1", "project/x", via="city", longest=6)
    assert (found.paths, found.gave_up) == ((), True)
