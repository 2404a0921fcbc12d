"""
Graphs of any size with plans for the municipalities of a whole country, always the same for the same size and seed.

`python -m bench.generate 100000 FOLDER` writes a store that `kg serve` takes, and the merged graph as `graph.nt`. A
graph too large for memory is laid out on disk too, as `kg build` would.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections import Counter
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import click

from bench.figures import observation, units
from bench.plans import Plan
from bench.shared import read_shared
from kg_server import __version__
from kg_server.build.record import CURRENT, RECORD, RULES
from kg_server.core.layout import DATASET
from kg_server.core.namespaces import BASE, graph_iri
from kg_server.core.settings import read_settings
from kg_server.engine.disk import lay_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.shared import Fact, Shared

NTRIPLES = "graph.nt"
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
SEED = 20_261_123
_PROJECT = Path(__file__).resolve().parents[1]
_EPOCH = "2026-01-01T00:00:00+00:00"


def facts(shared: Shared, size: int, seed: int = SEED) -> Iterator[Fact]:
    """
    About `size` facts, each once: the shared ones, then plan after plan, then figures to fill up what is left.

    Only one plan at a time is held in memory.
    """
    begin = [*shared.facts, *units()]
    yield from begin
    left = size - len(begin)
    for number in itertools.count():
        plan = list(Plan(shared, number, seed).facts())
        if len(plan) > left:
            break
        yield from plan
        left -= len(plan)
    random = Random(f"{seed}/fill")  # noqa: S311 - chance that repeats itself is the point
    for number in itertools.count():
        figure = list(observation(shared, f"fill-{number}", random))
        if len(figure) > left:
            break
        yield from figure
        left -= len(figure)


def write(folder: Path, shared: Shared, size: int, seed: int = SEED) -> Path:
    """The store with the graph, in the layout of a build: the merge as default graph, then every named graph."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / DATASET
    triples: Counter[str] = Counter()
    digest = hashlib.sha256()
    with unfinished.open("wb") as quads, (folder / NTRIPLES).open("wb") as merged:
        for _, subject, predicate, value in facts(shared, size, seed):
            line = f"{subject} {predicate} {value} .\n".encode()
            quads.write(line)
            merged.write(line)
        for graph, subject, predicate, value in facts(shared, size, seed):
            triples[graph] += 1
            line = f"{subject} {predicate} {value} <{graph_iri(graph)}> .\n".encode()
            digest.update(line)
            quads.write(line)
    return _seal(folder, unfinished, digest.hexdigest(), triples)


def _seal(folder: Path, unfinished: Path, digest: str, triples: Counter[str]) -> Path:
    store = folder / "store"
    home = store / digest
    home.mkdir(parents=True, exist_ok=True)
    unfinished.replace(home / DATASET)
    record = {
        "digest": digest,
        "fingerprint": "",
        "built_at": _EPOCH,
        "base": BASE,
        "versions": {"strategigraf": __version__},
        "triples": dict(sorted(triples.items())),
        "merged": triples.total(),
        "things": 0,
        "derived": {},
        "findings": [],
    }
    (home / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    (home / RULES).write_text("[]\n", encoding="utf-8")
    current = store / CURRENT
    current.unlink(missing_ok=True)
    current.symlink_to(digest, target_is_directory=True)
    return store


@click.command()
@click.argument("size", type=click.IntRange(min=10_000))
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--seed", default=SEED, show_default=True, help="Another seed gives another country.")
def main(size: int, folder: Path, seed: int) -> None:
    """Write a graph of SIZE triples to FOLDER."""
    store = write(folder, read_shared(_PROJECT), size, seed)
    lay_out(store / CURRENT / DATASET, on_disk=size > read_settings().memory_triples)
    click.echo(store)


if __name__ == "__main__":
    main()
