"""Numbers, dates and truths as readers of a language write them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from babel.dates import format_date
from babel.numbers import format_decimal, get_decimal_symbol

from kg_server.ask.columns import kind_of
from kg_server.web.site import gettext, the_site

if TYPE_CHECKING:
    from kg_server.core.terms import Term

_GROUPED_FROM = 10_000
_NO_BREAK = "\u00a0"
"""A whole number below this may be a year, and is written without a space in it."""


def literal_words(term: Term) -> str:
    """What a literal says: numbers, dates and truths in the reader's way of writing them, all else as it is."""
    kind = kind_of([term])
    if kind == "boolean":
        return gettext("Yes") if term.value in ("true", "1") else gettext("No")
    language = the_site().language
    try:
        if kind == "date":
            day = format_date(dt.date.fromisoformat(term.value), format="medium", locale=language)
            return day.replace(" ", _NO_BREAK)
        if kind in ("integer", "number"):
            return number_words(Decimal(term.value), language)
    except (ValueError, InvalidOperation):
        pass
    return term.value


def number_words(number: Decimal, language: str) -> str:
    """
    The number with all its digits, in the language's way.

    >>> number_words(Decimal("54.51889"), "nb"), number_words(Decimal(2024), "nb"), number_words(Decimal(10000), "en")
    ('54,51889', '2024', '10,000')
    """
    if abs(number) >= _GROUPED_FROM:
        return format_decimal(number, format="#,##0.#########", locale=language)
    whole, _, rest = f"{number:f}".partition(".")
    rest = rest.rstrip("0")
    return f"{whole}{get_decimal_symbol(language)}{rest}" if rest else whole
