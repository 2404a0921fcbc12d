"""Comunica and fetch-sparql-endpoint, as their users run them."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from tests.clients.conftest import HERE
from tests.serving import PATIENCE_SECONDS

EX = "http://example.org/"
LABELS = "SELECT ?l { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?l FILTER(LANG(?l) = 'nb') } ORDER BY ?l"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
TOWNS = [[f"{EX}{name}", TYPE, f"{EX}Town"] for name in ("gothenburg", "oslo")]


def run(node: str, *arguments: str) -> Any:
    done = subprocess.run(
        [node, *arguments], cwd=HERE, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("source", ["sparql", ""])
def test_comunica_reads_tables(node: str, endpoint: str, source: str) -> None:
    assert run(node, "comunica.mjs", endpoint, "select", LABELS, source) == [{"l": "Gøteborg"}, {"l": "Oslo"}]


def test_comunica_joins_what_it_asks_for_piece_by_piece(node: str, endpoint: str) -> None:
    query = f"SELECT ?g ?n {{ <{EX}oslo> <{EX}twin> ?t . GRAPH ?g {{ <{EX}oslo> <{EX}note> ?n }} }} ORDER BY ?g ?n"
    assert run(node, "comunica.mjs", endpoint, "select", query, "sparql") == [
        {"g": f"{EX}first", "n": "in both"},
        {"g": f"{EX}first", "n": "only in the first"},
        {"g": f"{EX}second", "n": "in both"},
    ]


def test_comunica_merges_graphs_without_counting_twice(node: str, endpoint: str) -> None:
    query = f"SELECT (COUNT(*) AS ?n) FROM <{EX}first> FROM <{EX}second> {{ ?s ?p ?o }}"
    assert run(node, "comunica.mjs", endpoint, "select", query, "sparql") == [{"n": "3"}]


def test_comunica_reads_truths_and_graphs(node: str, endpoint: str) -> None:
    assert run(node, "comunica.mjs", endpoint, "ask", f"ASK {{ <{EX}oslo> a <{EX}Town> }}", "sparql") is True
    assert run(node, "comunica.mjs", endpoint, "ask", f"ASK {{ <{EX}oslo> a <{EX}Village> }}", "sparql") is False
    assert sorted(run(node, "comunica.mjs", endpoint, "construct", "CONSTRUCT WHERE { ?s a ?t }", "sparql")) == TOWNS


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_fetch_sparql_endpoint_reads_every_form(node: str, endpoint: str, method: str) -> None:
    assert run(node, "fetcher.mjs", endpoint, method, "select", LABELS) == [{"l": "Gøteborg"}, {"l": "Oslo"}]
    assert run(node, "fetcher.mjs", endpoint, method, "ask", f"ASK {{ <{EX}oslo> a <{EX}Town> }}") is True
    assert sorted(run(node, "fetcher.mjs", endpoint, method, "construct", "CONSTRUCT WHERE { ?s a ?t }")) == TOWNS
