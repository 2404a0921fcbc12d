"""What it means that a worker could not answer: its own words as an error of ours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from kg_server.core import errors
from kg_server.core.errors import EngineError, KgError, QueryRefused, QuerySyntaxError
from kg_server.engine.paths import no_step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PLACE = re.compile(r"error at (\d+):(\d+): (?:expected )?(.*)", re.DOTALL)
_SENTENCE = re.compile(r"\b[A-Z][a-z]* (?:[\w?]+ )+[\w?]+")
_CHARACTERS = re.compile(r"\[[^\]]*\](?:\s*\|\s*\[[^\]]*\])*")
_UNKNOWN_FUNCTION = re.compile(r"custom (?:aggregate )?function (<.*>) is not supported")
_MOST_EXPECTED = 8


def failure_of(told: Mapping[str, Any], undeclared: Sequence[str]) -> KgError:
    """The error for what a worker tells of; `undeclared` are the prefixes the query uses and does not declare."""
    if told["cause"] == "known":
        known = told["reason"]
        error: type[KgError] = getattr(errors, known["error"])
        return error(known["message"], hint=known["hint"], **known["values"])
    if told["cause"] == "absent term":
        return no_step(told["reason"])
    if told["cause"] == "many graphs":
        return QueryRefused(
            "The engine would answer what is inside GRAPH wrongly, and has too many graphs to ask each by name.",
            hint="Name the graphs with FROM NAMED, or name one in GRAPH.",
        )
    if unknown := _UNKNOWN_FUNCTION.search(told["reason"]):
        return QueryRefused(
            "There is no function {function} here.",
            hint="Use the functions of SPARQL 1.1 and the casts of XML Schema.",
            function=unknown[1],
        )
    if told["cause"] != "syntax":
        return EngineError("The engine could not evaluate the query: {reason}.", reason=told["reason"])
    return syntax_error(told["reason"], undeclared)


def syntax_error(reason: str, undeclared: Sequence[str]) -> QuerySyntaxError:
    """
    The error for what the engine said of a query that does not parse.

    >>> syntax_error("error at 2:9: expected one of LATERAL, ['a' ..= 'z'], [_]", []).values["reason"]
    'expected LATERAL'
    """
    hint = "These prefixes are used but not declared: {prefixes}." if undeclared else ""
    prefixes = ", ".join(f"{prefix}:" for prefix in undeclared)
    place = _PLACE.match(reason)
    if place is None:
        return QuerySyntaxError("The query does not parse: {reason}.", hint=hint, reason=reason, prefixes=prefixes)
    expected = _plain_reason(place[3])
    return QuerySyntaxError(
        "The query does not parse at line {line}, column {column}: {reason}."
        if expected
        else "The query does not parse at line {line}, column {column}.",
        hint=hint,
        line=int(place[1]),
        column=int(place[2]),
        reason=expected,
        prefixes=prefixes,
    )


def _plain_reason(expected: str) -> str:
    """The one sentence among what the parser would have liked, or else the signs and words, unless they are many."""
    sentence = _SENTENCE.search(expected)
    if sentence:
        return sentence[0]
    listed = _CHARACTERS.sub("", expected.removeprefix("one of "))
    words = [word.strip() for word in listed.split(", ") if word.strip()]
    return f"expected {', '.join(words)}" if 0 < len(words) <= _MOST_EXPECTED else ""
