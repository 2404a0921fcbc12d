"""The results as Markdown: what was measured on, and for each size the latencies, the loads and the goals."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.goals import fixed_goals, large_goals, ratio_goals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

BEGIN, END = "<!-- results -->\n", "<!-- end of results -->\n"
NOTHING = "-"
_MOST_COMPARED = 100_000
"""Triples up to which the ratios to all peers are asked for."""


def machine() -> dict[str, str]:
    """What the measuring was done on."""
    kilobytes = next(
        int(line.split()[1])
        for line in Path("/proc/meminfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("MemTotal:")
    )
    return {
        "cores": str(os.cpu_count()),
        "memory": f"{kilobytes / 1024 / 1024:.0f} GiB",
        "system": platform.platform(),
        "python": platform.python_version(),
        "busy": f"{os.getloadavg()[0]:.1f}",
    }


def markdown(measured: Mapping[str, Any]) -> str:
    """All tables."""
    facts = measured["machine"]
    about = f"{facts['cores']} cores, {facts['memory']}, {facts['system']}, Python {facts['python']}"
    parts = [f"{about}; load average when the run began: {facts['busy']}.\n"]
    for size, result in measured["sizes"].items():
        parts += [f"### {int(size):,} triples\n", *_parts(int(size), result["peers"], measured.get("real") or {})]
    return "\n".join(parts)


def _parts(size: int, peers: Mapping[str, Any], real: Mapping[str, Any]) -> list[str]:
    is_large = size > _MOST_COMPARED
    goals = large_goals(peers) if is_large else [*ratio_goals(peers), *fixed_goals(peers, real)]
    return [
        _versions(peers),
        "Uncached latency of warm queries, median in milliseconds:\n",
        _latencies(peers, "latency"),
        "The same text asked again and again, median in milliseconds (a cache may answer):\n",
        _latencies(peers, "cached"),
        "Load, memory and start:\n",
        _loads(peers),
        "Against what is asked for:\n",
        table(
            ["what", "against", "measured", "asked for", "reached"],
            ([goal.what, goal.against, goal.told, goal.wanted, goal.verdict] for goal in goals),
        ),
    ]


def put(document: Path, tables: str) -> None:
    """Set the tables between the two marks of the document."""
    text = document.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    document.write_text(f"{before}{BEGIN}\n{tables}\n{END}{after}", encoding="utf-8")


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """
    A table as Markdown writes it.

    >>> print(table(["a", "b"], [["1", "2"]]))
    | a | b |
    |---|---|
    | 1 | 2 |
    <BLANKLINE>
    """
    cells = list(head)
    lines = [f"| {' | '.join(cells)} |", "|" + "---|" * len(cells)]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)]) + "\n"


def _versions(peers: Mapping[str, Any]) -> str:
    told = (
        f"{name}: {result['problem']}" if "problem" in result else f"{name} {result['version']}".strip()
        for name, result in peers.items()
    )
    return "; ".join(told) + ".\n"


def _latencies(peers: Mapping[str, Any], key: str) -> str:
    alive = {name: result[key] for name, result in peers.items() if result.get(key)}
    names = list(dict.fromkeys(query for result in alive.values() for query in result))
    truth = peers.get("pyoxigraph", {}).get("latency", {})
    rows = [[name, *(_cell(result.get(name), truth.get(name)) for result in alive.values())] for name in names]
    return table(["query", *alive], rows)


def _cell(measured: Mapping[str, Any] | None, truth: Mapping[str, Any] | None) -> str:
    if measured is None:
        return NOTHING
    if measured["problem"]:
        return str(measured["problem"])
    wrong = f" ({measured['rows']} rows, not {truth['rows']})" if truth and truth["rows"] != measured["rows"] else ""
    return f"{measured['median'] * 1000:.2f}{wrong}"


def _loads(peers: Mapping[str, Any]) -> str:
    alive = {name: result for name, result in peers.items() if "problem" not in result}

    def row(title: str, told: Callable[[Mapping[str, Any]], str]) -> list[str]:
        return [title, *(told(result) for result in alive.values())]

    rates = [
        row(f"{query}, {title}, answers/s at 8 connections", lambda one, k=key, q=query: _rate(one[k].get(q)))  # type: ignore[misc]
        for key, title in (("throughput", "uncached"), ("cached_throughput", "repeated"))
        for query in ("lookup", "entity-page")
    ]
    rows = [
        row("lookup told unchanged (304), ms", lambda one: _milliseconds(one.get("not_modified"))),
        row("load before the start, s", lambda one: _number(one["load"])),
        row("start to first answer, s", lambda one: _number(one["start"], 2)),
        row("memory idle, MB (PSS)", lambda one: _number(one.get("idle_megabytes"), 0)),
        row("memory after the load, MB (PSS)", lambda one: _number(one.get("busy_megabytes"), 0)),
        *rates,
        row("lookup while 4 runaways run, p99 ms", lambda one: _beside(one.get("beside"))),
        row("runaways over after, s", lambda one: _ends(one.get("beside"))),
    ]
    return table(["", *alive], rows)


def _rate(counted: Mapping[str, Any] | None) -> str:
    if counted is None:
        return NOTHING
    return f"{counted['per_second']:.0f}" + (f" ({counted['failed']} failed)" if counted["failed"] else "")


def _beside(beside: Mapping[str, Any] | None) -> str:
    if beside is None:
        return NOTHING
    failed = f" ({beside['failed']} of {beside['asked']} failed)" if beside["failed"] else ""
    return f"{(beside['p99'] or 0) * 1000:.1f}{failed}"


def _ends(beside: Mapping[str, Any] | None) -> str:
    if beside is None:
        return NOTHING
    if not any(status for status, _ in beside["ends"]):
        return "all still running"
    told = (f"{seconds:.2f} ({status})" if status else "still running" for status, seconds in sorted(beside["ends"]))
    return ", ".join(told)


def _milliseconds(seconds: float | None) -> str:
    return NOTHING if seconds is None else f"{seconds * 1000:.2f}"


def _number(value: float | None, digits: int = 1) -> str:
    return NOTHING if value is None else f"{value:.{digits}f}"
