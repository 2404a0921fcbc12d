from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from bench.check import unfounded, violations
from bench.generate import NTRIPLES, facts, write
from bench.shared import read_shared
from kg_server.build.record import load_build
from kg_server.core.layout import DATASET
from kg_server.core.settings import read_settings
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from bench.shared import Shared


@pytest.fixture(scope="module")
def shared() -> Shared:
    return read_shared(ROOT)


def test_all_municipalities_are_there(shared: Shared) -> None:
    assert len(shared.municipalities) == 357
    assert (len(shared.goals), len(shared.targets)) == (17, 169)


@pytest.mark.parametrize("size", [10_000, 60_000])
def test_a_graph_has_the_size_asked_for_and_no_fact_twice(shared: Shared, size: int) -> None:
    triples = [fact[1:] for fact in facts(shared, size)]

    assert abs(len(triples) - size) <= size * 0.02
    assert len(set(triples)) == len(triples)


def test_the_same_seed_gives_the_same_graph_and_another_seed_another(shared: Shared) -> None:
    first, second, other = (list(facts(shared, 10_000, seed)) for seed in (1, 1, 2))

    assert first == second
    assert first != other


def test_the_project_read_twice_gives_the_same_graph(shared: Shared) -> None:
    again = read_shared(ROOT)

    assert list(facts(again, 10_000)) == list(facts(shared, 10_000))


def test_a_larger_graph_holds_the_plans_of_a_smaller_one(shared: Shared) -> None:
    small = {fact for fact in facts(shared, 10_000) if fact[0] in ("strategy", "alignments")}

    assert small < set(facts(shared, 20_000))


def test_a_graph_breaks_none_of_the_shapes(shared: Shared) -> None:
    assert violations(shared, 10_000) == []


def test_what_a_graph_gives_as_inferred_follows_from_the_rules(shared: Shared) -> None:
    assert unfounded(shared, 10_000) == set()


def test_a_store_holds_the_merge_and_every_named_graph(shared: Shared, tmp_path: Path) -> None:
    made = load_build(read_settings(store_dir=write(tmp_path, shared, 10_000)))
    store = ox.Store()
    store.load(path=made.folder / DATASET)
    merged = {quad.triple for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())}
    named = {quad.triple for quad in store if not isinstance(quad.graph_name, ox.DefaultGraph)}

    assert merged == named
    assert len(merged) == made.record["merged"]
    assert len({quad.triple for quad in ox.parse(path=tmp_path / NTRIPLES)}) == len(merged)


def test_two_stores_of_one_size_have_the_same_bytes(shared: Shared, tmp_path: Path) -> None:
    first, second = (
        load_build(read_settings(store_dir=write(tmp_path / name, shared, 10_000))) for name in ("one", "two")
    )

    assert first.digest == second.digest
    assert (first.folder / DATASET).read_bytes() == (second.folder / DATASET).read_bytes()
