"""
The parts of a query that the engine is known to answer wrongly; docs/engine-notes.md holds a case of each.

The groups of the query are followed with a stack of our own, one frame for each open bracket; what does not parse is
left to the engine to refuse.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg_server.core.errors import QueryRefused
from kg_server.engine.paths import PathEnd, Triples

if TYPE_CHECKING:
    from kg_server.engine.tokens import Token

ANY_GRAPH = "?"
_BLOCKS = ("graph", "minus", "optional", "union", "lateral", "exists")
_GROUP_WORDS = ("filter", "bind", "values", "select", *_BLOCKS)


@dataclass
class _Frame:
    """An open bracket: what it is for, the graph its patterns ask, and what has been found in it."""

    role: str = "group"
    graph: str = ""
    triples: Triples | None = None
    skips: bool = False
    awaits: str = ""
    next_graph: str = ""
    holds_values: bool = False
    asks_graph: bool = False
    is_block: bool = False
    children: int = 0


@dataclass
class Patterns:
    """Reads a query's body token by token; `ends` are the path ends that must be in the graph asked."""

    ends: list[PathEnd] = field(default_factory=list)
    stack: list[_Frame] = field(default_factory=lambda: [_Frame(role="root", skips=True)])

    def read(self, tokens: list[Token]) -> list[PathEnd]:
        """The path ends; raises `QueryRefused` for a form the engine answers wrongly."""
        for token in tokens:
            if token.kind == "open":
                self._open(token.text)
            elif token.kind == "close":
                self._close()
            else:
                self._word(self.stack[-1], token)
        return self.ends

    def _open(self, bracket: str) -> None:
        outer = self.stack[-1]
        if bracket == "{":
            self.stack.append(self._group(outer))
        elif outer.triples is None or outer.awaits:
            self.stack.append(_Frame(role="expression", graph=outer.graph, skips=True))
        elif bracket == "[":
            triples = Triples(outer.graph, self.ends, has_subject=True)
            self.stack.append(_Frame(role="node", graph=outer.graph, triples=triples))
        elif outer.triples.expects_verb:
            path = Triples(outer.graph, self.ends, has_subject=True, is_path=True)
            self.stack.append(_Frame(role="path", graph=outer.graph, triples=path))
        else:
            self.stack.append(_Frame(role="list", graph=outer.graph))

    def _group(self, outer: _Frame) -> _Frame:
        if outer.triples is not None:
            outer.triples.stop()
        role, outer.awaits = outer.awaits, ""
        if role == "values":
            outer.holds_values = True
            return _Frame(role="data", skips=True)
        graph = outer.next_graph if role == "graph" else outer.graph
        outer.children += 1
        frame = _Frame(role=role or "group", graph=graph, is_block=role == "graph" and graph == ANY_GRAPH)
        frame.triples = Triples(graph, self.ends)
        return frame

    def _close(self) -> None:
        if len(self.stack) == 1:
            return
        frame, outer = self.stack.pop(), self.stack[-1]
        if frame.role == "path" and outer.triples is not None and frame.triples is not None:
            outer.triples.primary(is_nullable=frame.triples.path_is_nullable)
        elif frame.role in ("node", "list") and outer.triples is not None:
            outer.triples.take(frame.triples)
        elif frame.role == "expression" and outer.awaits in ("filter", "bind"):
            outer.awaits = ""
        if frame.triples is not None and frame.role not in ("path", "node"):
            self._judge(frame, outer)

    def _judge(self, frame: _Frame, outer: _Frame) -> None:
        """Refuse what is wrong in the group that ends here, or hand on to the group around it what that must know."""
        triples = frame.triples
        has_triples = triples is not None and triples.has_any
        is_plain = not frame.holds_values and not frame.children
        asks = has_triples or frame.asks_graph or is_plain
        if frame.graph != ANY_GRAPH:
            return
        if frame.role == "minus" and asks and triples is not None and outer.triples is not None:
            _check_minus(outer.triples.variables & triples.variables)
        if frame.holds_values and frame.is_block and not has_triples:
            raise QueryRefused(
                "The engine would answer VALUES inside GRAPH with a variable wrongly, with no triple beside it.",
                hint="Put VALUES in front of GRAPH.",
            )
        if not frame.is_block:
            outer.holds_values |= frame.holds_values and not has_triples and frame.role != "minus"
            outer.asks_graph |= asks

    def _word(self, frame: _Frame, token: Token) -> None:
        keyword = _keyword(token)
        if keyword == "select" and frame.role != "root":
            if frame.graph == ANY_GRAPH:
                raise QueryRefused(
                    "The engine would answer a SELECT inside GRAPH with a variable wrongly.",
                    hint="Put GRAPH inside the SELECT, with its variable among those selected or grouped by.",
                )
            frame.skips = True
        elif keyword:
            frame.awaits = keyword
            if frame.triples is not None:
                frame.triples.stop()
        elif frame.awaits == "graph":
            frame.next_graph = ANY_GRAPH if token.kind == "var" else token.text
        elif frame.awaits or frame.skips or frame.triples is None:
            return
        else:
            frame.triples.read(token)


def _keyword(token: Token) -> str:
    """The keyword that the token is, or ends in: one may stand glued to what is before it, as in `true.MINUS`."""
    if token.kind == "word":
        word = token.text.lower()
        return next((keyword for keyword in _GROUP_WORDS if word.endswith(keyword)), "")
    if token.kind == "name" and token.prefix.lower().startswith("filter"):
        return "filter"
    return ""


def _check_minus(shared: set[str]) -> None:
    if not shared:
        raise QueryRefused(
            "The engine would answer MINUS inside GRAPH with a variable wrongly, as its sides share no other variable.",
            hint="Write FILTER NOT EXISTS, or let the triples in front of MINUS and those inside share a variable.",
        )
