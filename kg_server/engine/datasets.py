"""Which graphs a query sees: the store as it is, graphs chosen from it, or several of them merged into one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph

from kg_server.engine.dialects import MERGE
from kg_server.engine.paths import no_step
from kg_server.engine.patterns import ANY_GRAPH

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Result = pyoxigraph.QueryBoolean | pyoxigraph.QuerySolutions | pyoxigraph.QueryTriples

_MERGE = pyoxigraph.NamedNode(MERGE)


class Datasets:
    """
    A worker's store, and the one merge of graphs it keeps for the next query.

    pyoxigraph counts a triple once for every chosen default graph that holds it, and once for every time a graph is
    named. Where several are chosen they are therefore copied into one graph first, inside this worker's own copy of the
    store.
    """

    descriptors = 0

    def __init__(self, store: pyoxigraph.Store) -> None:
        self._store = store
        self._merged: tuple[str, ...] = ()

    def query(self, asked: dict[str, Any]) -> Result:
        """The result, over the graphs chosen by the request or else by the query's FROM clauses."""
        default, named = chosen_graphs(asked, self._store, least=2)
        options: dict[str, Any] = {}
        if default is None and named is None:
            self._drop_merge()
        else:
            options["default_graph"] = self._default_graph(tuple(dict.fromkeys(default or ())))
            options["named_graphs"] = [pyoxigraph.NamedNode(iri) for iri in dict.fromkeys(named or ())]
        chosen = [f"FROM {name}" for name in asked["from"]] + [f"FROM NAMED {name}" for name in asked["from_named"]]
        check_ends(asked, " ".join(chosen), lambda text: bool(self._store.query(text, **options)))
        return self._store.query(asked["query"], **options)

    def confirm(self) -> None:
        """Nothing can have changed meanwhile: the store is this process's own."""

    def _default_graph(self, chosen: tuple[str, ...]) -> list[Any]:
        if len(chosen) < 2:  # noqa: PLR2004 - one graph needs no merging
            self._drop_merge()
            return [pyoxigraph.NamedNode(iri) for iri in chosen]
        if chosen != self._merged:
            self._drop_merge()
            blocks = " UNION ".join(f"{{ GRAPH {pyoxigraph.NamedNode(iri)} {{ ?s ?p ?o }} }}" for iri in chosen)
            self._merged = chosen
            self._store.update(f"INSERT {{ GRAPH {_MERGE} {{ ?s ?p ?o }} }} WHERE {{ {blocks} }}")
        return [_MERGE]

    def _drop_merge(self) -> None:
        if self._merged:
            self._store.remove_graph(_MERGE)
            self._merged = ()


def chosen_graphs(
    asked: dict[str, Any], store: pyoxigraph.Store, *, least: int
) -> tuple[Sequence[str] | None, Sequence[str] | None]:
    """The graphs the request chooses, or else the query where it has so many FROM or FROM NAMED clauses at least."""
    default, named = asked["default_graphs"], asked["named_graphs"]
    if default is None and named is None and max(len(asked["from"]), len(asked["from_named"])) >= least:
        try:
            chosen = resolve(store, asked["prologue"], asked["from"] + asked["from_named"])
        except SyntaxError:
            store.query(asked["query"])  # its own error tells the right place
            raise
        default, named = chosen[: len(asked["from"])], chosen[len(asked["from"]) :]
    return default, named


def check_ends(asked: dict[str, Any], clauses: str, is_true: Callable[[str], bool]) -> None:
    """Raise `QueryRefused` for an end of a path without steps that is not in the graph the path is asked of."""
    start = f"{asked['prologue']}\nASK {clauses} "
    for graph, subject, target in asked["path_ends"]:
        try:
            if subject and target and not is_true(f"{start} {{ FILTER(SAMETERM({subject}, {target})) }}"):
                continue
            term = subject or target
            if is_true(start + _absence(graph, term)):
                raise no_step(term)
        except SyntaxError:
            return  # the query has the same fault, and its own error tells the right place


def resolve(store: pyoxigraph.Store, prologue: str, names: list[str]) -> list[str]:
    """The IRIs of names as the query writes them, resolved by the engine itself."""
    found: Any = store.query(f"{prologue}\nSELECT ?iri {{ VALUES ?iri {{ {' '.join(names)} }} }}")
    return [row["iri"].value for row in found]


def _absence(graph: str, term: str) -> str:
    """The pattern that matches when the graph, or any of the named graphs, does not hold the term in a triple."""
    held = f"{term} ?p ?o", f"?s ?p {term}"
    if not graph:
        return "{ " + " ".join(f"FILTER NOT EXISTS {{ {triple} }}" for triple in held) + " }"
    name = "?g" if graph == ANY_GRAPH else graph
    found = " ".join(f"FILTER NOT EXISTS {{ GRAPH {name} {{ {triple} }} }}" for triple in held)
    return f"{{ GRAPH {name} {{}} {found} }}"
