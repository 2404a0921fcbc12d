"""Test manifests in the form of the W3C's: what each entry asks and what it expects."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from rdflib import RDF, RDFS, Graph, Namespace, URIRef
from rdflib.collection import Collection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rdflib.term import Node

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
DAWGT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-dawg#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")

OWN = Path(__file__).parent / "own"
_BESIDE = Path(__file__).parents[3] / "shared" / "reference" / "w3c"
_EVALUATION = {MF.QueryEvaluationTest, MF.CSVResultFormatTest}
_POSITIVE = {MF.PositiveSyntaxTest, MF.PositiveSyntaxTest11}
_NEGATIVE = {MF.NegativeSyntaxTest, MF.NegativeSyntaxTest11}
_KINDS = {"evaluation": _EVALUATION, "positive": _POSITIVE, "negative": _NEGATIVE}
_OTHERS_WORK = {"entailment", "service", "service-identity", "sparql12"}
"""Folders whose answers need a reasoner, another service behind the one tested, or a later SPARQL."""
_ORDERED = re.compile(r"\bORDER\s+BY[^{}]*\Z", re.IGNORECASE)
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
        """The query; relative IRIs in what is evaluated are read as beside its file."""
        base = f"BASE <{self.query.as_uri()}> " if self.kind == "evaluation" else ""
        return base + self.query.read_bytes().decode()

    @property
    def is_ordered(self) -> bool:
        """Whether the rows come in an order: that of the whole query, not only of a part of it."""
        return bool(_ORDERED.search(self.text))


@dataclass(frozen=True)
class Sent:
    """A request to be sent, and what is to come back."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    statuses: frozenset[str]
    form: str
    truth: bool | None

    @property
    def updates(self) -> bool:
        """Whether this would change what is served."""
        is_update = any("update" in value for _, value in self.headers) or (self.body or b"").startswith(b"update=")
        return is_update and "2xx" in self.statuses


@dataclass(frozen=True)
class Exchange:
    """One test of the protocol: the graphs that are there, and requests in their order."""

    name: str
    graphs: tuple[tuple[str, Path], ...]
    requests: tuple[Sent, ...]


def folders() -> list[Path]:
    """Where suites lie: our own, and the W3C's where `KG_W3C_TESTS` says or beside the project, if they are here."""
    said = os.environ.get("KG_W3C_TESTS")
    found = Path(said) if said else _BESIDE
    return [OWN, *([found] if found.is_dir() else [])]


def read_entries(root: Path) -> Iterator[Entry]:
    """The tests of queries in every manifest below the folder."""
    for name, graph, test in _read_tests(root):
        kinds = set(graph.objects(test, RDF.type))
        kind = next((kind for kind, types in _KINDS.items() if kinds & types), "")
        if kind:
            entry = _read_entry(graph, test, name, kind)
            if entry.query.suffix != ".ru":
                yield entry


def read_exchanges(root: Path) -> Iterator[Exchange]:
    """The tests of the protocol for reading in every manifest below the folder."""
    for name, graph, test in _read_tests(root):
        action = graph.value(test, MF.action)
        if (test, RDF.type, MF.ProtocolTest) not in graph or action is None:
            continue
        requests = [_read_request(graph, node) for node in _listed(graph, graph.value(action, HT.requests))]
        if not any(sent.updates for sent in requests):
            graphs = [
                (str(graph.value(data, RDFS.label)), _path(graph.value(data, UT.graph)))
                for data in graph.objects(test, UT.graphData)
            ]
            yield Exchange(name, tuple(sorted(graphs)), tuple(requests))


def _read_tests(root: Path) -> Iterator[tuple[str, Graph, Node]]:
    """Every test that is not withdrawn: its folder and name, and the graph it is told of in."""
    for manifest in sorted(root.rglob("manifest*.ttl")):
        if _OTHERS_WORK.intersection(manifest.parts):
            continue
        graph = Graph().parse(manifest, publicID=manifest.as_uri(), format="turtle")
        for entries in graph.objects(None, MF.entries):
            for test in Collection(graph, entries):
                if (test, DAWGT.approval, DAWGT.Withdrawn) not in graph:
                    yield f"{manifest.parent.name}/{str(test).rpartition('#')[2]}", graph, test


def _read_request(graph: Graph, node: Node) -> Sent:
    response, body = graph.value(node, HT.resp), graph.value(node, HT.body)
    truth = graph.value(response, MF.expectedBoolean)
    text = None
    if body is not None:
        coding = str(graph.value(body, CNT.characterEncoding) or "UTF-8")
        text = str(graph.value(body, CNT.chars)).encode(coding)
    return Sent(
        str(graph.value(node, HT.methodName)),
        str(graph.value(node, HT.absolutePath)),
        tuple(
            (str(graph.value(header, HT.fieldName)), str(graph.value(header, HT.fieldValue)))
            for header in _listed(graph, graph.value(node, HT.headers))
        ),
        text,
        frozenset(str(status)[-3:] for status in graph.objects(response, MF.expectedStatus)),
        str(graph.value(response, MF.expectedFormat) or ""),
        None if truth is None else bool(truth.toPython()),  # type: ignore[attr-defined]
    )


def _listed(graph: Graph, node: Node | None) -> list[Node]:
    return [] if node is None else list(Collection(graph, node))


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
