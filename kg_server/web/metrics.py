"""What the service counts, told in Prometheus' words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from kg_server import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from prometheus_client import Metric

    from kg_server.engine.base import Engine, Stats
    from kg_server.web.store import Store
    from kg_server.web.trace import Trace

_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """The counts of one app; nothing is shared with another."""

    def __init__(self, engine: Engine, stores: Mapping[str, Store[Any]]) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(_Gauges(engine, stores))
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "kg_requests", "Requests answered", ("route", "method", "status"), registry=self.registry
        )
        self._durations = Histogram(
            "kg_request_seconds",
            "Seconds to the end of an answer",
            ("route",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._sent = Counter("kg_sent_bytes", "Bytes of answers, without headers", registry=self.registry)
        self._queries = Counter("kg_queries", "SPARQL queries by how they ended", ("outcome",), registry=self.registry)

    def count(self, trace: Trace, method: str, status: int, seconds: float, sent: int) -> None:
        """Count a request that has been answered."""
        route = trace.route or "none"
        self._requests.labels(route, method if method in _METHODS else "other", str(status)).inc()
        self._durations.labels(route).observe(seconds)
        self._sent.inc(sent)
        if trace.query:
            self._queries.labels(trace.outcome or ("cached" if trace.is_hit else "answered")).inc()

    def text(self) -> bytes:
        """Everything counted, as Prometheus reads it."""
        return generate_latest(self.registry)


class _Gauges(Collector):
    """What is read off at the moment it is asked for."""

    def __init__(self, engine: Engine, stores: Mapping[str, Store[Any]]) -> None:
        self._engine = engine
        self._stores = stores

    def collect(self) -> Iterator[Metric]:
        """The build, the engine, and what is kept."""
        build = GaugeMetricFamily("kg_build_info", "The build in use and the version", labels=("digest", "version"))
        build.add_metric((self._engine.digest, __version__), 1)
        yield build
        yield from _told(self._engine.stats())
        found = CounterMetricFamily("kg_cache_requests", "Look-ups in what is kept", labels=("cache", "result"))
        used = GaugeMetricFamily("kg_cache_bytes", "Bytes kept", labels=("cache",))
        entries = GaugeMetricFamily("kg_cache_entries", "Answers kept", labels=("cache",))
        for name, store in self._stores.items():
            found.add_metric((name, "hit"), store.hits)
            found.add_metric((name, "miss"), store.misses)
            used.add_metric((name,), store.bytes)
            entries.add_metric((name,), len(store))
        yield from (found, used, entries)


def _told(stats: Stats) -> Iterator[Metric]:
    """What the engine tells of itself."""
    for name in ("workers", "lane_taken", "lane_waiting", "slow_taken", "slow_waiting"):
        yield GaugeMetricFamily(f"kg_engine_{name}", "As the engine tells of itself", value=getattr(stats, name))
    yield CounterMetricFamily("kg_engine_cut_answers", "Answers cut at a limit", value=stats.cut)
    yield CounterMetricFamily("kg_engine_seconds", "Processor seconds of queries done", value=stats.seconds)
    stopped = CounterMetricFamily("kg_engine_stopped", "Workers ended before they were done", labels=("reason",))
    for reason, count in stats.stopped.items():
        stopped.add_metric((reason,), count)
    yield stopped
