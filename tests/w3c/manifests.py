"""W3C test manifests where they lie on this machine: what each entry asks and what it expects."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.collection import Collection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rdflib.term import Node

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
DAWGT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-dawg#")

_BESIDE = Path(__file__).parents[3] / "shared" / "reference" / "w3c"
_EVALUATION = {MF.QueryEvaluationTest, MF.CSVResultFormatTest}
_POSITIVE = {MF.PositiveSyntaxTest, MF.PositiveSyntaxTest11}
_NEGATIVE = {MF.NegativeSyntaxTest, MF.NegativeSyntaxTest11}
_KINDS = {"evaluation": _EVALUATION, "positive": _POSITIVE, "negative": _NEGATIVE}
_OTHERS_WORK = ("entailment", "service", "service-identity")
"""Folders whose answers need a reasoner or another service behind the one tested."""
_FROM = re.compile(r"\bFROM\s+(?:NAMED\s+)?<([^>]*)>", re.IGNORECASE)


@dataclass(frozen=True)
class Entry:
    """One test: a query file, and for an evaluation the data, the graphs and the result it names."""

    name: str
    kind: str
    query: Path
    data: tuple[Path, ...] = ()
    graphs: tuple[Path, ...] = ()
    result: Path | None = None
    is_lax: bool = False

    @property
    def text(self) -> str:
        """The query as it stands in its file."""
        return self.query.read_bytes().decode()


def folder() -> Path | None:
    """Where the suites lie: what `KG_W3C_TESTS` says, or beside the project."""
    said = os.environ.get("KG_W3C_TESTS")
    found = Path(said) if said else _BESIDE
    return found if found.is_dir() else None


def read_entries(root: Path) -> Iterator[Entry]:
    """The approved tests of queries in every manifest below the folder, each once."""
    seen = set()
    for manifest in sorted(root.rglob("*manifest*.ttl")):
        if manifest.parent.name in _OTHERS_WORK:
            continue
        for entry in _read_manifest(root, manifest):
            if entry.name not in seen:
                seen.add(entry.name)
                yield entry


def _read_manifest(root: Path, manifest: Path) -> Iterator[Entry]:
    graph = Graph().parse(manifest, publicID=manifest.as_uri(), format="turtle")
    for entries in graph.objects(None, MF.entries):
        for test in Collection(graph, entries):
            kinds = set(graph.objects(test, RDF.type))
            kind = next((name for name, types in _KINDS.items() if kinds & types), "")
            if kind and (test, DAWGT.approval, DAWGT.Withdrawn) not in graph:
                name = f"{manifest.parent.relative_to(root).as_posix()}/{str(test).rpartition('#')[2]}"
                yield _read_entry(graph, test, name, kind)


def _read_entry(graph: Graph, test: Node, name: str, kind: str) -> Entry:
    (action,) = graph.objects(test, MF.action)
    if isinstance(action, URIRef):
        return Entry(name, kind, _path(action))
    query = _path(graph.value(action, QT.query))
    data = [_path(file) for file in graph.objects(action, QT.data)]
    graphs = [_path(file) for file in graph.objects(action, QT.graphData)]
    if not data and not graphs:
        graphs = [query.parent / name for name in _FROM.findall(query.read_text(encoding="utf-8"))]
    result = graph.value(test, MF.result)
    return Entry(
        name,
        kind,
        query,
        tuple(sorted(data)),
        tuple(sorted(set(graphs))),
        None if result is None else _path(result),
        (test, MF.resultCardinality, MF.LaxCardinality) in graph,
    )


def _path(file: Node | None) -> Path:
    return Path(unquote(urlsplit(str(file)).path))
