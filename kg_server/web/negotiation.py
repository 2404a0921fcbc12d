"""Which format an answer takes: the one asked for by name, or the best of those the request accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg_server.core.errors import NotAcceptable
from kg_server.engine.results import BINDINGS_FORMATS, GRAPH_FORMATS, Format
from kg_server.engine.workbook import XLSX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.datastructures import MIMEAccept

HTML = Format("text/html", "html", "HTML")
WORKBOOK = Format(XLSX, "xlsx", "Excel")

TABLES = (*BINDINGS_FORMATS, WORKBOOK, HTML)
GRAPHS = (*GRAPH_FORMATS, HTML)

_KNOWN = {name for item in (*TABLES, *GRAPHS) for name in (item.extension, item.media_type)}
_GRAPH_NAMES = {"xml": "rdf", "rdf+xml": "rdf", "json": "jsonld"}
_ALIASES = {
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "application/xhtml+xml": "text/html",
}
_GRAPH_ALIASES = {
    "application/json": "application/ld+json",
    "application/xml": "application/rdf+xml",
    "application/xhtml+xml": "text/html",
    "application/x-turtle": "text/turtle",
}


def choose(accepted: MIMEAccept, offered: Sequence[Format], named: str = "") -> Format:
    """
    The format `named`, or else the best accepted; the first offered when all are welcome.

    A name nobody knows is passed over: clients send names of their own beside what they accept. Raises `NotAcceptable`,
    which lists what there is.
    """
    is_graph = offered[0] in GRAPH_FORMATS
    name = named.lower()
    if name:
        name = _GRAPH_NAMES.get(name, name) if is_graph else name
        for item in offered:
            if name in (item.extension, item.media_type, item.name.lower()):
                return item
        if name in _KNOWN:
            raise _none_fits(offered)
    if not accepted:
        return offered[0]
    aliases = _GRAPH_ALIASES if is_graph else _ALIASES
    types = {item.media_type: item for item in offered}
    types |= {alias: types[meant] for alias, meant in aliases.items() if meant in types}
    best = accepted.best_match(list(types))
    if best is None:
        raise _none_fits(offered)
    return types[best]


def prefers_page(accepted: MIMEAccept) -> bool:
    """Whether the request would rather have a page than data: browsers would, programs would not."""
    pages = max(accepted["text/html"], accepted["application/xhtml+xml"])
    return bool(pages > accepted["application/json"] and pages > accepted["application/problem+json"])


def _none_fits(offered: Sequence[Format]) -> NotAcceptable:
    return NotAcceptable(
        "None of the formats asked for can carry this answer.",
        hint="There is: {types}.",
        types=", ".join(item.media_type for item in offered),
    )
