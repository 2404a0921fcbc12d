"""What the service is to reach, and whether it did: ratios to its peers, and a few fixed figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.peers import DEADLINE_SECONDS
from bench.statistics import ratio

if TYPE_CHECKING:
    from collections.abc import Mapping

_OURS, _RDFLIB, _OXIGRAPH = "strategigraf", "rdflib-endpoint", "oxigraph"
_VIRTUOSO, _IN_FRONT = "virtuoso", "strategigraf-virtuoso"
_LATENCY, _CACHED = "latency", "cached"
_HEAVY = ("scan", "top-k", "gap-analysis")
_AGGREGATIONS = ("aggregation", "gap-analysis", "gap-by-plan", "top-k")
_RATIOS = (
    ("lookup", _CACHED, _OXIGRAPH, 0.25),
    ("entity-page", _CACHED, _OXIGRAPH, 1.0),
    ("scan", _CACHED, _OXIGRAPH, 20.0),
    ("lookup", _LATENCY, _RDFLIB, 3.0),
    ("lookup", _LATENCY, _OXIGRAPH, 0.2),
    ("entity-page", _LATENCY, _RDFLIB, 4.0),
    ("entity-page", _LATENCY, _OXIGRAPH, 0.5),
    *((query, _LATENCY, _OXIGRAPH, 2.0) for query in _HEAVY),
    *((query, _LATENCY, _RDFLIB, 25.0) for query in _HEAVY),
)
_MOST_OVERHEAD = 1.1
_MOST_P99 = 0.05
_MOST_LATE = 0.1
_MOST_START = 0.5
_MOST_MEGABYTES = 250.0


@dataclass(frozen=True)
class Goal:
    """A figure to reach; the verdict is open where a side of it was not measured."""

    what: str
    against: str
    told: str
    wanted: str
    is_reached: bool | None

    @property
    def verdict(self) -> str:
        """The verdict in a word."""
        return {True: "yes", False: "no", None: "not measured"}[self.is_reached]


def ratio_goals(peers: Mapping[str, Any]) -> list[Goal]:
    """How many times as fast as each peer we are to be, and are."""
    goals = []
    for query, key, other, least in _RATIOS:
        measured = ratio(_median(peers, other, query, key), _median(peers, _OURS, query, key))
        what = f"{'repeated' if key == _CACHED else 'uncached'} {query}"
        goals.append(_at_least(what, other, measured, least))
    return goals


def large_goals(peers: Mapping[str, Any]) -> list[Goal]:
    """Whether a large graph is served at all, and how its aggregations compare with those of a columnar server."""
    asked = peers.get(_OURS, {}).get(_LATENCY, {})
    answered = sum(not one["problem"] for one in asked.values())
    told = f"{answered} of {len(asked)}" if asked else "-"
    goals = [Goal("bench queries answered", "-", told, "all", answered == len(asked) if asked else None)]
    for query in _AGGREGATIONS:
        theirs = _median(peers, _VIRTUOSO, query, _LATENCY)
        repeated = ratio(theirs, _median(peers, _OURS, query, _CACHED))
        goals.append(_at_least(f"repeated {query}", _VIRTUOSO, repeated, 0.5))
        through = ratio(theirs, _median(peers, _IN_FRONT, query, _LATENCY))
        goals.append(_at_least(f"uncached {query} over virtuoso", _VIRTUOSO, through, 0.5))
    return goals


def fixed_goals(peers: Mapping[str, Any], real: Mapping[str, Any]) -> list[Goal]:
    """The worker beside the limit, fairness while runaways run, and start and memory on the real graph."""
    beside = peers.get(_OURS, {}).get("beside") or {}
    deadline = peers.get(_OURS, {}).get("deadline", DEADLINE_SECONDS)
    ends = [seconds for _, seconds in beside.get("ends", ())]
    return [
        _overhead(peers),
        _at_most("lookup while 4 runaways run, p99 s", beside.get("p99"), _MOST_P99),
        _at_most("last runaway over after, s", max(ends, default=None), deadline + _MOST_LATE),
        _at_most("real graph: start to first answer, s", real.get("start"), _MOST_START),
        _at_most("real graph: memory idle, MB", real.get("idle_megabytes"), _MOST_MEGABYTES),
    ]


def _overhead(peers: Mapping[str, Any]) -> Goal:
    pairs = {
        query: (_median(peers, "pyoxigraph", query, _LATENCY), _median(peers, "worker", query, _LATENCY))
        for query in _HEAVY
    }
    times = {query: worker / limit for query, (limit, worker) in pairs.items() if limit and worker}
    worst = max(times, key=times.__getitem__, default="")
    told = f"{times[worst]:.2f} x ({worst})" if worst else "-"
    reached = times[worst] <= _MOST_OVERHEAD if worst else None
    return Goal("in the worker, worst heavy query", "pyoxigraph", told, f"at most {_MOST_OVERHEAD} x", reached)


def _at_least(what: str, against: str, measured: float | None, least: float) -> Goal:
    told = "-" if measured is None else f"{measured:.2f} x"
    return Goal(what, against, told, f"at least {least:g} x", None if measured is None else measured >= least)


def _at_most(what: str, measured: float | None, most: float) -> Goal:
    told = "-" if measured is None else f"{measured:.3g}"
    return Goal(what, "-", told, f"at most {most:g}", None if measured is None else measured <= most)


def _median(peers: Mapping[str, Any], peer: str, query: str, key: str) -> float | None:
    value = peers.get(peer, {}).get(key, {}).get(query, {}).get("median")
    return float(value) if value is not None else None
