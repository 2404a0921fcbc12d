"""The build: read, describe, conclude, check, seal, store; one direction, and nothing is kept of one that fails."""

from __future__ import annotations

import json
import platform
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from kg_server.build.record import RECORD, RULES, Build, fingerprint, load_build, versions
from kg_server.build.store import clear_unfinished, locked, put_build
from kg_server.core.checks import CHECKS, to_json
from kg_server.core.errors import NoBuild, ValidationFailed
from kg_server.core.findings import Severity, in_order
from kg_server.core.index import INDEX
from kg_server.core.layout import DATASET
from kg_server.core.namespaces import graph_iri

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from kg_server.build.describe import Graphs
    from kg_server.build.sources import Project
    from kg_server.core.findings import Finding
    from kg_server.core.settings import Settings

STEPS = {
    "read": 0.0,
    "describe": 0.1,
    "rules": 0.12,
    "lint": 0.2,
    "validate": 0.25,
    "digest": 0.85,
    "index": 0.9,
    "store": 0.97,
}
"""The steps in their order, and how much of the work is done when each begins."""


class Progress(Protocol):
    """What a build tells as it goes on: the step that begins, or `done`, and how much of the work is behind it."""

    def __call__(self, step: str, fraction: float, /) -> None:
        """Take note of it."""


def build(settings: Settings, progress: Progress | None = None, *, force: bool = False) -> Build:
    """
    The build of the project's files as they are now, in use from here on.

    Where the build in use is made of the very same files, that one is given back at once, unless `force` is set.
    Raises `SourceError` for a file that cannot be read, and `ValidationFailed` with the findings where a check finds a
    violation; the build that was there stays in use then.
    """
    note = progress or (lambda _step, _fraction: None)
    inputs = fingerprint(settings)
    current = None if force else _current(settings)
    if current is None or current.record.get("fingerprint") != inputs:
        with locked(settings.store):
            clear_unfinished(settings.store)
            current = _build(settings, inputs, note)
    note("done", 1.0)
    return current


def _current(settings: Settings) -> Build | None:
    try:
        return load_build(settings)
    except NoBuild:
        return None


def _build(settings: Settings, inputs: str, note: Progress) -> Build:
    # The libraries take longer to load than an unchanged build takes in all.
    from kg_server.build.checks import build_before, tell_checks  # noqa: PLC0415
    from kg_server.build.describe import count, describe, things  # noqa: PLC0415
    from kg_server.build.digest import seal, statement  # noqa: PLC0415
    from kg_server.build.index import search_index  # noqa: PLC0415
    from kg_server.build.rules import read_rules, run_rules  # noqa: PLC0415
    from kg_server.build.sources import read_project  # noqa: PLC0415

    note("read", STEPS["read"])
    project = read_project(settings)
    rules = read_rules(project.rules)
    note("describe", STEPS["describe"])
    graphs = describe(project.graphs, rules, project.queries, settings)
    note("rules", STEPS["rules"])
    inferred, derived = run_rules(rules, set().union(*graphs.values()))
    graphs[graph_iri("inferred", settings.base)] |= inferred
    count(graphs, derived, settings)
    asserted = _asserted(graphs, settings.base)
    findings = _check(project, graphs, asserted, settings, note)
    note("digest", STEPS["digest"])
    digest, dataset = seal(graphs, settings.base)
    graphs[graph_iri("about", settings.base)].add(statement(digest, settings.base).triple)
    merge: set[Triple] = set().union(*graphs.values())
    record = {
        **_stamp(digest, inputs, settings),
        "triples": {graph.rpartition("/")[2]: len(triples) for graph, triples in sorted(graphs.items())},
        "merged": len(merge),
        "things": things(merge, settings.base),
        "derived": derived,
        "findings": [finding.record() for finding in findings],
    }
    note("index", STEPS["index"])
    index = search_index(merge, settings.base)
    checks = to_json(tell_checks(project, asserted, settings.base, build_before(_current(settings), digest)))
    note("store", STEPS["store"])
    told = _json([rule.record() for rule in rules])
    files = {DATASET: dataset, RULES: told, INDEX: index, CHECKS: checks, RECORD: _json(record)}
    folder = put_build(settings.store, digest, files, on_disk=record["merged"] > settings.memory_triples)
    return Build(folder, digest, record, tuple(rule.record() for rule in rules), is_new=True)


def _stamp(digest: str, inputs: str, settings: Settings) -> dict[str, Any]:
    """When and with what the build is made: known to the record alone, so that the graphs depend on the text alone."""
    return {
        "digest": digest,
        "fingerprint": inputs,
        "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "base": settings.base,
        "versions": versions() | {"python": platform.python_version()},
    }


def _asserted(graphs: Graphs, base: str) -> set[Triple]:
    """All that the files and the build itself say, and no rule concluded."""
    inferred = graph_iri("inferred", base)
    return set().union(*(triples for graph, triples in graphs.items() if graph != inferred))


def _check(
    project: Project, graphs: Graphs, asserted: set[Triple], settings: Settings, note: Progress
) -> list[Finding]:
    """The findings that let the build go on; raises `ValidationFailed` with all of them where one does not."""
    from kg_server.build.lint import lint  # noqa: PLC0415 - see _build
    from kg_server.build.validate import validate  # noqa: PLC0415

    note("lint", STEPS["lint"])
    findings = lint(project, graphs, settings.base)
    note("validate", STEPS["validate"])
    findings = in_order([*findings, *validate(project, asserted, settings.base)])
    violations = sum(finding.severity is Severity.VIOLATION for finding in findings)
    if violations:
        raise ValidationFailed(findings, violations)
    return findings


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"
