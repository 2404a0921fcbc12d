"""
Measures our service and its peers side by side, and tells the results as JSON and as Markdown.

`python -m bench.run --sizes 10000,100000 --write` renews the tables of `docs/benchmarks.md`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import math
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

from bench.generate import NTRIPLES, write
from bench.inside import InProcess, Inside, InWorker
from bench.measure import all_queries, beside_runaways, in_order, latency, not_modified, throughput
from bench.peers import DEADLINE_SECONDS, Ours, Oxigraph, Peer, RdflibEndpoint, Unavailable
from bench.report import machine, markdown, put
from bench.shared import read_shared
from bench.statistics import median
from bench.virtuoso import OverVirtuoso, Virtuoso
from kg_server.build.record import CURRENT
from kg_server.core.layout import DATASET

_PROJECT = Path(__file__).resolve().parents[1]
_QUERIES = Path(__file__).resolve().parent / "queries"
_DOCUMENT = _PROJECT / "docs" / "benchmarks.md"
_TURNS = 3
_STARTS = 5
_SLOW_SECONDS = 5
_LATENCY, _CACHED = "latency", "cached"
_ANY = "SELECT * WHERE { ?s ?p ?o } LIMIT 1"
PEERS: dict[str, type[Peer]] = {
    "strategigraf": Ours,
    "oxigraph": Oxigraph,
    "rdflib-endpoint": RdflibEndpoint,
    "virtuoso": Virtuoso,
    "strategigraf-virtuoso": OverVirtuoso,
    "engine": Inside,
    "worker": InWorker,
    "pyoxigraph": InProcess,
}
"""Every peer by its word on the command line; the last three run without HTTP."""


@dataclasses.dataclass(frozen=True)
class Plan:
    """How much is measured: runs and seconds for each query, seconds of throughput, and who."""

    peers: tuple[str, ...] = tuple(PEERS)
    runs: int = 60
    budget: float = 2.0
    seconds: int = 3
    runaways: bool = True


def measure(folder: Path, plan: Plan, scratch: Path) -> dict[str, dict[str, Any]]:
    """What was measured of each peer on the graph in the folder; a peer that fails says why under `problem`."""
    queries = all_queries(_QUERIES)
    runaway = queries.pop("runaway")
    results: dict[str, dict[str, Any]] = {name: {} for name in plan.peers}
    peers: dict[str, Peer] = {}
    try:
        for name in plan.peers:
            _start(peers, name, folder, scratch, results[name], queries["lookup"])
        for query in in_order(list(queries)):
            for turn in range(_TURNS):
                for name, peer in peers.items():
                    _ask(peer, query, queries[query], plan, results[name], turn)
        for name, peer in reversed(peers.items()):  # who needs another peer comes before that one is ended
            if peer.server is not None:
                _load(peer, queries, runaway, plan, results[name])
    finally:
        for peer in peers.values():
            peer.stop()
    return results


def _start(  # noqa: PLR0913, PLR0917 - what it takes to start a peer and to note how that went
    peers: dict[str, Peer], name: str, folder: Path, scratch: Path, result: dict[str, Any], lookup: str
) -> None:
    tell(f"  {name}: start")
    peer = PEERS[name](folder, scratch / name)
    try:
        peer.make_ready()
        result["start"] = peer.start(lookup)
    except Unavailable as exc:
        result["problem"] = str(exc)
        return
    peers[name] = peer
    result.update(
        version=peer.version,
        deadline=peer.deadline,
        load=peer.load_seconds,
        latency={},
        cached={},
        throughput={},
        cached_throughput={},
    )
    if peer.server is not None:
        result["idle_megabytes"] = peer.server.megabytes()


def _ask(  # noqa: PLR0913, PLR0917 - a query, who is asked, how often, and where the answer is noted
    peer: Peer, name: str, query: str, plan: Plan, result: dict[str, Any], turn: int
) -> None:
    """Measure one turn of a query, one alone of a slow one; who froze over it is started anew for the next query."""
    for key, share in ((_LATENCY, 1.0), (_CACHED, 0.5)):
        before = result[key].get(name)
        if (
            (turn and not before)
            or (before and (before["problem"] or before["median"] > _SLOW_SECONDS))
            or (key == _CACHED and peer.server is None)
        ):
            return
        tell(f"  {peer.name}: {name}, {key}, {turn + 1} of {_TURNS}")
        measured = latency(
            peer,
            query,
            runs=math.ceil(plan.runs / _TURNS),
            budget=plan.budget * share / _TURNS,
            is_cached=key == _CACHED,
        )
        measured.seconds += before["seconds"] if before else []
        result[key][name] = dataclasses.asdict(measured) | {"median": measured.median}
        if measured.problem.startswith(">") and peer.server is not None:
            _start_again(peer)
            return


def _start_again(peer: Peer) -> None:
    peer.stop()
    peer.start(_ANY)


def _load(peer: Peer, queries: dict[str, str], runaway: str, plan: Plan, result: dict[str, Any]) -> None:
    """Measure what a peer stands; the runaways come last, and then it is ended."""
    if peer.server is None:
        return
    result["not_modified"] = not_modified(peer, queries["lookup"], plan.runs)
    for name in ("lookup", "entity-page"):
        tell(f"  {peer.name}: {name}, eight connections")
        for key, is_cached in (("throughput", False), ("cached_throughput", True)):
            counted = throughput(peer, queries[name], seconds=plan.seconds, is_cached=is_cached)
            result[key][name] = dataclasses.asdict(counted) if counted else None
    result["busy_megabytes"] = peer.server.megabytes()
    if plan.runaways:
        tell(f"  {peer.name}: runaways")
        beside = beside_runaways(peer, queries["lookup"], runaway)
        result["beside"] = {
            "p99": beside.p99,
            "failed": beside.failed,
            "asked": len(beside.seconds),
            "ends": beside.ends,
        }
    peer.stop()


def real_graph(scratch: Path) -> dict[str, Any]:
    """How our service starts on the project's own graph, and how much memory it then takes; empty without a build."""
    store = _PROJECT / "build"
    if not (store / CURRENT / DATASET).is_file():
        return {}
    scratch.mkdir(parents=True)
    (scratch / "store").symlink_to(store, target_is_directory=True)
    peer = Ours(scratch, scratch / "run")
    starts, megabytes = [], None
    for _ in range(_STARTS):
        try:
            starts.append(peer.start(_ANY))
            megabytes = peer.server.megabytes() if peer.server else None
        finally:
            peer.stop()
    return {"start": median(starts), "idle_megabytes": megabytes}


def prepare(size: int, folder: Path, *, keeps: bool) -> Path:
    """The folder with the graph of that size, made anew to fit the project's text unless one is to be kept."""
    home = folder / str(size)
    if not (keeps and (home / "store" / CURRENT).exists()):
        shutil.rmtree(home, ignore_errors=True)
        write(home, read_shared(_PROJECT), size)
    return home


def tell(text: str) -> None:
    """A line of progress."""
    sys.stderr.write(f"{text}\n")


@click.command()
@click.option("--sizes", default="100000", show_default=True, help="Sizes in triples, with commas between.")
@click.option("--peers", default=",".join(PEERS), show_default=True, help="Who is measured, with commas between.")
@click.option("--runs", default=60, show_default=True, help="Runs of each query at most.")
@click.option("--seconds", default=3, show_default=True, help="Seconds of throughput for each query.")
@click.option("--deadline", default=DEADLINE_SECONDS, show_default=True, help="Seconds our service gives a query.")
@click.option(
    "--keep", "keeps", is_flag=True, help="Use graphs, and what peers loaded of them, as earlier runs left them."
)
@click.option("--no-runaways", is_flag=True, help="Leave out the runaways.")
@click.option("--set", "given", multiple=True, metavar="KG_X=Y", help="A setting of our service; may be repeated.")
@click.option(
    "--graphs", default=_PROJECT / "build" / "bench", type=click.Path(path_type=Path), help="Where graphs go."
)
@click.option("--json", "path", type=click.Path(path_type=Path), help="Write everything measured there.")
@click.option("--write", "writes", is_flag=True, help="Renew the tables in docs/benchmarks.md.")
def main(  # noqa: PLR0913 - one parameter for each option
    *,
    sizes: str,
    peers: str,
    runs: int,
    seconds: int,
    deadline: int,
    keeps: bool,
    no_runaways: bool,
    given: tuple[str, ...],
    graphs: Path,
    path: Path | None,
    writes: bool,
) -> None:
    """Measure, and print the tables."""
    unknown = set(peers.split(",")) - set(PEERS)
    if unknown:
        raise click.BadParameter(f"unknown: {', '.join(sorted(unknown))}", param_hint="--peers")
    Peer.deadline = deadline
    Ours.settings.update(dict(item.split("=", 1) for item in given))
    plan = Plan(tuple(peers.split(",")), runs, seconds=seconds, runaways=not no_runaways)
    measured: dict[str, Any] = {"machine": machine(), "settings": dict(Ours.settings), "sizes": {}}
    for size in (int(text) for text in sizes.split(",")):
        tell(f"{size} triples")
        home = prepare(size, graphs, keeps=keeps)
        measured["sizes"][size] = {"bytes": (home / NTRIPLES).stat().st_size}
        with contextlib.ExitStack() as stack:
            loaded = home / "loaded" if keeps else Path(stack.enter_context(tempfile.TemporaryDirectory()))
            measured["sizes"][size]["peers"] = measure(home, plan, loaded)
    with tempfile.TemporaryDirectory() as scratch:
        measured["real"] = real_graph(Path(scratch) / "real")
    if path is not None:
        path.write_text(json.dumps(measured, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    tables = markdown(measured)
    click.echo(tables)
    if writes:
        put(_DOCUMENT, tables)


if __name__ == "__main__":
    main()
