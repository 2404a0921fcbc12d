"""Which graphs a query sees: the store as it is, graphs chosen from it, or several of them merged into one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pyoxigraph

from kg_server.engine.dialects import MERGE
from kg_server.engine.exists import Condition, Edit, rewrite
from kg_server.engine.graphs import Block, TooManyGraphsError, WrongAnswerError, spell_out
from kg_server.engine.patterns import ANY_GRAPH
from kg_server.engine.scans import Table, is_likely, read_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg_server.engine.columns import Columns

Result = pyoxigraph.QueryBoolean | pyoxigraph.QuerySolutions | pyoxigraph.QueryTriples | Table

_LITERAL_SIGNS = "\"'+-.0123456789"
_MOST_INSIDE = 500_000
"""Matches of the pattern in a MINUS at most: the engine keeps them all, some 200 bytes each."""

_MERGE = pyoxigraph.NamedNode(MERGE)


class AbsentTermError(WrongAnswerError):
    """The graph does not hold this term, from which or to which a path may have no step."""

    cause = "absent term"


class Datasets:
    """
    A worker's store, and the one merge of graphs it keeps for the next query.

    pyoxigraph counts a triple once for every chosen default graph that holds it, and once for every time a graph is
    named. Where several are chosen they are therefore copied into one graph first, inside this worker's own copy of the
    store.
    """

    descriptors = 0
    """Files and sockets a worker may have open."""

    def __init__(self, store: pyoxigraph.Store, columns: Columns | None = None) -> None:
        self._store = store
        self._columns = columns
        self._merged: tuple[str, ...] = ()
        self._nothing = pyoxigraph.Store()

    def open(self) -> None:
        """Get ready in a fork: nothing to do for a store in memory, which came with it."""

    def query(self, asked: dict[str, Any]) -> Result:
        """
        The result, over the graphs chosen by the request or else by the query's FROM clauses.

        Raises `WrongAnswerError` for what the engine would answer wrongly.
        """
        default, named = self._chosen(asked)
        options: dict[str, Any] = {}
        if default is None and named is None:
            self._drop_merge()
            if (table := self._read_columns(asked)) is not None:
                return table
        else:
            options["default_graph"] = self._default_graph(tuple(dict.fromkeys(default or ())))
            options["named_graphs"] = [pyoxigraph.NamedNode(iri) for iri in dict.fromkeys(named or ())]
        if asked["conditions"] and not asked["blocks"]:
            asked = asked | {"query": self._made_fast(asked, options)}
        return self._answer(asked, options)

    def confirm(self) -> None:
        """Nothing can have changed meanwhile: the store is this process's own."""

    def _read_columns(self, asked: dict[str, Any]) -> Table | None:
        """The answer from the columns of the build, where they have it."""
        if self._columns is None or not is_likely(asked):
            return None
        try:
            self._nothing.query(asked["query"], base_iri=asked["base"])
        except SyntaxError:
            return None  # it is found again, and told, where the engine answers
        return read_table(self._columns, asked)

    def _chosen(self, asked: dict[str, Any]) -> tuple[Sequence[str] | None, Sequence[str] | None]:
        """The default graphs and the named ones that are chosen; None where that is left to the store."""
        default, named = asked["default_graphs"], asked["named_graphs"]
        if default is None and named is None and self._is_to_be_resolved(asked):
            try:
                chosen = self._resolve(asked, asked["from"] + asked["from_named"])
            except SyntaxError:
                self._evaluate(asked["plain"], asked)  # its own error tells the right place
                raise
            default, named = chosen[: len(asked["from"])], chosen[len(asked["from"]) :]
        return default, named

    def _answer(self, asked: dict[str, Any], options: dict[str, Any]) -> Result:
        try:
            self._check_ends(asked, options)
            if asked["blocks"]:
                return self._query_by_graph(asked, options)
            return self._in_order(asked["query"], asked, options)
        except SyntaxError:
            self._evaluate(asked["plain"], asked)  # its own error tells the right place
            raise

    def _made_fast(self, asked: dict[str, Any], options: dict[str, Any]) -> str:
        """The query with its conditions of EXISTS as the engine is fast at them; raises `SyntaxError` of the query."""
        self._nothing.query(asked["query"], base_iri=asked["base"])
        edits: list[Edit] = []
        for condition in (Condition(*told) for told in asked["conditions"]):
            is_product = condition.minus and self._is_smaller(condition, asked, options)
            edits += (Edit(*edit) for edit in (condition.minus if is_product else condition.loop))
        return rewrite(asked["query"], edits)

    def _is_smaller(self, condition: Condition, asked: dict[str, Any], options: dict[str, Any]) -> bool:
        """Whether there are fewer matches inside the condition than rows it would be tested for."""
        product = math.prod(self._count(part, _MOST_INSIDE, asked, options) for part in condition.parts)
        rows = min(product, _MOST_INSIDE)
        return self._count(condition.inside, rows, asked, options) < rows

    def _count(self, pattern: str, most: int, asked: dict[str, Any], options: dict[str, Any]) -> int:
        """How many matches the pattern has, but not past `most`."""
        counted = f"{{ SELECT ?each {{ {pattern} }} LIMIT {most} }}"
        found: Any = self._evaluate(_asking("SELECT (COUNT(*) AS ?matches)", asked) + counted, asked, options)
        return int(next(found)["matches"].value)

    @staticmethod
    def _is_to_be_resolved(asked: dict[str, Any]) -> bool:
        """Whether it matters which graphs exactly the query's FROM clauses choose."""
        most = max(len(asked["from"]), len(asked["from_named"]))
        return most > 1 or (most == 1 and bool(asked["blocks"]))

    def _evaluate(self, query: str, asked: dict[str, Any], options: dict[str, Any] | None = None) -> Result:
        return self._store.query(query, base_iri=asked["base"], **(options or {}))

    def _in_order(self, query: str, asked: dict[str, Any], options: dict[str, Any]) -> Result:
        """The result of the query; all variables of `SELECT *` come as they stand in it, not by the alphabet."""
        star, names = asked["star"], asked["variables"]
        if star is not None and names != sorted(names):
            unasked: Any = self._nothing.query(query, base_iri=asked["base"])
            found = {variable.value for variable in getattr(unasked, "variables", ())}
            if found and found.issubset(names):
                shown = " ".join(f"?{name}" for name in names if name in found)
                query = f"{query[:star]} {shown} {query[star + 1 :]}"
        return self._evaluate(query, asked, options)

    def _query_by_graph(self, asked: dict[str, Any], options: dict[str, Any]) -> Result:
        """The result of the query with its blocks spelled out; where that does not parse, the query has the fault."""
        blocks = [Block(*block) for block in asked["blocks"]]
        named = options.get("named_graphs")
        try:
            absent = self._absent([block for block in blocks if not block.is_any], asked, named)
            anywhere = [block for block in blocks if block.is_any]
            query = spell_out(asked["query"], anywhere + absent, self._names(named) if anywhere else ())
            return self._in_order(query, asked, options)
        except SyntaxError as exc:
            self._evaluate(asked["plain"], asked, options)
            raise TooManyGraphsError from exc

    def _names(self, named: Sequence[Any] | None) -> list[str]:
        """The IRIs of the named graphs; raises `TooManyGraphsError` where one has none."""
        graphs = list(self._store.named_graphs()) if named is None else named
        if not all(isinstance(graph, pyoxigraph.NamedNode) for graph in graphs):
            raise TooManyGraphsError
        return sorted(graph.value for graph in graphs)

    def _absent(self, blocks: list[Block], asked: dict[str, Any], named: Sequence[Any] | None) -> list[Block]:
        """Those of the blocks that name a graph which is not there."""
        graphs = map(pyoxigraph.NamedNode, self._resolve(asked, [block.name for block in blocks]) if blocks else ())
        is_there = self._store.contains_named_graph if named is None else named.__contains__
        return [block for block, graph in zip(blocks, graphs, strict=True) if not is_there(graph)]

    def _check_ends(self, asked: dict[str, Any], options: dict[str, Any]) -> None:
        """Raise `AbsentTermError` for an end of a path without steps that is not in the graph the path is asked of."""
        if not asked["path_ends"]:
            return
        start = _asking("ASK", asked)
        for graph, subject, target in asked["path_ends"]:
            try:
                same = f"{start} {{ FILTER(SAMETERM({subject}, {target})) }}"
                if subject and target and not self._evaluate(same, asked):
                    continue
                term = subject or target
                if self._evaluate(start + _absence(graph, term), asked, options):
                    raise AbsentTermError(term)
            except SyntaxError:
                return  # the query has the same fault, and its own error tells the right place

    def _resolve(self, asked: dict[str, Any], names: list[str]) -> list[str]:
        """The IRIs of names as the query writes them, resolved by the engine itself."""
        query = f"{asked['prologue']}\nSELECT ?iri {{ VALUES ?iri {{ {' '.join(names)} }} }}"
        found = self._evaluate(query, asked)
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


def _asking(form: str, asked: dict[str, Any]) -> str:
    """What a query of that form begins with to ask the same graphs."""
    chosen = [f"FROM {name}" for name in asked["from"]] + [f"FROM NAMED {name}" for name in asked["from_named"]]
    return f"{asked['prologue']}\n{form} {' '.join(chosen)} "


def _absence(graph: str, term: str) -> str:
    """The pattern that matches when the graph, or any of the named graphs, does not hold the term in a triple."""
    held = [f"?s ?p {term}"]
    if term[:1] not in _LITERAL_SIGNS and term not in ("true", "false"):
        held.append(f"{term} ?p ?o")
    if not graph:
        return "{ " + " ".join(f"FILTER NOT EXISTS {{ {triple} }}" for triple in held) + " }"
    name = "?g" if graph == ANY_GRAPH else graph
    found = " ".join(f"FILTER NOT EXISTS {{ GRAPH {name} {{ {triple} }} }}" for triple in held)
    return f"{{ GRAPH {name} {{}} {found} }}"
