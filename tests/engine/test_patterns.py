"""Patterns made at random, always the same: what a group means does not depend on what stands around it."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from kg_server.core.errors import QueryRefused
from kg_server.core.settings import read_settings
from kg_server.engine.embedded import EmbeddedEngine
from kg_server.engine.results import read_rows
from tests.engine.stores import write_build

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

P = "PREFIX : <http://e/> "
GRAPHS = (":g1", ":g2", ":g3")
DATA = P + (
    ":a :p :b ; :q 7 . GRAPH :g1 { :a :p :b ; :q 1 . :b :p :g2 } "
    "GRAPH :g2 { :a :p :b . :z :r :a . :g2 :p :g1 } GRAPH :g3 { :a :q 2 }"
)
PARTS = (
    *("{triple}", "{triple}", "{triple}", "OPTIONAL {{ {group} }}", "{{ {group} }} UNION {{ {group} }}"),
    *("MINUS {{ {triple} {group} }}", "FILTER EXISTS {{ {triple} }}", "FILTER NOT EXISTS {{ {triple} {triple} }}"),
    *("VALUES ?x {{ 1 :a }}", "{{ SELECT ?s ?o {{ {group} }} }}", "{{ SELECT (COUNT(*) AS ?n) {{ {group} }} }}"),
    *("FILTER(BOUND(?x))", "{{ {group} }}"),
)
Solutions = Counter[tuple[tuple[str, str], ...]]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedEngine]:
    folder = tmp_path_factory.mktemp("patterns")
    write_build(folder, DATA, digest="patterns")
    (folder / "current").symlink_to("patterns")
    with EmbeddedEngine(read_settings(store_dir=folder, workers=1)) as opened:
        yield opened


def made(chance: random.Random, depth: int) -> str:
    """A group of one to three parts, each of which may hold groups less deep."""
    parts = (chance.choice(PARTS) if depth else "{triple}" for _ in range(chance.randint(1, 3)))
    return " ".join(
        part.replace("{triple}", triple(chance), 1).format(
            group=made(chance, depth - 1) if depth else "", triple=triple(chance)
        )
        for part in parts
    )


def triple(chance: random.Random) -> str:
    subject, verb = chance.choice(("?s", "?o", "?x", ":a")), chance.choice(("?p", ":p", ":q", ":p+", ":r"))
    return f"{subject} {verb} {chance.choice(('?s', '?o', '?x', '?y', ':b', '?g'))} ."


def solutions(engine: EmbeddedEngine, pattern: str) -> Solutions:
    rows = read_rows(engine, f"{P}SELECT * {{ {pattern} }}").rows
    return Counter(tuple(sorted((name, term.value) for name, term in row.items())) for row in rows)


def joined(left: Solutions, right: Solutions) -> Solutions:
    """What two groups side by side mean."""
    found: Solutions = Counter()
    for one, times in left.items():
        for other, more in right.items():
            if all(dict(one).get(name, value) == value for name, value in other):
                found[tuple(sorted(dict(one + other).items()))] += times * more
    return found


@pytest.mark.parametrize("seed", range(150))
def test_any_graph_is_each_graph(engine: EmbeddedEngine, seed: int) -> None:
    group = made(random.Random(seed), 2)
    each: Solutions = Counter()
    for graph in GRAPHS:
        named = solutions(engine, f"VALUES ?g {{ {graph} }}")
        each += joined(named, solutions(engine, f"GRAPH {graph} {{ {group} }}"))
    assert solutions(engine, f"GRAPH ?g {{ {group} }}") == each


@pytest.mark.parametrize("seed", range(150))
def test_a_group_means_the_same_wherever_it_stands(engine: EmbeddedEngine, seed: int) -> None:
    chance = random.Random(seed)
    outer, group = triple(chance), made(chance, 2)
    apart = joined(solutions(engine, outer), solutions(engine, group))
    assert solutions(engine, f"{outer} {{ {group} }}") == apart


def test_too_many_graphs_to_ask_each_are_a_refusal(tmp_path: Path) -> None:
    write_build(
        tmp_path, "".join(f"GRAPH <http://e/{n}> {{ <http://e/a> <http://e/b> {n} }}" for n in range(1001)), digest="m"
    )
    (tmp_path / "current").symlink_to("m")
    with EmbeddedEngine(read_settings(store_dir=tmp_path, workers=1)) as engine:
        with pytest.raises(QueryRefused, match="too many graphs"):
            solutions(engine, "GRAPH ?g { VALUES ?x { 1 } }")
        assert len(solutions(engine, "GRAPH ?g { ?s ?p ?o }")) == 1001
