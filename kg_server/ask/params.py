"""The parameters of questions: strings become typed terms, and all slots of a query are filled in one pass."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg_server.ask.names import expand, find_thing
from kg_server.core.errors import BadParameter, UnknownThing
from kg_server.core.namespaces import BASE
from kg_server.core.terms import XSD, Term, iri, literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg_server.engine.base import Engine

SLOT = re.compile(r"VALUES \?(?P<name>\w+) \{ UNDEF \}")
"""What a query has in the place of a parameter; the exact text, so that any engine reads the query as it is."""

LANGUAGES = ("nb", "en")
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,18})?")
_TRUTHS = {"true": "true", "1": "true", "false": "false", "0": "false"}


@dataclass(frozen=True)
class Param:
    """
    One parameter of a question: its type, what it is called, and what holds when nobody gives it.

    `of` are the classes, as prefixed names, whose things are worth giving; any other may be given too.
    """

    name: str
    type: str
    label_nb: str
    label_en: str
    default: str | None = None
    optional: bool = False
    example: str = ""
    of: tuple[str, ...] = ()

    @property
    def is_needed(self) -> bool:
        """Whether the question cannot be asked without it."""
        return self.type != "lang" and self.default is None and not self.optional

    def label(self, language: str) -> str:
        """What the parameter is called in the language."""
        return self.label_en if language == "en" else self.label_nb


def fill(text: str, terms: Mapping[str, Term | None]) -> str:
    """
    The query with its slots filled, all in one pass, so that no value is ever read as a slot.

    >>> fill("VALUES ?a { UNDEF } VALUES ?b { UNDEF }", {"a": literal("VALUES ?b { UNDEF }"), "b": None})
    'VALUES ?a { "VALUES ?b { UNDEF }" } VALUES ?b { UNDEF }'
    """

    def filled(slot: re.Match[str]) -> str:
        term = terms.get(slot["name"])
        return slot[0] if term is None else f"VALUES ?{slot['name']} {{ {term.n3()} }}"

    return SLOT.sub(filled, text)


def read_value(param: Param, value: str, engine: Engine | None = None, *, base: str = BASE) -> Term:
    """
    The term a string stands for by the parameter's type; raises `BadParameter` when it stands for none.

    With an engine, a thing may go by any of its names, and must be in the graph unless its whole IRI is given.

    >>> read_value(Param("year", "integer", "år", "year"), " 02030 ").n3()
    '"2030"^^<http://www.w3.org/2001/XMLSchema#integer>'
    """
    if param.type == "iri":
        return _read_iri(param, value.strip(), engine, base)
    return _READERS[param.type](param, value)


def _read_iri(param: Param, value: str, engine: Engine | None, base: str) -> Term:
    candidates = expand(value, base)
    if engine is None or value.removeprefix("<").startswith(("http:", "https:", "urn:")):
        if not candidates:
            raise BadParameter(
                "The parameter {name} must name a thing, not “{value}”.",
                hint="Give an IRI, or kind/slug as in strategy/a1.",
                name=param.name,
                value=value,
            )
        return iri(candidates[0])
    try:
        return iri(find_thing(engine, value, base=base))
    except UnknownThing as exc:
        raise BadParameter(
            "The parameter {parameter} takes the name of one thing, which “{name}” is not.",
            hint=exc.hint,
            **(exc.values | {"parameter": param.name}),
        ) from exc


def _read_string(_param: Param, value: str) -> Term:
    return literal(value)


def _read_language(param: Param, value: str) -> Term:
    if value not in LANGUAGES:
        raise BadParameter("The parameter {name} must be nb or en, not “{value}”.", name=param.name, value=value)
    return literal(value)


def _read_integer(param: Param, value: str) -> Term:
    if not _WHOLE.fullmatch(value.strip()):
        raise BadParameter("The parameter {name} must be a whole number, not “{value}”.", name=param.name, value=value)
    return literal(str(int(value)), datatype=XSD + "integer")


def _read_decimal(param: Param, value: str) -> Term:
    if not _DECIMAL.fullmatch(value.strip()):
        raise BadParameter(
            "The parameter {name} must be a number with a point, such as 0.7, not “{value}”.",
            name=param.name,
            value=value,
        )
    return literal(value.strip(), datatype=XSD + "decimal")


def _read_date(param: Param, value: str) -> Term:
    try:
        day = dt.date.fromisoformat(value.strip())
    except ValueError as exc:
        raise BadParameter(
            "The parameter {name} must be a date such as 2030-12-31, not “{value}”.", name=param.name, value=value
        ) from exc
    return literal(day.isoformat(), datatype=XSD + "date")


def _read_boolean(param: Param, value: str) -> Term:
    truth = _TRUTHS.get(value.strip().lower())
    if truth is None:
        raise BadParameter("The parameter {name} must be true or false, not “{value}”.", name=param.name, value=value)
    return literal(truth, datatype=XSD + "boolean")


_READERS = {
    "string": _read_string,
    "lang": _read_language,
    "integer": _read_integer,
    "decimal": _read_decimal,
    "date": _read_date,
    "boolean": _read_boolean,
}
TYPES = ("iri", *_READERS)
