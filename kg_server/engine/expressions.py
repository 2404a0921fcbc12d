"""The words of a query one after the other, and its expressions and paths, as the grammar of SPARQL 1.1 has them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg_server.engine.tokens import Token, read_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

_FUNCTION = re.compile(
    r"""
    str | langmatches | (?:has)?lang(?:dir)? | datatype | bound | [iu]ri | bnode | rand | abs | ceil | floor | round
    | concat | strlen | [ul]case | encode_for_uri | contains | str(?:starts|ends|before|after) | year | month | day
    | hours | minutes | seconds | timezone | tz | now | (?:str)?uuid | md5 | sha(?:1|256|384|512) | coalesce | if
    | str(?:lang|langdir|dt) | sameterm | is(?:iri|uri|blank|literal|numeric|triple) | triple | subject | predicate
    | object | regex | substr | replace | count | sum | min | max | avg | sample | group_concat | adjust
    """,
    re.VERBOSE | re.IGNORECASE,
)
_OPERATORS = ("||", "&&", "!=", "<=", ">=", "=", "<", ">", "+", "-", "*", "/")
_SIGNS = frozenset(operator[0] for operator in _OPERATORS)


class Fault(Exception):
    """The token that breaks the grammar, or None where the query ends too early."""

    def __init__(self, token: Token | None, hint: str = "") -> None:
        super().__init__(hint)
        self.token = token
        self.hint = hint


def whole_tokens(query: str) -> list[Token]:
    """The tokens of a query, the full stop after a name apart, as the grammar has it."""
    return [part for token in read_tokens(query, has_inert=True) for part in _split(token)]


def _split(token: Token) -> Iterator[Token]:
    name = token.text.rstrip(".") if token.kind in ("name", "word", "blank") else token.text
    if name.endswith("\\"):
        name = token.text
    yield token._replace(text=name)
    for at in range(len(name), len(token.text)):
        yield Token("other", ".", token.start + at)


class Expressions:
    """Reads token by token; raises `Fault` at the first that cannot stand where it stands."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self.at = 0

    @property
    def token(self) -> Token | None:
        """The token that comes next, or None at the end."""
        return self._tokens[self.at] if self.at < len(self._tokens) else None

    def fault(self, hint: str = "") -> Fault:
        """The error for the token that comes next."""
        return Fault(self.token, hint)

    def incomplete(self) -> Fault:
        """The error for a triple that lacks a part."""
        return self.fault(hint="A triple takes a subject, a property and a value.")

    def undotted(self) -> Fault:
        """The error for what follows a triple without a dot between."""
        return self.fault(hint="Write a dot between two triples.")

    def sees(self, text: str, ahead: int = 0) -> bool:
        """Whether this word or sign comes next, or so many tokens later."""
        at = self.at + ahead
        if at >= len(self._tokens) or self._tokens[at].kind in ("string", "iri", "var"):
            return False
        return self._tokens[at].text.lower() == text

    def take(self, *texts: str) -> str:
        """Step over one of these words or signs, if one comes next."""
        found = next((text for text in texts if self.sees(text)), "")
        self.at += bool(found)
        return found

    def need(self, *texts: str) -> str:
        """Step over one of these words or signs, which must come next."""
        found = self.take(*texts)
        if not found:
            raise self.fault()
        return found

    def is_kind(self, *kinds: str) -> bool:
        """Whether a token of one of these kinds comes next."""
        return self.token is not None and self.token.kind in kinds

    def take_kind(self, *kinds: str) -> bool:
        """Step over a token of one of these kinds, if one comes next."""
        found = self.is_kind(*kinds)
        self.at += found
        return found

    def need_kind(self, *kinds: str) -> None:
        """Step over a token of one of these kinds, which must come next."""
        if not self.take_kind(*kinds):
            raise self.fault()

    def group(self) -> None:
        """A group in its brackets, as EXISTS has it."""
        raise NotImplementedError

    def take_literal(self) -> bool:
        """Step over a text with its language or type, a number with its sign, or a truth."""
        if self.take_kind("string"):
            if self.is_kind("inert") and self.sees("^^"):
                self.at += 1
                self.need_kind("iri", "name")
            else:
                self.take_kind("inert")
            return True
        if self.take("true", "false") or self.take_kind("number"):
            return True
        signs = next((count for count in (1, 2) if self._is_number(count)), 0)
        self.at += signs + 1 if signs else 0
        return bool(signs)

    def _is_number(self, signs: int) -> bool:
        """Whether a number comes after so many signs that are glued to it: `-1`, `.5`, `-.5`."""
        parts = self._tokens[self.at : self.at + signs + 1]
        text = "".join(part.text for part in parts)
        is_glued = bool(parts) and text[:-1] != "" and parts[-1].start == parts[0].start + signs
        return is_glued and parts[-1].kind == "number" and text[:signs] in ("+", "-", ".", "+.", "-.")

    def constraint(self) -> None:
        """What FILTER, HAVING and ORDER BY take: an expression in brackets, or a call."""
        if self.take("("):
            self.expression()
            self.need(")")
        elif self.is_kind("iri", "name"):
            self.at += 1
            self._arguments()
        else:
            self._call()

    def expression(self) -> None:
        """Operands with operators between them."""
        self._operand()
        while self._take_operator():
            self._operand()

    def _take_operator(self) -> bool:
        if self._take_negatable("in"):
            self._arguments()
            return self._take_operator()
        if self.token is None or self.token.text not in _SIGNS:
            return False
        for operator in _OPERATORS:
            if all(self.sees(sign, place) for place, sign in enumerate(operator)):
                self.at += len(operator)
                return True
        return False

    def _take_negatable(self, word: str) -> bool:
        """Step over the word, with or without a NOT before it."""
        negations = int(self.sees("not"))
        found = self.sees(word, negations)
        self.at += found * (negations + 1)
        return found

    def _operand(self) -> None:
        while self.take("!", "+", "-"):
            pass
        if self.take("("):
            self.expression()
            self.need(")")
        elif self.take_kind("iri", "name"):
            if self.sees("("):
                self._arguments()
        elif not self.take_kind("var") and not self.take_literal():
            self._call()

    def _call(self) -> None:
        """A function of SPARQL, an aggregate or EXISTS."""
        if self._take_negatable("exists"):
            self.group()
            return
        if self.token is None or self.token.kind != "word":
            raise self.fault()
        if not _FUNCTION.fullmatch(self.token.text):
            raise self.fault(hint="There is no function of that name." if self.sees("(", 1) else "")
        self.at += 1
        self._arguments()

    def _arguments(self) -> None:
        self.need("(")
        self.take("distinct")
        if not self.take("*") and not self.sees(")"):
            self.expression()
            while self.take(","):
                self.expression()
        if self.take(";"):
            self.need("separator")
            self.need("=")
            self.need_kind("string")
        self.need(")")

    def path(self) -> None:
        """Steps, with `/` or `|` between them."""
        self._step()
        while self.take("/", "|"):
            self._step()

    def _step(self) -> None:
        self.take("^")
        if self.take("!"):
            self._excluded()
        elif self.take("("):
            self.path()
            self.need(")")
        elif not self.take("a") and not self.take_kind("iri", "name"):
            raise self.incomplete()
        if not self._is_number(1):
            self.take("?", "*", "+")

    def _excluded(self) -> None:
        if not self.take("("):
            self._excluded_one()
            return
        if self.take(")"):
            return
        self._excluded_one()
        while self.take("|"):
            self._excluded_one()
        self.need(")")

    def _excluded_one(self) -> None:
        self.take("^")
        if not self.take("a"):
            self.need_kind("iri", "name")

    def modifiers(self) -> None:
        """GROUP BY, HAVING, ORDER BY, LIMIT and OFFSET, each where it may stand."""
        if self.take("group"):
            self.need("by")
            self._conditions(can_name=True)
        if self.take("having"):
            self.constraint()
            while self._begins_condition():
                self.constraint()
        if self.take("order"):
            self.need("by")
            self._conditions(can_name=False)
        limits = {"limit", "offset"}
        while word := self.take(*limits):
            limits.remove(word)
            self.need_kind("number")

    def _conditions(self, *, can_name: bool) -> None:
        self._condition(can_name=can_name)
        while self._begins_condition():
            self._condition(can_name=can_name)

    def _begins_condition(self) -> bool:
        if self.token is None:
            return False
        is_call = self.token.kind == "word" and bool(
            _FUNCTION.fullmatch(self.token.text) or self.token.text.lower() in ("asc", "desc", "not", "exists")
        )
        return is_call or self.is_kind("var", "iri", "name") or self.sees("(")

    def _condition(self, *, can_name: bool) -> None:
        if self.take_kind("var"):
            return
        if not can_name and self.take("asc", "desc"):
            self.need("(")
            self.expression()
            self.need(")")
        elif can_name and self.take("("):
            self.expression()
            if self.take("as"):
                self.need_kind("var")
            self.need(")")
        else:
            self.constraint()
