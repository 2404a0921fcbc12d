from __future__ import annotations

import pyoxigraph as ox
import pytest

from tests.w3c.answers import Table, read_result
from tests.w3c.manifests import OWN

A, B, ONE = ox.BlankNode("a"), ox.BlankNode("b"), ox.Literal(1)
X, Y = ox.NamedNode("http://e/x"), ox.NamedNode("http://e/y")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ([{"a": X}, {"a": Y}], [{"a": Y}, {"a": X}]),
        ([{"a": A, "b": A}], [{"a": B, "b": B}]),
        ([{"a": A}, {"a": B}], [{"a": B}, {"a": A}]),
        ([{"a": X, "b": None}], [{"a": X}]),
        ([{"a": ONE}], [{"a": ox.Literal("01", datatype=ONE.datatype)}]),
    ],
)
def test_tables_that_say_the_same_are_equal(left: list[object], right: list[object]) -> None:
    assert Table(left) == Table(right)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ([{"a": X}], [{"a": X}, {"a": X}]),
        ([{"a": A, "b": A}], [{"a": A, "b": B}]),
        ([{"a": A}], [{"a": X}]),
        ([{"a": A}, {"a": A}], [{"a": A}, {"a": B}]),
        ([{"a": ONE}], [{"a": ox.Literal("1")}]),
        ([{"a": X}], [{"b": X}]),
    ],
)
def test_tables_that_do_not_are_not(left: list[object], right: list[object]) -> None:
    assert Table(left) != Table(right)  # type: ignore[arg-type]


def test_an_ordered_table_tells_its_order() -> None:
    rows = [{"a": X}, {"a": Y}]
    assert Table(rows, is_ordered=True) != Table(rows[::-1])
    assert Table([{"a": A}, {"a": X}], is_ordered=True) != Table([{"a": X}, {"a": B}])


def test_the_same_result_is_read_of_every_format() -> None:
    tables = [read_result(OWN / f"nodes{end}") for end in (".srx", ".tsv", ".csv", "-table.ttl")]
    assert all(table == tables[0] for table in tables)
    assert read_result(OWN / "ask.srx") is read_result(OWN / "ask-table.ttl") is False
