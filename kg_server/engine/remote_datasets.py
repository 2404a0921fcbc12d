"""Which graphs a query sees on a SPARQL server elsewhere; the counterpart of `datasets`, in a worker."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyoxigraph

from kg_server.core.errors import EngineBusy
from kg_server.engine.base import JSON_RESULTS
from kg_server.engine.datasets import Datasets
from kg_server.engine.dialects import MERGE, Graphs
from kg_server.engine.endpoint import N_TRIPLES, Endpoint, Published, Server, broken
from kg_server.engine.gate import GRAPH_FORMS
from kg_server.engine.tokens import read_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


_DESCRIPTORS = 32


def read_source(source: str) -> RemoteDatasets:
    """What workers answer from, as told by `source_of`."""
    told = json.loads(source)
    digest, graphs = told["published"]
    return RemoteDatasets(Server(*told["server"]), Published(digest, tuple(graphs)))


class RemoteDatasets(Datasets):
    """
    Answers a worker's questions by asking the server for the build it had when this was made.

    A query that is to see several graphs as one is evaluated here, over copies of just these graphs: servers count a
    triple once for every chosen graph that holds it.
    """

    descriptors = _DESCRIPTORS

    def __init__(self, server: Server, published: Published) -> None:
        super().__init__(pyoxigraph.Store())
        self._endpoint = Endpoint(server)
        self._dialect = self._endpoint.dialect
        self._published = published

    def query(self, asked: dict[str, Any]) -> Any:
        """The result, over the graphs chosen by the request or else by the query's FROM clauses."""
        super()._evaluate(asked["plain"], asked)  # a query that does not parse is told of as by any engine
        default, named = self._chosen(asked)
        graphs = Graphs((MERGE,), self._published.graphs)
        if default is not None or named is not None:
            graphs = Graphs(self._only_held(default), self._only_held(named))
        if len(graphs.default) > 1:
            return self._copied(asked, graphs).query(asked)
        chosen = [list(map(pyoxigraph.NamedNode, part)) for part in graphs]
        options = {"default_graph": chosen[0], "named_graphs": chosen[1]}
        if not self._dialect.shares_faults:
            return self._evaluate(asked["written"], asked, options)
        return self._answer(asked, options)

    def confirm(self) -> None:
        """Raise `EngineBusy` unless the server still holds the build that was asked."""
        if self._endpoint.published().digest != self._published.digest:
            raise EngineBusy(
                "Another build took the place of the one that was asked.",
                hint="Try again in {retry_after} seconds.",
                retry_after=1,
            )

    @staticmethod
    def _is_to_be_resolved(asked: dict[str, Any]) -> bool:
        return bool(asked["from"] or asked["from_named"])

    def _evaluate(self, query: str, asked: dict[str, Any], options: dict[str, Any] | None = None) -> Any:
        """What the server answers; without graphs to ask nothing but the query counts, and it is evaluated here."""
        if not options:
            return super()._evaluate(query, asked)
        graphs = Graphs(*(tuple(graph.value for graph in options[part]) for part in ("default_graph", "named_graphs")))
        is_graph = asked["form"] in GRAPH_FORMS and not query.startswith(f"{asked['prologue']}\nASK ")
        ask = self._triples if is_graph else self._table
        has_base = any(token.text.lower() == "base" for token in read_tokens(asked["prologue"]))
        return ask(asked, query if has_base else f"BASE <{asked['base']}>\n{query}", graphs)

    def _only_held(self, chosen: Sequence[str] | None) -> tuple[str, ...]:
        return tuple(graph for graph in dict.fromkeys(chosen or ()) if graph in self._published.graphs)

    def _copied(self, asked: dict[str, Any], graphs: Graphs) -> Datasets:
        """The chosen graphs in a store of this worker."""
        store = pyoxigraph.Store()
        for graph in dict.fromkeys(graphs.default + graphs.named):
            query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
            triples = self._triples(asked, query, Graphs((), (graph,)))
            store.extend(
                pyoxigraph.Quad(one.subject, one.predicate, one.object, pyoxigraph.NamedNode(graph)) for one in triples
            )
        return Datasets(store)

    def _table(self, asked: dict[str, Any], query: str, graphs: Graphs) -> Any:
        """Rows, or yes or no; the server's own limit on rows becomes that of the answer."""
        response = self._ask(asked, query, graphs, JSON_RESULTS)
        cut_at = self._dialect.cut_at(response.headers)
        if cut_at is not None:
            asked["most_rows"] = min(asked["most_rows"], cut_at - 1)
        try:
            found = pyoxigraph.parse_query_results(self._dialect.tidy(response), pyoxigraph.QueryResultsFormat.JSON)
            if isinstance(found, pyoxigraph.QueryBoolean):
                return found
            if self._dialect.is_truth([variable.value for variable in found.variables]):
                has_row = next(found, None) is not None
                return self._nothing.query("ASK {}" if has_row else "ASK { FILTER (false) }")
        except (SyntaxError, OSError) as exc:
            raise broken(exc) from exc
        return _Table(found)

    def _triples(self, asked: dict[str, Any], query: str, graphs: Graphs) -> Iterator[pyoxigraph.Triple]:
        return self._parsed(self._dialect.tidy(self._ask(asked, query, graphs, N_TRIPLES)))

    def _parsed(self, body: Any) -> Iterator[pyoxigraph.Triple]:
        try:
            for quad in pyoxigraph.parse(body, pyoxigraph.RdfFormat.N_TRIPLES, lenient=True):
                yield quad.triple
        except (SyntaxError, OSError) as exc:
            raise broken(exc) from exc

    def _ask(self, asked: dict[str, Any], query: str, graphs: Graphs, media_type: str) -> Any:
        sent = self._dialect.ask(query, graphs, lambda names: self._resolve(asked, names))
        limits = self._dialect.limits(asked["seconds"], asked["most_rows"])
        return self._endpoint.ask(sent.query, media_type, sent.parameters + limits)


class _Table:
    """Rows on their way from the server; what breaks off there is the server's fault, not the query's."""

    def __init__(self, rows: pyoxigraph.QuerySolutions) -> None:
        self._rows = rows

    def serialize(self, output: Any, results_format: pyoxigraph.QueryResultsFormat) -> None:
        """Write all rows."""
        try:
            self._rows.serialize(output, results_format)
        except (SyntaxError, OSError) as exc:
            raise broken(exc) from exc
