"""
Where a query leaves the grammar of SPARQL 1.1: the first token that nothing could go on from.

It only reads what the engine has refused, to tell its author where to look: precedence does not matter here, nor
how many arguments a function takes, and whatever it does not know better is left to the word of the engine.
"""

from __future__ import annotations

from kg_server.engine.expressions import Expressions, Fault, whole_tokens
from kg_server.engine.tokens import unescape

__all__ = ["Fault", "find_fault"]

_MOST_TOKENS = 20_000
"""Of a longer query nothing is told: to read it would keep others waiting."""
_LATER = ("<<", "{|")
"""Signs of a later SPARQL, which the engine reads and this grammar does not."""


def find_fault(query: str) -> Fault | None:
    """The first token that breaks the grammar, with a hint where there is one; None where none does."""
    if any(sign in query for sign in _LATER) or unescape(query) != query:
        return None
    tokens = whole_tokens(query)
    if len(tokens) > _MOST_TOKENS:
        return None
    try:
        _Query(tokens).read()
    except Fault as fault:
        return fault
    except RecursionError:
        return None
    return None


class _Query(Expressions):
    """A whole query, read from its prologue to its last VALUES."""

    def read(self) -> None:
        self._prologue()
        forms = {
            "select": self._select,
            "construct": self._construct,
            "describe": self._describe,
            "ask": self._ask,
        }
        forms[self.need(*forms)]()
        self._trailing_values()
        if self.token is not None:
            raise self.fault()

    def _prologue(self) -> None:
        while word := self.take("base", "prefix"):
            if word == "prefix":
                self.need_kind("name")
            self.need_kind("iri")

    def _select(self) -> None:
        self.take("distinct", "reduced")
        if not self.take("*"):
            self._projected()
            while self.is_kind("var") or self.sees("("):
                self._projected()
        self._dataset()
        self._where()
        self.modifiers()

    def _projected(self) -> None:
        if self.take("("):
            self._named_expression()
        else:
            self.need_kind("var")

    def _construct(self) -> None:
        if self.sees("{"):
            self._template()
            self._dataset()
            self._where()
        else:
            self._dataset()
            self.need("where")
            self._template()
        self.modifiers()

    def _template(self) -> None:
        self.need("{")
        while not self.take("}"):
            self._same_subject(has_paths=False)
            if not self.take(".") and not self.sees("}"):
                raise self.undotted()

    def _describe(self) -> None:
        if not self.take("*"):
            self.need_kind("var", "iri", "name")
            while self.take_kind("var", "iri", "name"):
                pass
        self._dataset()
        if self.sees("where") or self.sees("{"):
            self._where()
        self.modifiers()

    def _ask(self) -> None:
        self._dataset()
        self._where()
        self.modifiers()

    def _dataset(self) -> None:
        while self.take("from"):
            self.take("named")
            self.need_kind("iri", "name")

    def _where(self) -> None:
        self.take("where")
        self.group()

    def group(self) -> None:
        """A group in its brackets, or the SELECT in it."""
        self.need("{")
        if self.take("select"):
            self._select()
            self._trailing_values()
            self.need("}")
            return
        last = "start"
        while not self.take("}"):
            last = self._element(last)

    def _element(self, last: str) -> str:
        """One part of a group; what it was, as a dot may not follow everything, and triples need one between them."""
        blocks = {
            "optional": self.group,
            "minus": self.group,
            "lateral": self.group,
            "graph": self._of_a_graph,
            "service": self._of_a_service,
            "filter": self.constraint,
            "bind": self._bind,
            "values": self._data,
        }
        if self.sees("."):
            if last in ("start", "dot"):
                raise self.fault()
            self.take(".")
            return "dot"
        if word := self.take(*blocks):
            blocks[word]()
            return "block"
        if self.sees("{"):
            self.group()
            while self.take("union"):
                self.group()
            return "block"
        if last == "triples":
            raise self.undotted()
        self._same_subject(has_paths=True)
        return "triples"

    def _of_a_graph(self) -> None:
        self.need_kind("var", "iri", "name")
        self.group()

    def _of_a_service(self) -> None:
        self.take("silent")
        self._of_a_graph()

    def _bind(self) -> None:
        self.need("(")
        self._named_expression()

    def _named_expression(self) -> None:
        self.expression()
        self.need("as")
        self.need_kind("var")
        self.need(")")

    def _data(self) -> None:
        if self.take_kind("var"):
            self.need("{")
            while not self.take("}"):
                self._value()
            return
        self.need("(")
        width = 0
        while not self.take(")"):
            self.need_kind("var")
            width += 1
        self.need("{")
        while not self.take("}"):
            self.need("(")
            for _ in range(width):
                self._value()
            self.need(")")

    def _value(self) -> None:
        if not self.take("undef") and not self.take_literal():
            self.need_kind("iri", "name")

    def _trailing_values(self) -> None:
        if self.take("values"):
            self._data()

    def _same_subject(self, *, has_paths: bool) -> None:
        may_stand_alone = self.sees("[") or self.sees("(")
        before = self.at
        self._node(has_paths=has_paths)
        is_empty = self.at == before + 2
        if not may_stand_alone or is_empty or self._begins_verb():
            self._properties(has_paths=has_paths)

    def _begins_verb(self) -> bool:
        return self.is_kind("var", "iri", "name") or any(self.sees(sign) for sign in ("a", "^", "!", "("))

    def _properties(self, *, has_paths: bool) -> None:
        self._verb(has_paths=has_paths)
        self._objects(has_paths=has_paths)
        while self.take(";"):
            if self._begins_verb():
                self._verb(has_paths=has_paths)
                self._objects(has_paths=has_paths)

    def _verb(self, *, has_paths: bool) -> None:
        if self.take_kind("var"):
            return
        if has_paths:
            self.path()
        elif not self.take("a") and not self.take_kind("iri", "name"):
            raise self.incomplete()

    def _objects(self, *, has_paths: bool) -> None:
        self._node(has_paths=has_paths)
        while self.take(","):
            self._node(has_paths=has_paths)

    def _node(self, *, has_paths: bool) -> None:
        if self.take("["):
            if not self.take("]"):
                self._properties(has_paths=has_paths)
                self.need("]")
        elif self.take("("):
            while not self.take(")"):
                self._node(has_paths=has_paths)
        elif not self.take_kind("var", "iri", "name", "blank") and not self.take_literal():
            raise self.incomplete()
