"""A store on disk holds the limits and the promises of one in memory; what it answers, `test_contract.py` tells."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg_server.build.store import point_to
from kg_server.core.errors import EngineError, QueryTimeout, QueryTooLarge
from kg_server.core.layout import DATASET, STORE
from kg_server.core.settings import Settings, read_settings
from kg_server.engine.base import Question
from kg_server.engine.disk import DiskDatasets, lay_out
from kg_server.engine.embedded import EmbeddedEngine
from kg_server.engine.results import ask
from tests.engine.conftest import TRIG, quads
from tests.engine.stores import write_build, write_store
from tests.engine.test_builds import wait_for
from tests.engine.test_embedded import LARGE, LONG, SLOW, count
from tests.engine.test_workers import children, parent_of, wait_until_gone
from tests.serving import fetch, serving

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    store = write_store(tmp_path / "build", TRIG, extra=quads(1500))
    lay_out(store / "current" / DATASET, on_disk=True)
    return read_settings(store_dir=store, query_seconds=5, query_megabytes=64, workers=1)


@pytest.fixture
def engine(settings: Settings) -> Iterator[EmbeddedEngine]:
    with EmbeddedEngine(settings) as opened:
        yield opened


def opened(pid: int) -> set[str]:
    return {str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir()}


def test_workers_read_from_disk_and_the_parent_holds_nothing(engine: EmbeddedEngine, settings: Settings) -> None:
    parent = parent_of(engine)
    (worker,) = children(parent)
    store = str((settings.store / "current").resolve() / STORE)
    assert any(name.startswith(store) for name in opened(worker))
    assert not any(name.startswith(store) for name in opened(parent))
    assert len(list(Path(f"/proc/{parent}/task").iterdir())) == 1


def test_a_worker_can_open_nothing_once_every_file_of_the_store_is_open(engine: EmbeddedEngine) -> None:
    (worker,) = children(parent_of(engine))
    limits = Path(f"/proc/{worker}/limits").read_text(encoding="ascii")
    (most,) = [line.split()[3:5] for line in limits.splitlines() if line.startswith("Max open files")]
    assert most == ["0", "0"]


def test_files_of_the_store_that_are_not_open_yet_can_be_opened(settings: Settings) -> None:
    folder = (settings.store / "current").resolve() / STORE
    datasets = DiskDatasets(folder)
    for name in ("999998.sst", "999999.sst"):
        (folder / name).touch()
    datasets.open()
    descriptors = [int(path.name) for path in Path("/proc/self/fd").iterdir()]
    assert datasets.descriptors >= max(descriptors) + 2


def test_a_slow_query_is_stopped_in_time_and_its_worker_is_gone(engine: EmbeddedEngine) -> None:
    (worker,) = children(parent_of(engine))
    started = time.monotonic()
    with pytest.raises(QueryTimeout):
        engine.answer(Question(SLOW, seconds=0.3))
    assert 0.29 < time.monotonic() - started < 0.6
    assert wait_until_gone(worker)
    assert ask(engine, "ASK {}")


def test_a_query_that_wants_too_much_memory_is_stopped(engine: EmbeddedEngine) -> None:
    with pytest.raises(QueryTooLarge, match="64 megabytes"):
        engine.answer(Question(LARGE))
    assert ask(engine, "ASK {}")


def test_a_long_answer_streams_and_leaving_it_frees_the_worker(engine: EmbeddedEngine) -> None:
    with engine.answer(Question(LONG)) as answer:
        assert len(next(answer.body)) == 65536
    assert ask(engine, "ASK {}")


def test_graphs_are_merged_for_one_query_alone(engine: EmbeddedEngine) -> None:
    everywhere = Question("SELECT (COUNT(*) AS ?n) { GRAPH ?g { <http://e/a> <http://e/p> ?o } }")
    clause = "FROM e:g1 FROM e:g2 FROM NAMED e:g2"
    merged = Question(f"PREFIX e: <http://e/> SELECT (COUNT(*) AS ?n) {clause} {{ ?s ?p ?o }}")
    both = Question(
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", default_graphs=("http://e/g1", "http://e/g2", "http://e/g1")
    )
    assert [count(engine, question) for question in (everywhere, merged, both, everywhere)] == [3, 3, 3, 3]


def test_a_store_on_disk_takes_over_from_one_in_memory_and_back(tmp_path: Path) -> None:
    store = write_store(tmp_path / "build", "<http://e/a> <http://e/version> 1 .", digest="build1")
    with EmbeddedEngine(read_settings(store_dir=store)) as engine:
        write_build(store, "<http://e/a> <http://e/version> 2 .", digest="build2")
        lay_out(store / "build2" / DATASET, on_disk=True)
        for digest, version in (("build2", 2), ("build1", 1)):
            point_to(store, digest)
            assert wait_for(engine, digest)
            assert ask(engine, f"ASK {{ <http://e/a> <http://e/version> {version} }}")


def test_a_store_that_cannot_be_opened_is_told_of_at_the_start(settings: Settings) -> None:
    (settings.store / "current" / STORE / "CURRENT").unlink()
    with pytest.raises(EngineError, match="the store on disk cannot be opened"):
        EmbeddedEngine(settings)


def test_blank_nodes_have_the_names_they_have_in_memory(engine: EmbeddedEngine, settings: Settings) -> None:
    query = "SELECT DISTINCT ?x { ?x ?p ?o FILTER(ISBLANK(?x)) }"
    told = []
    with EmbeddedEngine(_in_memory(settings)) as other:
        for one in (engine, other):
            with one.answer(Question(query)) as answer:
                told.append(json.loads(b"".join(answer.body))["results"]["bindings"])
    assert told[0] == told[1] != []


def _in_memory(settings: Settings) -> Settings:
    """The same build without its store on disk."""
    other = settings.store.parent / "other"
    (other / "current").mkdir(parents=True)
    (other / "current" / DATASET).write_bytes((settings.store / "current" / DATASET).read_bytes())
    return settings.model_copy(update={"store_dir": other})


@pytest.mark.parametrize(("most", "is_on_disk"), [(2, True), (3, False)])
def test_files_with_more_triples_than_memory_takes_are_read_from_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, *, is_on_disk: bool
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    file = tmp_path / "three.ttl"
    file.write_text("<http://e/a> <http://e/b> 1, 2, 3 .\n", encoding="utf-8")
    with serving("--data", file, memory_triples=str(most)) as address:
        found = list(tmp_path.glob(f"kg-data-*/current/{STORE}"))
        reply = fetch(f"{address}sparql?query=SELECT%20%2A%20%7B%3Fs%20%3Fp%20%3Fo%7D", {"Accept": "text/csv"})
    assert len(reply.body.splitlines()) == 4
    assert bool(found) == is_on_disk
