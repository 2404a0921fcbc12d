from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from kg_server.ask.matrix import Choice, State, make_matrix
from kg_server.ask.network_source import read_network
from kg_server.build.pipeline import build
from kg_server.core.namespaces import BASE, PREFIXES, compact, thing_iri
from kg_server.engine.opening import open_engine
from tests.build.projects import copy_mini, settings_of

if TYPE_CHECKING:
    from kg_server.ask.network import Network
    from kg_server.engine.base import Engine

SDG = PREFIXES["sdg"]


@pytest.fixture(scope="module")
def mini(engine: Engine) -> Network:
    return read_network(engine, BASE)


def test_judged_links_carry_their_grades(mini: Network) -> None:
    (link,) = (tie for tie in mini.ties if tie.alignment.endswith("alignment/a1-7-2"))
    assert (compact(link.source), link.relation, compact(link.target)) == ("strategy/a1", "sg:contributesTo", "sdg:7.2")
    assert (link.basis, link.status, link.strength) == ("sg:Judged", "sg:Draft", Decimal("0.9"))


def test_plain_links_are_as_sure_as_can_be(mini: Network) -> None:
    (link,) = (tie for tie in mini.ties if tie.source == thing_iri("strategy/a1") and not tie.alignment)
    assert (link.relation, link.basis, link.strength, link.status) == ("sg:inFocusArea", "sg:Stated", Decimal(1), "")


def test_what_is_rejected_or_denied_is_read_but_not_walked(mini: Network) -> None:
    idle = {compact(tie.alignment) for tie in mini.ties if not tie.holds}
    assert idle == {"alignment/a1-none", "alignment/a2-rejected"}
    walked = {compact(step.end) for step in mini.steps[thing_iri("strategy/a2")]}
    assert walked == {"sdg:7.3", "focus-area/a"}


def test_things_are_known_by_kind_and_by_name(mini: Network) -> None:
    assert [compact(thing) for thing in mini.by_kind["strategy"]] == ["strategy/a1", "strategy/a2"]
    assert mini.by_name["a1"] == mini.by_name["renewable energy"] == (thing_iri("strategy/a1"),)
    assert str(mini.name(thing_iri("strategy/a1"), "nb")) == "Fornybar energi"
    assert str(mini.word("sg:contributesTo", "en")) == "contributes to"


def test_a_project_of_another_make_has_its_matrix_too(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = settings_of(copy_mini(tmp_path_factory.mktemp("lillevik") / "project"))
    build(settings)
    with open_engine(settings) as engine:
        lillevik = read_network(engine, BASE)
    matrix = make_matrix(lillevik, Choice())
    marks = {
        (compact(row), compact(column.thing)): cell.state
        for row, line in zip(matrix.rows, matrix.cells, strict=True)
        for column, cell in zip(matrix.columns, line, strict=True)
    }
    assert marks["strategy/a1", "sdg:17"] is State.ASIDE
    assert marks["strategy/a2", "sdg:7"] is marks["strategy/a2", "sdg:17"] is State.WITHOUT
