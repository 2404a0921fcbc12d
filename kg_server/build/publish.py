"""A build put on a SPARQL server: beside what is there, read back and compared, and then in its place in one update."""

from __future__ import annotations

import contextlib
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import SPARQLWrapper
from SPARQLWrapper.Wrapper import DROP, MOVE

from kg_server.build.digest import digest_of
from kg_server.build.record import load_build
from kg_server.core.errors import KgError, PublishFailed
from kg_server.core.layout import DATASET
from kg_server.core.namespaces import PREFIXES
from kg_server.engine.base import JSON_RESULTS
from kg_server.engine.dialects import MERGE
from kg_server.engine.endpoint import N_TRIPLES, Endpoint, server_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kg_server.build.pipeline import Progress
    from kg_server.build.record import Build
    from kg_server.core.settings import Settings

_ASIDE = "urn:x-strategigraf:new:"
"""What stands before the name of a graph that is not in use yet."""

_XSD = PREFIXES["xsd"]
_WHOLE = frozenset(f"{_XSD}{name}" for name in ("integer", "int", "long", "nonNegativeInteger", "positiveInteger"))
_AT_ONCE = 1_000
_UPDATE_SECONDS = 600
_LOADED, _READ_BACK = 0.7, 0.95

Graphs = dict[str, list[ox.Quad]]


def publish(settings: Settings, progress: Progress | None = None, *, force: bool = False) -> Build:
    """
    The build in use here, which the server at `remote_url` now holds too.

    Where it holds that build already nothing is done, unless `force` is set. Raises `PublishFailed`; those who ask the
    server go on with the build it held before.
    """
    note = progress or (lambda _step, _fraction: None)
    build = load_build(settings)
    endpoint = Endpoint(server_of(settings))
    before = endpoint.published()
    if before.digest == build.digest and not force:
        return build
    transfer = _Transfer(endpoint, settings)
    try:
        transfer.carry_out(_read(build), before.graphs, note)
    except PublishFailed:
        _clear(transfer)
        raise
    except KgError as exc:
        _clear(transfer)
        raise PublishFailed(
            "The build was not published. {reason}", hint="What was there before is still there.", reason=str(exc)
        ) from exc
    note("done", 1.0)
    return build


def _clear(transfer: _Transfer) -> None:
    """Leave nothing aside, where the server still takes that."""
    with contextlib.suppress(KgError):
        transfer.clear()


def _read(build: Build) -> Graphs:
    """The quads of every named graph, those with blank nodes first: they go over together."""
    graphs: Graphs = {}
    for quad in ox.parse(path=str(build.folder / DATASET), format=ox.RdfFormat.N_QUADS, lenient=True):
        if isinstance(quad.graph_name, ox.NamedNode):
            graphs.setdefault(quad.graph_name.value, []).append(quad)
    for quads in graphs.values():
        quads.sort(key=lambda quad: not _has_blank(quad))
    return graphs


class _Transfer:
    """The way of one build to one server."""

    def __init__(self, endpoint: Endpoint, settings: Settings) -> None:
        self._endpoint = endpoint
        self._settings = settings
        self._dialect = endpoint.dialect

    def carry_out(self, graphs: Graphs, old: Iterable[str], note: Progress) -> None:
        """All of it; raises `PublishFailed` where the server holds something else afterwards."""
        self.clear()
        self.load(graphs, note)
        self.check(graphs, note)
        note("switch", _READ_BACK)
        self.switch(graphs, old)

    def clear(self) -> None:
        """Drop what an earlier transfer left aside."""
        query = (
            "SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?s ?p ?o } "
            f'FILTER (STRSTARTS(STR(?graph), "{_ASIDE}")) }}'
        )
        for row in self._rows(query):
            self._update(f"DROP SILENT GRAPH <{row['graph']}>", DROP)

    def load(self, graphs: Graphs, note: Progress) -> None:
        """Put every graph aside on the server, and their merge."""
        total, done = sum(map(len, graphs.values())), 0
        for graph, quads in graphs.items():
            for batch in _batches(quads):
                note(graph.rpartition("/")[2], _LOADED * done / total)
                self._update(_insert(_ASIDE + graph, batch))
                done += len(batch)
        note("merge", _LOADED)
        names = " ".join(f"<{_ASIDE}{graph}>" for graph in graphs)
        everything = f"VALUES ?graph {{ {names} }} GRAPH ?graph {{ ?s ?p ?o }}"
        self._update(f"INSERT {{ GRAPH <{_ASIDE}{MERGE}> {{ ?s ?p ?o }} }} WHERE {{ {everything} }}")

    def check(self, graphs: Graphs, note: Progress) -> None:
        """Raise `PublishFailed` unless what lies aside is the build."""
        merged = len({_plain(quad).triple for quads in graphs.values() for quad in quads})
        sizes = {graph: len(quads) for graph, quads in graphs.items()} | {MERGE: merged}
        for number, (graph, size) in enumerate(sizes.items()):
            note("check", _LOADED + (_READ_BACK - _LOADED) * number / len(sizes))
            query = f"SELECT (COUNT(*) AS ?size) WHERE {{ GRAPH <{_ASIDE}{graph}> {{ ?s ?p ?o }} }}"
            (row,) = self._rows(query)
            if int(row["size"]) != size:
                raise PublishFailed(
                    "The graph {graph} has {found} triples on the server, not {size}.",
                    hint="What was there before is still there.",
                    graph=graph,
                    found=row["size"],
                    size=size,
                )
        ours = digest_of((_plain(quad) for quads in graphs.values() for quad in quads), self._settings.base)
        if digest_of(self._read_back(graphs), self._settings.base) != ours:
            raise PublishFailed(
                "The server gives other triples back than it was given.",
                hint="What was there before is still there. `remote_dialect` may name the wrong kind of server.",
            )

    def switch(self, graphs: Graphs, old: Iterable[str]) -> None:
        """Put what lies aside in the place of what is in use, in one update."""
        gone = [f"DROP SILENT GRAPH <{graph}>" for graph in old if graph not in graphs]
        moved = [f"MOVE GRAPH <{_ASIDE}{graph}> TO GRAPH <{graph}>" for graph in (*graphs, MERGE)]
        self._update(" ;\n".join(gone + moved), MOVE)

    def _read_back(self, graphs: Graphs) -> Iterator[ox.Quad]:
        for graph in graphs:
            query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{_ASIDE}{graph}> {{ ?s ?p ?o }} }}"
            with self._endpoint.ask(query, N_TRIPLES) as body:
                for quad in ox.parse(self._dialect.tidy(body), ox.RdfFormat.N_TRIPLES, lenient=True):
                    named = ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(graph))
                    yield _plain(named)

    def _rows(self, query: str) -> list[Mapping[str, str]]:
        with self._endpoint.ask(query, JSON_RESULTS) as body:
            rows: list[dict[str, Any]] = json.load(body)["results"]["bindings"]
        return [{name: cell["value"] for name, cell in row.items()} for row in rows]

    def _update(self, text: str, form: str = SPARQLWrapper.INSERT) -> None:
        settings = self._settings
        url = settings.remote_url
        request = SPARQLWrapper.SPARQLWrapper(url, settings.remote_update_url or self._dialect.update_url(url))
        request.setMethod(SPARQLWrapper.POST)
        request.setTimeout(_UPDATE_SECONDS)
        request.setOnlyConneg(True)
        request.queryString, request.queryType = text, form
        if settings.remote_user:
            request.setHTTPAuth(self._dialect.auth)
            request.setCredentials(settings.remote_user, settings.remote_password.get_secret_value())
        with self._endpoint.send(request) as response:
            response.read()


def _batches(quads: list[ox.Quad]) -> Iterator[list[ox.Quad]]:
    """The quads in pieces; all that have a blank node come in the first, where each keeps its identity."""
    begin = 0
    while begin < len(quads):
        end = begin + _AT_ONCE
        while end < len(quads) and _has_blank(quads[end]):
            end += 1
        yield quads[begin:end]
        begin = end


def _insert(graph: str, quads: Sequence[ox.Quad]) -> str:
    """An update that adds the triples to the graph; Virtuoso takes no blank node in INSERT DATA."""
    block = f"{{ GRAPH <{graph}> {{\n" + "".join(f"{quad.triple} .\n" for quad in quads) + "} }"
    return f"INSERT {block} WHERE {{}}" if any(map(_has_blank, quads)) else f"INSERT DATA {block}"


def _has_blank(quad: ox.Quad) -> bool:
    return isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)


def _plain(quad: ox.Quad) -> ox.Quad:
    """The quad with a number as its value alone: servers keep neither the zeros nor which kind of integer it was."""
    end = quad.object
    if not isinstance(end, ox.Literal) or end.datatype.value not in (*_WHOLE, f"{_XSD}decimal"):
        return quad
    number = Decimal(end.value)
    datatype = f"{_XSD}integer" if end.datatype.value in _WHOLE else end.datatype.value
    written = ox.Literal(f"{number.normalize():f}" if number else "0", datatype=ox.NamedNode(datatype))
    return ox.Quad(quad.subject, quad.predicate, written, quad.graph_name)
