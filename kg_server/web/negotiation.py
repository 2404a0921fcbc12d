"""Which format an answer takes: the one asked for by name, or the best of those the request accepts."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING

from flask import Request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_list_header
from werkzeug.utils import cached_property

from kg_server.core.errors import NotAcceptable
from kg_server.engine.results import BINDINGS_FORMATS, GRAPH_FORMATS, Format
from kg_server.engine.workbook import XLSX

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HTML = Format("text/html", "html", "HTML")
WORKBOOK = Format(XLSX, "xlsx", "Excel")
EXCEL_CSV = Format("text/csv", "csv-excel", "CSV (Excel)")
"""The CSV that Excel opens as a table where the comma is the decimal sign; only to be had by its name."""

TABLES = (*BINDINGS_FORMATS, WORKBOOK, EXCEL_CSV, HTML)
GRAPHS = (*GRAPH_FORMATS, HTML)

_MOST_REMEMBERED = 512  # characters
_KNOWN = {name for item in (*TABLES, *GRAPHS) for name in (item.extension, item.media_type)}
_TABLE_NAMES = {"srj": "json", "srx": "xml", "sparql-results+json": "json", "sparql-results+xml": "xml"}
_GRAPH_NAMES = {
    "json": "jsonld",
    "json-ld": "jsonld",
    "n3": "ttl",
    "nquads": "nq",
    "ntriples": "nt",
    "rdf+xml": "rdf",
    "rdfxml": "rdf",
    "xml": "rdf",
}
_ALIASES = {
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
    "application/xhtml+xml": "text/html",
}
_GRAPH_ALIASES = {
    "application/json": "application/ld+json",
    "application/xml": "application/rdf+xml",
    "text/xml": "application/rdf+xml",
    "application/xhtml+xml": "text/html",
    "application/turtle": "text/turtle",
    "application/x-turtle": "text/turtle",
}


class Asking(Request):
    """A request whose Accept header is read with patience."""

    @cached_property
    def accept_mimetypes(self) -> MIMEAccept:
        """The media types the client accepts."""
        return read_accept(self.headers.get("Accept", ""))


def read_accept(header: str) -> MIMEAccept:
    """
    The media ranges of an Accept header with their qualities, all other parameters left out.

    Old clients write `*` for `*/*` and `q=.2` for `q=0.2`; that is understood too.

    >>> read_accept("text/html, image/gif, *; q=.2, */*; q=.2")
    MIMEAccept([('text/html', 1.0), ('image/gif', 1.0), ('*/*', 0.2), ('*/*', 0.2)])
    """
    ranges = []
    for item in parse_list_header(header):
        name, *parameters = (part.strip().lower() for part in item.split(";"))
        name = "*/*" if name == "*" else name
        if name.count("/") == 1:
            ranges.append((name, _quality(parameters)))
    return MIMEAccept(ranges) if ranges else MIMEAccept()


def choose(accepted: MIMEAccept, offered: Sequence[Format], named: str = "") -> Format:
    """
    The format `named`, or else the best accepted; the first offered when all are welcome.

    A name nobody knows is passed over where the request also says what it accepts: some clients send names of their
    own. A space is read as the plus that an address has made of it. Raises `NotAcceptable`, which lists what there is.
    """
    is_graph = offered[0] in GRAPH_FORMATS
    name = named.strip().lower().replace(" ", "+")
    if name:
        meant = (_GRAPH_NAMES if is_graph else _TABLE_NAMES).get(name, name)
        meant = (_GRAPH_ALIASES if is_graph else _ALIASES).get(meant, meant)
        for wanted in (name, meant):
            for item in offered:
                if wanted in (item.extension, item.media_type, item.name.lower()):
                    return item
        if name in _KNOWN or not _is_choosy(accepted):
            raise _none_fits(offered)
    if not accepted:
        return offered[0]
    best = max(_ratings(accepted, offered, _GRAPH_ALIASES if is_graph else _ALIASES), default=None)
    if best is None:
        raise _none_fits(offered)
    return offered[-best[3]]


def choose_for(header: str, offered: Sequence[Format], named: str = "") -> Format:
    """The format as `choose` gives it, by the Accept header; short ones are remembered."""
    if len(header) + len(named) > _MOST_REMEMBERED:
        return choose(read_accept(header), offered, named)
    return _choose_again(header, named, is_graph=offered is GRAPHS)


@functools.lru_cache(maxsize=256)
def _choose_again(header: str, named: str, *, is_graph: bool) -> Format:
    return choose(read_accept(header), GRAPHS if is_graph else TABLES, named)


def prefers_page(accepted: MIMEAccept) -> bool:
    """Whether the request would rather have a page than data: browsers would, programs would not."""
    pages = max(accepted["text/html"], accepted["application/xhtml+xml"])
    return bool(pages > accepted["application/json"] and pages > accepted["application/problem+json"])


def _ratings(
    accepted: MIMEAccept, offered: Sequence[Format], aliases: dict[str, str]
) -> Iterator[tuple[float, int, int, int]]:
    """How much each acceptable format is liked: by quality, by how precisely it is named, and in the order given."""
    for number, item in enumerate(offered):
        names = [alias for alias, meant in aliases.items() if meant == item.media_type]
        fits = [
            (_precision(wanted), quality, -place)
            for place, (wanted, quality) in enumerate(accepted)
            if wanted in names or _covers(wanted, item.media_type)
        ]
        if fits and item is not EXCEL_CSV:
            precision, quality, place = max(fits)
            if quality > 0:
                yield quality, precision, place, -number


def _covers(wanted: str, media_type: str) -> bool:
    return wanted in ("*/*", media_type, media_type.partition("/")[0] + "/*")


def _precision(wanted: str) -> int:
    return 0 if wanted == "*/*" else 1 if wanted.endswith("/*") else 2


def _is_choosy(accepted: MIMEAccept) -> bool:
    """Whether the client names a type it would like."""
    return any(_precision(wanted) and quality for wanted, quality in accepted)


def _quality(parameters: list[str]) -> float:
    """The quality among the parameters of a media range: 1 where there is none or none that can be read."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                quality = float(value)
            except ValueError:
                return 1.0
            return min(1.0, max(0.0, quality)) if math.isfinite(quality) else 1.0
    return 1.0


def _none_fits(offered: Sequence[Format]) -> NotAcceptable:
    return NotAcceptable(
        "None of the formats asked for can carry this answer.",
        hint="There is: {types}.",
        types=", ".join(dict.fromkeys(item.media_type for item in offered)),
    )
