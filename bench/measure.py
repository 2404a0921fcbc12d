"""What is measured of a running peer: latency, throughput, memory, and a fast query beside queries that never end."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from bench.client import JSON, accepted, unique
from bench.statistics import median, percentile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bench.client import Reply
    from bench.peers import Peer

RUNAWAYS = 4
CONNECTIONS = 8
_WARM_UP = 1
_LEAST = 1
_PATIENCE_SECONDS = 20
_LATER_SECONDS = 3
_NEW_CONNECTION_SECONDS = 2
_SCRIPT = """\
local path, given, query = {path}, {given}, {query}
local thread = 0
function setup(one) thread = thread + 1; one:set("number", thread * 1e9) end
function request()
  number = number + 1
  local unused = {is_unique} and string.format("PREFIX%%20w%d%%3A%%20%%3Curn%%3Aw%d%%3E%%0A", number, number) or ""
  return wrk.format("GET", path .. "?" .. given .. "query=" .. unused .. query, {{["Accept"] = {accept}}})
end
"""


@dataclass
class Latency:
    """The seconds of one query's runs, and the rows of its answer; `problem` says why there are none."""

    seconds: list[float] = field(default_factory=list)
    rows: int | None = None
    problem: str = ""

    @property
    def median(self) -> float | None:
        """The middle of the runs."""
        return median(self.seconds)


def latency(peer: Peer, query: str, *, runs: int, budget: float, is_cached: bool = False) -> Latency:
    """
    Warm runs of a query, as many as fit the budget of seconds but one at least; a failure ends them.

    Where the first run alone is beyond the budget, it counts; a repeated query is asked twice all the same.
    """
    measured = Latency()
    patience = max(_PATIENCE_SECONDS, peer.deadline)
    client = peer.client()
    began = time.perf_counter()
    try:
        for number in range(_WARM_UP + runs):
            reply = client.ask(query if is_cached else unique(query), patience)
            if not reply.is_answer:
                measured.problem = f"> {patience} s" if reply.status == 0 else f"HTTP {reply.status}"
                return measured
            if number == 0:
                measured.rows = rows(query, reply)
            late = time.perf_counter() - began > budget and not (is_cached and number == 0)
            if number >= _WARM_UP or late:
                measured.seconds.append(reply.seconds)
            if late and len(measured.seconds) >= _LEAST:
                break
    finally:
        client.close()
    return measured


def not_modified(peer: Peer, query: str, runs: int) -> float | None:
    """The median seconds to be told that an answer is still the same; nothing where a peer does not tell."""
    client = peer.client()
    try:
        etag = client.ask(query, _PATIENCE_SECONDS).etag
        replies = [client.ask(query, _PATIENCE_SECONDS, etag) for _ in range(runs)] if etag else []
    finally:
        client.close()
    return median([reply.seconds for reply in replies if reply.status == HTTPStatus.NOT_MODIFIED])


def rows(query: str, reply: Reply) -> int | None:
    """How many rows or triples the reply holds; nothing where it is not in the format asked for."""
    if accepted(query) != JSON:
        return len({line for line in reply.body.splitlines() if line.endswith(b".") and line.startswith((b"<", b"_"))})
    try:
        return len(json.loads(reply.body)["results"]["bindings"])
    except (ValueError, KeyError):
        return None


@dataclass(frozen=True)
class Throughput:
    """Answers a second, the share of replies that were none, and the milliseconds 99 of 100 stay below."""

    per_second: float
    failed: int
    p99_milliseconds: float | None


def throughput(peer: Peer, query: str, *, seconds: int, is_cached: bool = False) -> Throughput | None:
    """What `wrk` counts with eight connections; nothing where wrk is not installed or cannot tell."""
    program = shutil.which("wrk")
    if program is None:
        return None
    base, _, path = peer.endpoint.rpartition("/")
    given = "".join(f"{name}={quote(value, safe='')}&" for name, value in peer.parameters.items())
    texts = {"path": f"/{path}", "given": given, "query": quote(query, safe=""), "accept": accepted(query)}
    script = _SCRIPT.format(
        **{name: json.dumps(text) for name, text in texts.items()}, is_unique=str(not is_cached).lower()
    )
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        options = ["-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s", "--latency", "-s", file.name]
        try:
            done = subprocess.run(  # noqa: S603 - the program found above
                [program, *options, base], capture_output=True, text=True, timeout=seconds + 60, check=False
            )
        except subprocess.TimeoutExpired:
            return None
    return read_wrk(done.stdout)


def read_wrk(text: str) -> Throughput | None:
    r"""
    What wrk tells, or nothing where it tells no count.

    >>> read_wrk("    99%    1.50ms\nNon-2xx or 3xx responses: 10\nRequests/sec:    20.0\n  20 requests in 1.0s")
    Throughput(per_second=10.0, failed=10, p99_milliseconds=1.5)
    """
    counted = re.search(r"(\d+) requests in ([\d.]+)(s|m)", text)
    if counted is None:
        return None
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    socket = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    refused = int(bad[1]) if bad else 0
    failed = refused + (sum(map(int, socket.groups())) if socket else 0)
    seconds = float(counted[2]) * (60 if counted[3] == "m" else 1)
    tail = re.search(r"99%\s+([\d.]+)(us|ms|s)", text)
    unit = {"us": 0.001, "ms": 1.0, "s": 1000.0}
    return Throughput(
        per_second=round((int(counted[1]) - refused) / seconds, 1),
        failed=failed,
        p99_milliseconds=float(tail[1]) * unit[tail[2]] if tail else None,
    )


@dataclass
class Beside:
    """A fast query while others never end: its seconds, how often it failed, and when each of the others was over."""

    seconds: list[float]
    failed: int
    ends: list[tuple[int, float]]

    @property
    def p99(self) -> float | None:
        """What 99 of 100 runs stay below; a failed run counts with the time it took to fail."""
        return percentile(self.seconds, 0.99)


def beside_runaways(peer: Peer, fast: str, runaway: str) -> Beside:
    """Ask the fast query again and again while four runaways are asked; afterwards the peer may be of no more use."""
    ends: list[tuple[int, float]] = []

    def run_away() -> None:
        client = peer.client()
        reply = client.ask(unique(runaway), peer.deadline + _LATER_SECONDS)
        client.close()
        ends.append((reply.status, reply.seconds))

    threads = [threading.Thread(target=run_away, daemon=True) for _ in range(RUNAWAYS)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    measured = Beside([], 0, ends)
    began = time.perf_counter()
    client = peer.client()
    while time.perf_counter() - began < peer.deadline - 0.3:
        reply = client.ask(unique(fast), peer.deadline + _NEW_CONNECTION_SECONDS)
        measured.seconds.append(reply.seconds)
        measured.failed += not reply.is_answer
        time.sleep(0.005)
    client.close()
    for thread in threads:
        thread.join(peer.deadline + _LATER_SECONDS + 5)
    return measured


def all_queries(folder: Path) -> dict[str, str]:
    """The queries of the folder, by name."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.rq"))}


def in_order(names: Sequence[str]) -> list[str]:
    """The names, the quick queries first."""
    first = ("lookup", "entity-page")
    return [*(name for name in first if name in names), *sorted(set(names) - {*first})]
