"""What is wrong with a query that does not parse, as exactly as its tokens tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from kg_server.core.errors import KgError, QuerySyntaxError
from kg_server.core.namespaces import prefixes
from kg_server.engine.gate import read_outline, read_tokens
from kg_server.engine.grammar import find_fault
from kg_server.engine.misuse import find_misuse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg_server.engine.gate import Outline
    from kg_server.engine.tokens import Token

WELL_KNOWN = {
    "bd": "http://www.bigdata.com/rdf#",
    "cc": "http://creativecommons.org/ns#",
    "dbo": "http://dbpedia.org/ontology/",
    "dbr": "http://dbpedia.org/resource/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dct": "http://purl.org/dc/terms/",
    "dcmitype": "http://purl.org/dc/dcmitype/",
    "fn": "http://www.w3.org/2005/xpath-functions#",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "geof": "http://www.opengis.net/def/function/geosparql/",
    "locn": "http://www.w3.org/ns/locn#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "p": "http://www.wikidata.org/prop/",
    "schema": "https://schema.org/",
    "skosxl": "http://www.w3.org/2008/05/skos-xl#",
    "sosa": "http://www.w3.org/ns/sosa/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
    "wikibase": "http://wikiba.se/ontology#",
}
"""Prefixes of others that people write without thinking, as prefix.cc and the services themselves give them."""

_PAIRS = {"(": ")", "{": "}", "[": "]"}
_ODD_SPACE = re.compile(r"#[^\n\r]*|(?P<odd>[^\S \t\r\n]|\ufeff)")
_SIGNS = frozenset("=<>!&|+-*/^,;.?$~%_0123456789")
_LONGEST = 60


def explain(error: QuerySyntaxError, query: str, base: str) -> QuerySyntaxError:
    """
    The error with the place and the token that is wrong, and what to declare where that is what is missing.

    The engine tells how far it got, which can be far past the fault; what the tokens show by themselves goes first.
    """
    try:
        outline = read_outline(query, may_ask=True)
    except KgError:
        return error
    tokens = list(read_tokens(query))
    for look in (_odd_space, _broken, _unpaired, _formless):
        if found := look(query, tokens, outline):
            return found
    faults = [found for found in (_undeclared(query, tokens, outline, base), _ungrammatical(query)) if found]
    if faults:
        return min(faults, key=_position)
    return _misused(query) or _at_token(error, query, tokens)


def _position(error: QuerySyntaxError) -> tuple[object, object]:
    return error.values["line"], error.values["column"]


def _odd_space(query: str, tokens: list[Token], _outline: Outline) -> QuerySyntaxError | None:
    """A space that SPARQL does not take for one, as word processors write them."""
    end = 0
    for start, text in [*((token.start, token.text) for token in tokens), (len(query), "")]:
        for match in _ODD_SPACE.finditer(query, end, start):
            if match.lastgroup:
                return QuerySyntaxError(
                    "The query does not parse at line {line}, column {column}, at {token}.",
                    hint="Write an ordinary space.",
                    **_place(query, match.start(), f"U+{ord(match[0]):04X}"),
                )
        end = start + len(text)
    return None


def _broken(query: str, tokens: list[Token], _outline: Outline) -> QuerySyntaxError | None:
    """A text without an end, or a sign SPARQL does not have."""
    for token in tokens:
        if token.kind == "string" and not _is_closed(token.text):
            return QuerySyntaxError(
                "The text that begins at line {line}, column {column}, has no end: {token}.",
                **_place(query, token.start, token.text),
            )
        if token.kind == "other" and token.text not in _SIGNS:
            return QuerySyntaxError(
                "The query does not parse at line {line}, column {column}, at {token}.",
                **_place(query, token.start, token.text),
            )
    return None


def _unpaired(query: str, tokens: list[Token], _outline: Outline) -> QuerySyntaxError | None:
    """A bracket that nothing opened or nothing closes."""
    opened: list[Token] = []
    for token in tokens:
        if token.kind == "open":
            opened.append(token)
        elif token.kind == "close" and not opened:
            return QuerySyntaxError(
                "The bracket {token} at line {line}, column {column}, closes nothing.",
                **_place(query, token.start, token.text),
            )
        elif token.kind == "close" and _PAIRS[(last := opened.pop()).text] != token.text:
            there = _place(query, last.start, last.text)
            return QuerySyntaxError(
                "The bracket {token} at line {line}, column {column}, does not close {opened}.",
                hint="Close {opened} of line {opened_line}, column {opened_column}, first.",
                **_place(query, token.start, token.text),
                opened=last.text,
                opened_line=there["line"],
                opened_column=there["column"],
            )
    if not opened:
        return None
    return QuerySyntaxError(
        "The bracket {token} at line {line}, column {column}, is never closed.",
        **_place(query, opened[-1].start, opened[-1].text),
    )


def _formless(query: str, tokens: list[Token], outline: Outline) -> QuerySyntaxError | None:
    """A query that does not begin as queries do."""
    first = next((token for token in tokens if token.start >= len(outline.prologue)), None)
    if outline.form or (first and first.text.lower() in ("prefix", "base")):
        return None
    text = first.text if first else ""
    return QuerySyntaxError(
        "The query does not parse at line {line}, column {column}, at {token}."
        if first
        else "The query has no body: it ends at line {line}, column {column}.",
        hint="A query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, after its PREFIX lines.",
        **_place(query, first.start if first else len(query), text),
    )


def _undeclared(query: str, tokens: list[Token], outline: Outline, base: str) -> QuerySyntaxError | None:
    """A prefix that is used before anything says what it stands for."""
    if not outline.form:
        return None
    body = (token for token in tokens if token.kind == "name" and token.start >= len(outline.prologue))
    first = next((token for token in body if token.prefix not in outline.prefixes), None)
    if first is None:
        return None
    declaration = declare(outline.undeclared, base)
    place = _place(query, first.start, first.text)
    told = place | {"prefix": first.prefix, "declaration": declaration}
    message = "The prefix {prefix}: is not declared; it is used at line {line}, column {column}, in {token}."
    if declaration:
        return QuerySyntaxError(message, hint="Add at the top of the query: {declaration}", **told)
    del told["declaration"]
    return QuerySyntaxError(message, hint="Add at the top of the query what it stands for, by PREFIX.", **told)


def declare(names: Iterable[str], base: str) -> str:
    r"""
    The declarations of those prefixes that are ours or well known, one a line.

    >>> declare(["nobody", "wd"], "https://w3id.org/strategigraf/")
    'PREFIX wd: <http://www.wikidata.org/entity/>'
    """
    known = WELL_KNOWN | prefixes(base)
    return "\n".join(f"PREFIX {name}: <{known[name]}>" for name in names if name in known)


def _ungrammatical(query: str) -> QuerySyntaxError | None:
    """A token that cannot stand where it stands, or a query that ends too early."""
    fault = find_fault(query)
    if fault is None:
        return None
    if fault.token is None:
        place = _place(query, len(query.rstrip()), "")
        return QuerySyntaxError(
            "The query does not parse; it was read to its end, line {line}, column {column}.", hint=fault.hint, **place
        )
    return QuerySyntaxError(
        "The query does not parse at line {line}, column {column}, at {token}.",
        hint="An IRI between < and > holds no spaces, quotes or brackets." if fault.token.text == "<" else fault.hint,
        **_place(query, fault.token.start, fault.token.text),
    )


def _misused(query: str) -> QuerySyntaxError | None:
    """A variable that is chosen twice, has a value already, or is not grouped."""
    misuse = find_misuse(query)
    if misuse is None:
        return None
    place = _place(query, misuse.token.start, misuse.token.text)
    if misuse.kind == "twice":
        return QuerySyntaxError("The variable {token} at line {line}, column {column}, is chosen twice.", **place)
    if misuse.kind == "given":
        return QuerySyntaxError(
            "The variable {token} at line {line}, column {column}, has a value already.",
            hint="Write another name after AS.",
            **place,
        )
    return QuerySyntaxError(
        "{token} at line {line}, column {column}, is neither in GROUP BY nor inside a function such as COUNT.",
        hint="Name it in GROUP BY, or take one of its values, as in (SAMPLE(?x) AS ?one).",
        **place,
    )


def _at_token(error: QuerySyntaxError, query: str, tokens: list[Token]) -> QuerySyntaxError:
    """The engine's own word, with the token it stopped at."""
    line, column = error.values.get("line"), error.values.get("column")
    if not isinstance(line, int) or not isinstance(column, int):
        return error
    lines = query.split("\n")
    offset = sum(len(text) + 1 for text in lines[: line - 1]) + column - 1
    token = next((token for token in tokens if token.start + len(token.text) > offset), None)
    reason = str(error.values.get("reason") or "")
    told: dict[str, Any] = {
        "line": line,
        "column": column,
        "token": _short(token.text) if token else "",
        "reason": reason,
    }
    if token is None:
        return QuerySyntaxError(
            "The query does not parse; it was read to its end, line {line}, column {column}: {reason}."
            if reason
            else "The query does not parse; it was read to its end, line {line}, column {column}.",
            **told,
        )
    return QuerySyntaxError(
        "The query does not parse at line {line}, column {column}, at {token}: {reason}."
        if reason
        else "The query does not parse at line {line}, column {column}, at {token}.",
        **told,
    )


def _place(query: str, offset: int, token: str) -> dict[str, Any]:
    before = query[:offset]
    line = before.count("\n") + 1
    return {"line": line, "column": offset - (before.rfind("\n") + 1) + 1, "token": _short(token)}


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _is_closed(text: str) -> bool:
    quote = text[:3] if text[:3] in ('"""', "'''") and len(text) > 3 else text[0]  # noqa: PLR2004 - three make one
    return len(text) >= 2 * len(quote) and text.endswith(quote) and not _is_escaped(text, len(text) - len(quote))


def _is_escaped(text: str, at: int) -> bool:
    begin = at
    while begin and text[begin - 1] == "\\":
        begin -= 1
    return (at - begin) % 2 == 1
