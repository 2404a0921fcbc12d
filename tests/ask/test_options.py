from __future__ import annotations

from typing import TYPE_CHECKING

from kg_server.ask.options import read_options
from kg_server.ask.params import Param

if TYPE_CHECKING:
    from kg_server.engine.base import Engine


def param(*of: str) -> Param:
    return Param("thing", "iri", "ting", "thing", of=of)


def test_the_things_of_a_class_are_there_to_pick_with_number_and_name(engine: Engine) -> None:
    (group,) = read_options(engine, param("sg:Strategy"), "en")
    assert [(one.value, one.code) for one in group.options][:1] == [("strategy/a1", "A1")]
    assert all(one.label.value for one in group.options)


def test_classes_come_in_the_order_given_and_no_thing_twice(engine: Engine) -> None:
    groups = read_options(engine, param("sdgo:Target", "sdgo:Goal", "sdgo:Target"), "nb")
    values = [one.value for group in groups for one in group.options]
    assert len(values) == len(set(values)) > 1
    assert "." in values[0]


def test_a_parameter_without_classes_has_nothing_to_pick(engine: Engine) -> None:
    assert read_options(engine, param(), "nb") == ()
