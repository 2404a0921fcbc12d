"""What an address says behind its question mark, read strictly: nothing unknown, nothing twice, whole pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from kg_server.ask.params import LANGUAGES
from kg_server.core.errors import BadParameter
from kg_server.web.language import named_language

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST_LIMIT = 10_000
MOST_OFFSET = 10_000_000
LANG, FORMAT, LIMIT, OFFSET, PAGE = "lang", "format", "limit", "offset", "page"
PAGING = (LIMIT, OFFSET, PAGE)
_MOST_DIGITS = 9


@dataclass(frozen=True)
class Slice:
    """The rows asked for: at most `limit`, those from `offset` on."""

    limit: int
    offset: int = 0

    def near(self, total: int) -> dict[str, int]:
        """
        Where the first, previous, next and last rows begin, as far as there are any.

        Before what is beyond the last rows come the last.

        >>> Slice(10, 20).near(35), Slice(10, 900).near(35)
        ({'first': 0, 'prev': 10, 'next': 30, 'last': 30}, {'first': 0, 'prev': 30, 'last': 30})
        """
        last = max(0, total - 1) // self.limit * self.limit
        found = {"first": 0}
        if self.offset:
            found["prev"] = max(0, min(self.offset - self.limit, last))
        if self.offset + self.limit < total:
            found["next"] = self.offset + self.limit
        return found | {"last": last}


def read_arguments(known: Iterable[str]) -> dict[str, str]:
    """The arguments of the request at hand by their names; raises `BadParameter` for an unknown or doubled one."""
    names = tuple(known)
    for name, values in request.args.lists():
        if name not in names:
            raise BadParameter(
                "There is no parameter {parameter} here.",
                hint="There is: {known}.",
                parameter=name,
                known=", ".join(names),
            )
        if len(values) > 1:
            raise BadParameter("The parameter {parameter} is given twice.", parameter=name)
    found = request.args.to_dict()
    if LANG in found and not named_language(found[LANG]):
        raise BadParameter(
            "The parameter {parameter} takes {allowed}, not “{value}”.",
            parameter=LANG,
            value=found[LANG],
            allowed=", ".join(LANGUAGES),
        )
    return found | ({LANG: named_language(found[LANG])} if LANG in found else {})


def read_slice(arguments: Mapping[str, str], usual: int, most: int = MOST_LIMIT) -> Slice:
    """The rows asked for by `limit` and `offset`, or by `page`, which counts from 1; raises `BadParameter`."""
    limit = _number(arguments, LIMIT, usual, 1, most)
    if PAGE in arguments and OFFSET in arguments:
        raise BadParameter("The parameter {parameter} is not given together with offset.", parameter=PAGE)
    if PAGE in arguments:
        return Slice(limit, (_number(arguments, PAGE, 1, 1, MOST_OFFSET // most) - 1) * limit)
    return Slice(limit, _number(arguments, OFFSET, 0, 0, MOST_OFFSET))


def _number(arguments: Mapping[str, str], name: str, usual: int, least: int, most: int) -> int:
    text = arguments.get(name)
    if text is None:
        return usual
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else -1
    if not least <= number <= most:
        raise BadParameter(
            "The parameter {parameter} takes a whole number from {least} to {most}, not “{value}”.",
            parameter=name,
            value=text,
            least=least,
            most=most,
        )
    return number
