"""Whether a generated graph is one the project's own build would take: its shapes, and its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from bench.generate import SEED, facts
from kg_server.build.rules import read_rules, run_rules
from kg_server.build.validate import validate
from kg_server.core.findings import Severity
from kg_server.core.namespaces import BASE

if TYPE_CHECKING:
    from bench.shared import Fact, Shared
    from kg_server.core.findings import Finding


def violations(shared: Shared, size: int, seed: int = SEED) -> list[Finding]:
    """The violations of the project's shapes in the graph of that size."""
    asserted = _triples([fact for fact in facts(shared, size, seed) if fact[0] != "inferred"])
    found = validate(shared.project, asserted, BASE)
    return [finding for finding in found if finding.severity is Severity.VIOLATION]


def unfounded(shared: Shared, size: int, seed: int = SEED) -> set[ox.Triple]:
    """What the graph gives as inferred though the project's rules do not conclude it."""
    every = list(facts(shared, size, seed))
    asserted = _triples([fact for fact in every if fact[0] != "inferred"])
    concluded, _ = run_rules(read_rules(shared.project.rules), asserted)
    return _triples([fact for fact in every if fact[0] == "inferred"]) - concluded


def _triples(chosen: list[Fact]) -> set[ox.Triple]:
    text = "".join(f"{subject} {predicate} {value} .\n" for _, subject, predicate, value in chosen)
    return {quad.triple for quad in ox.parse(text.encode(), ox.RdfFormat.N_TRIPLES)}
