from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from kg_server.ask.matrix import Choice, State, make_matrix, opened_things
from tests.ask.networks import iri, network, tie

if TYPE_CHECKING:
    from kg_server.ask.matrix import Cell
    from kg_server.ask.network import Network

PARTS = (tie("target/7.2 sdgo:isTargetOf sdg/7"), tie("target/7.3 sdgo:isTargetOf sdg/7"))
AREA = (tie("strategy/a1 inFocusArea focus-area/a"), tie("strategy/a2 inFocusArea focus-area/a"))


def cell(made: Network, row: str, column: str, choice: Choice | None = None) -> Cell:
    met = make_matrix(made, choice or Choice()).cell(iri(row), iri(column))
    assert met is not None
    return met


def test_a_cell_is_linked_assessed_or_open() -> None:
    made = network(
        tie("strategy/a1 contributesTo sdg/7", "0.9"),
        tie("strategy/a1 noContribution sdg/14", "0.8"),
        lone=("sdg/1",),
    )
    states = [cell(made, "strategy/a1", name).state for name in ("sdg/7", "sdg/14", "sdg/1")]
    assert states == [State.LINKED, State.WITHOUT, State.OPEN]


def test_a_cell_tells_its_surest_link_first() -> None:
    made = network(
        tie("strategy/a1 contributesTo sdg/7", "0.5"), tie("strategy/a1 contributesTo target/7.2", "0.9"), *PARTS
    )
    met = cell(made, "strategy/a1", "sdg/7")
    assert (met.strength, [one.strength for one in met.ties]) == (Decimal("0.9"), [Decimal("0.9"), Decimal("0.5")])


def test_a_link_to_a_part_counts_for_its_whole_only() -> None:
    made = network(tie("strategy/a1 contributesTo target/7.2", "0.9"), *PARTS)
    choice = Choice(opened=frozenset({iri("sdg/7")}))
    assert [column.thing for column in make_matrix(made, choice).columns] == [
        iri("sdg/7"),
        iri("target/7.2"),
        iri("target/7.3"),
    ]
    states = [cell(made, "strategy/a1", name, choice).state for name in ("sdg/7", "target/7.2", "target/7.3")]
    assert states == [State.LINKED, State.LINKED, State.OPEN]


def test_a_finding_for_a_whole_holds_for_its_parts_and_not_the_other_way() -> None:
    choice = Choice(opened=frozenset({iri("sdg/7")}))
    whole = network(tie("strategy/a1 noContribution sdg/7", "0.9"), *PARTS)
    part = network(tie("strategy/a1 noContribution target/7.2", "0.9"), *PARTS)
    assert cell(whole, "strategy/a1", "target/7.2", choice).state is State.WITHOUT
    assert cell(part, "strategy/a1", "sdg/7", choice).state is State.OPEN


def test_a_link_through_a_partner_role_is_one_to_the_partner() -> None:
    made = network(tie("partner-role/uia partner partner/uia"), tie("partner-role/uia supports strategy/a1", "0.7"))
    assert cell(made, "strategy/a1", "partner/uia", Choice(columns="partner")).state is State.LINKED


def test_a_focus_area_is_assessed_when_all_its_strategies_are() -> None:
    choice = Choice(rows="focus-area")
    one = network(tie("strategy/a1 noContribution sdg/7", "0.9"), *AREA)
    both = network(
        tie("strategy/a1 noContribution sdg/7", "0.9"), tie("strategy/a2 noContribution sdg/7", "0.9"), *AREA
    )
    linked = network(
        tie("strategy/a1 noContribution sdg/7", "0.9"), tie("strategy/a2 contributesTo sdg/7", "0.6"), *AREA
    )
    states = [cell(made, "focus-area/a", "sdg/7", choice).state for made in (one, both, linked)]
    assert states == [State.OPEN, State.WITHOUT, State.LINKED]


@pytest.mark.parametrize(
    ("choice", "state"),
    [
        (Choice(least=Decimal("0.6")), State.LINKED),
        (Choice(least=Decimal("0.61")), State.ASIDE),
        (Choice(basis="sg:Judged"), State.LINKED),
        (Choice(basis="sg:Stated"), State.ASIDE),
        (Choice(status="sg:Draft"), State.LINKED),
        (Choice(status="sg:Reviewed"), State.ASIDE),
    ],
)
def test_what_the_filter_leaves_out_is_not_called_unassessed(choice: Choice, state: State) -> None:
    made = network(tie("strategy/a1 contributesTo sdg/7", "0.6"))
    assert cell(made, "strategy/a1", "sdg/7", choice).state is state


def test_a_rejected_link_is_none_unless_asked_for() -> None:
    made = network(tie("strategy/a1 contributesTo sdg/7", "0.6", status="sg:Rejected"))
    assert cell(made, "strategy/a1", "sdg/7").state is State.ASIDE
    assert cell(made, "strategy/a1", "sdg/7", Choice(status="sg:Rejected")).state is State.LINKED


def test_sums_count_parts_in_their_whole() -> None:
    made = network(
        tie("strategy/a1 contributesTo target/7.2", "0.9"),
        tie("strategy/a1 contributesTo target/7.3", "0.9"),
        tie("strategy/a1 noContribution sdg/14", "0.9"),
        *PARTS,
        lone=("sdg/1", "strategy/a2"),
    )
    matrix = make_matrix(made, Choice(opened=frozenset({iri("sdg/7")})))
    first, second = matrix.row_sums
    assert (first.linked, first.links, first.without, first.unknown) == (1, 2, 1, 1)
    assert (second.linked, second.unknown) == (0, 3)
    assert [one.linked for one in matrix.column_sums] == [0, 1, 1, 1, 0]


def test_columns_are_opened_by_notation_or_all_at_once() -> None:
    made = network(*PARTS, lone=("sdg/12",))
    assert opened_things(made, "sdg", ["7", "nothing"]) == {iri("sdg/7")}
    assert opened_things(made, "sdg", ["all"]) == {iri("sdg/7"), iri("sdg/12")}


def test_nothing_meets_outside_the_matrix() -> None:
    assert make_matrix(network(*PARTS), Choice()).cell(iri("strategy/a1"), iri("sdg/7")) is None
