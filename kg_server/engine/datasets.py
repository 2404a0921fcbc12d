"""Which graphs a query sees: the store as it is, graphs chosen from it, or several of them merged into one."""

from __future__ import annotations

from typing import Any

import pyoxigraph

Result = pyoxigraph.QueryBoolean | pyoxigraph.QuerySolutions | pyoxigraph.QueryTriples

_MERGE = pyoxigraph.NamedNode("urn:x-strategigraf:merge")


class Datasets:
    """
    A worker's store, and the one merge of graphs it keeps for the next query.

    pyoxigraph counts a triple once for every chosen default graph that holds it. Where several are chosen they are
    therefore copied into one graph first, inside this worker's own copy of the store.
    """

    def __init__(self, store: pyoxigraph.Store) -> None:
        self._store = store
        self._merged: tuple[str, ...] = ()

    def query(self, asked: dict[str, Any]) -> Result:
        """The result, over the graphs chosen by the request or else by the query's FROM clauses."""
        default, named = asked["default_graphs"], asked["named_graphs"]
        if default is None and named is None and len(asked["from"]) > 1:
            try:
                chosen = self._resolve(asked["prologue"], asked["from"] + asked["from_named"])
            except SyntaxError:
                self._store.query(asked["query"])  # its own error tells the right place
                raise
            default, named = chosen[: len(asked["from"])], chosen[len(asked["from"]) :]
        if default is None and named is None:
            self._drop_merge()
            return self._store.query(asked["query"])
        return self._store.query(
            asked["query"],
            default_graph=self._default_graph(tuple(dict.fromkeys(default or ()))),
            named_graphs=[pyoxigraph.NamedNode(iri) for iri in named or ()],
        )

    def _resolve(self, prologue: str, names: list[str]) -> list[str]:
        """The IRIs of names as the query writes them, resolved by the engine itself."""
        found = self._store.query(f"{prologue}\nSELECT ?iri {{ VALUES ?iri {{ {' '.join(names)} }} }}")
        return [row["iri"].value for row in found]  # type: ignore[union-attr]

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
