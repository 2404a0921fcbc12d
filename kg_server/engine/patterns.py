"""
The parts of a query that the engine is known to answer wrongly; docs/engine-notes.md holds a case of each.

Most are mended by asking each graph by its name; see `graphs`.

The groups of the query are followed with a stack of our own, one frame for each open bracket; what does not parse is
left to the engine to refuse.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg_server.core.errors import QueryRefused
from kg_server.engine.graphs import Block
from kg_server.engine.paths import PathEnd, Triples
from kg_server.engine.tokens import read_literal

if TYPE_CHECKING:
    from kg_server.engine.alternatives import Statement
    from kg_server.engine.tokens import Token

ANY_GRAPH = "?"
_NO_NAME = "!"
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
    keyword_at: int = 0
    next_graph: str = ""
    block: Block | None = None
    is_spelled_out: bool = False
    around: frozenset[str] = frozenset()
    names: set[str] = field(default_factory=set)
    tests: list[list[Token]] = field(default_factory=list)
    test: list[Token] | None = None


@dataclass
class Patterns:
    """
    Reads the body of a query token by token.

    `ends` are the path ends that must be in the graph asked, `blocks` those to be asked graph by graph, and `strangers`
    the variables that an EXISTS would wrongly know from outside its group. `statements` are all subjects.
    """

    query: str
    ends: list[PathEnd] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    strangers: list[Token] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    stack: list[_Frame] = field(default_factory=lambda: [_Frame(role="root", skips=True)])

    def read(self, tokens: list[Token]) -> Patterns:
        """These patterns, once all is read; raises `QueryRefused` for a form the engine answers wrongly."""
        for token in tokens:
            if token.kind == "open":
                self._open(token)
            elif token.kind == "close":
                self._close(token)
            else:
                self._word(self.stack[-1], token)
        return self

    def _open(self, token: Token) -> None:
        outer = self.stack[-1]
        if token.text == "{":
            frame = self._group(outer, token.start + 1)
        else:
            frame = self._bracket(outer, token)
            frame.names, frame.tests, frame.test = outer.names, outer.tests, outer.test
        frame.around |= outer.around
        self.stack.append(frame)

    def _bracket(self, outer: _Frame, token: Token) -> _Frame:
        if outer.triples is None or outer.awaits:
            return _Frame(role="expression", graph=outer.graph, skips=True)
        outer.triples.begin(token)
        if token.text == "[":
            return _Frame(role="node", graph=outer.graph, triples=Triples(outer.graph, self.ends, has_subject=True))
        if outer.triples.expects_verb:
            path = Triples(outer.graph, self.ends, has_subject=True, is_path=True)
            return _Frame(role="path", graph=outer.graph, triples=path)
        return _Frame(role="list", graph=outer.graph)

    def _group(self, outer: _Frame, inside: int) -> _Frame:
        if outer.triples is not None:
            outer.triples.stop(is_test=outer.awaits == "exists")
        role, outer.awaits = outer.awaits, ""
        if role in ("values", "minus", "graph"):
            self._spell_out()
        if role == "values":
            return _Frame(role="data", skips=True)
        frame = _Frame(role=role or "group", graph=outer.graph, test=outer.test)
        if role == "exists" and frame.test is None:
            frame.test = []
            outer.tests.append(frame.test)
        if role == "graph":
            frame.block = Block(outer.keyword_at, inside, inside, outer.next_graph)
            frame.graph = ANY_GRAPH if frame.block.is_any else outer.next_graph
            outer.next_graph = ""
            if frame.block.is_any:
                frame.around = frozenset({frame.block.name[1:]})
                frame.names.add(frame.block.name[1:])
        frame.triples = Triples(frame.graph, self.ends, self.statements)
        return frame

    def _spell_out(self) -> None:
        """Have the blocks that are open asked graph by graph."""
        for frame in reversed(self.stack):
            if frame.is_spelled_out:
                break
            frame.is_spelled_out = True

    def _close(self, token: Token) -> None:
        if len(self.stack) == 1:
            return
        frame, outer = self.stack.pop(), self.stack[-1]
        if frame.role == "path" and outer.triples is not None and frame.triples is not None:
            outer.triples.primary(is_nullable=frame.triples.path_is_nullable)
        elif frame.role in ("node", "list") and outer.triples is not None:
            outer.triples.take(frame.triples)
        elif frame.role == "expression" and outer.awaits in ("filter", "bind"):
            outer.awaits = ""
        if frame.role == "minus" and frame.triples is not None and outer.triples is not None:
            self._check_minus(outer.triples.variables & frame.triples.variables)
        if token.text == "}" and frame.test is None:
            self._leave_group(frame, outer)
        if frame.block is not None and self._matters(frame, frame.block):
            self.blocks.append(frame.block._replace(end=token.start + 1))

    def _matters(self, frame: _Frame, block: Block) -> bool:
        """Whether the block must be asked graph by graph, or by its name may be asked of a graph that is not there."""
        if block.is_any or block.name in ("", _NO_NAME):
            return block.is_any and frame.is_spelled_out
        return frame.triples is not None and not frame.triples.has_any

    def _leave_group(self, frame: _Frame, outer: _Frame) -> None:
        """Note what the group's tests know from outside; only those of the whole and of OPTIONAL rightly do."""
        if outer.role != "root" and frame.role != "optional":
            self.strangers += [token for test in frame.tests for token in test if token.text[1:] not in frame.names]
        less, more = sorted((frame.names, outer.names), key=len)
        more |= less
        outer.names = more

    def _check_minus(self, shared: set[str]) -> None:
        if not shared and any(frame.role == "exists" for frame in self.stack):
            raise QueryRefused(
                "The engine would answer MINUS inside EXISTS wrongly, as its sides share no variable.",
                hint="Let the triples in front of MINUS and those inside share a variable, or leave MINUS out.",
            )

    def _word(self, frame: _Frame, token: Token) -> None:
        keyword = _keyword(token)
        if token.kind == "var":
            self._variable(frame, token)
        if keyword == "select" and frame.role != "root":
            self._spell_out()
            frame.skips = True
        elif keyword:
            frame.awaits = keyword
            frame.keyword_at = token.start + len(token.text) - len(keyword)
            if frame.triples is not None:
                frame.triples.stop(is_test=keyword in ("filter", "exists"))
        elif frame.awaits == "graph":
            is_name = token.kind in ("var", "iri", "name") and not frame.next_graph
            frame.next_graph = token.text if is_name else _NO_NAME
        elif not frame.awaits and not frame.skips:
            if token.kind in ("string", "number"):
                token = token._replace(text=read_literal(self.query, token))
            if frame.triples is not None:
                frame.triples.read(token)

    def _variable(self, frame: _Frame, token: Token) -> None:
        """Note who knows the variable; one in a triple inside a block must not know the block's own."""
        name = token.text[1:]
        if frame.test is None:
            frame.names.add(name)
        else:
            frame.test.append(token)
        if name in frame.around and not frame.awaits and not frame.skips:
            self._spell_out()


def _keyword(token: Token) -> str:
    """The keyword that the token is, or ends in: one may stand glued to what is before it, as in `true.MINUS`."""
    if token.kind == "word":
        word = token.text.lower()
        if word.endswith(_GROUP_WORDS):
            return next(keyword for keyword in _GROUP_WORDS if word.endswith(keyword))
    if token.kind == "name" and token.prefix.lower().startswith("filter"):
        return "filter"
    return ""
