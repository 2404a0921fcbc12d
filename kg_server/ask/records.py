"""Things and explanations as JSON holds them."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

from kg_server.ask.labels import Named
from kg_server.ask.rules import Rule

_TOLD_OF_A_RULE = ("name", "label_nb", "label_en", "sentence_nb", "sentence_en")


def record(value: Any, known: dict[int, Any] | None = None) -> Any:
    """
    The value as plain lists, dicts, texts and numbers; what is empty is left out.

    What stands in several places of the value is written once; `known` holds what has been, by its identity.

    >>> from kg_server.ask.labels import Text
    >>> record(Text("by", "nb"))
    {'value': 'by', 'language': 'nb'}
    """
    known = {} if known is None else known
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, tuple):
        return [record(item, known) for item in value]
    if isinstance(value, Named):
        return _named(value)
    if isinstance(value, Rule):
        return {name: getattr(value, name) for name in _TOLD_OF_A_RULE}
    if is_dataclass(value):
        if id(value) not in known:
            told = {item.name: getattr(value, item.name) for item in fields(value)}
            known[id(value)] = {name: record(part, known) for name, part in told.items() if part not in (None, "", ())}
        return known[id(value)]
    return value


def _named(value: Named) -> dict[str, str]:
    """A term with its label, or a literal with its language or datatype."""
    term = value.term
    if term.kind == "uri":
        return {"iri": term.value, "label": value.label.value, "language": value.label.language}
    told = {"value": term.value, "language": term.language, "datatype": term.datatype}
    return {name: part for name, part in told.items() if part}
