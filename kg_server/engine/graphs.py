"""`GRAPH` with a variable spelled out graph by graph, where the engine would answer it wrongly as it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kg_server.engine.bounds import MOST_BYTES, MOST_PARTS
from kg_server.engine.tokens import read_tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

_NO_IRI_SIGN = re.compile(r'[\x00-\x20<>"{}|^`\\]')


class WrongAnswerError(Exception):
    """The engine would answer wrongly; `cause` tells the front what to say."""

    cause = ""


class TooManyGraphsError(WrongAnswerError):
    """There are more graphs than a query can name one by one, or some without an IRI."""

    cause = "many graphs"


class Block(NamedTuple):
    """Where `GRAPH ?g { … }` begins and ends in a query, where its inside begins, and what it names."""

    start: int
    inside: int
    end: int
    name: str

    @property
    def is_any(self) -> bool:
        """Whether this is asked of any graph."""
        return self.name[:1] in ("?", "$")


def spell_out(query: str, blocks: Sequence[Block], graphs: Sequence[str]) -> str:
    """
    The query with each block as a UNION over the graphs, which is what the specification says a block means.

    A block that names its graph gives nothing: such are those whose graph is not there.

    Raises `TooManyGraphsError`.

    >>> spell_out("ASK { GRAPH ?g { } }", [Block(6, 16, 18, "?g")], ["http://e/a"])
    'ASK { { { VALUES ?g { <http://e/a> } GRAPH <http://e/a> { } } } }'
    """
    if len(graphs) > MOST_PARTS:
        raise TooManyGraphsError
    left = sorted(blocks)
    while left:
        block = left.pop()
        inside = query[block.inside : block.end - 1]
        if len(inside) * len(graphs) > MOST_BYTES:
            raise TooManyGraphsError
        text = _union(block.name, inside, graphs) if block.is_any else "{ FILTER(false) }"
        query = query[: block.start] + text + query[block.end :]
        if len(query) > MOST_BYTES:
            raise TooManyGraphsError
        grown = len(text) - (block.end - block.start)
        left = [outer._replace(end=outer.end + grown) if outer.end > block.end else outer for outer in left]
    return query


def _union(variable: str, inside: str, graphs: Sequence[str]) -> str:
    parts = (
        f"{{ VALUES {variable} {{ {name} }} GRAPH {name} {{{_with_own_nodes(inside, number)}}} }}"
        for number, name in enumerate(map(_written, graphs))
    )
    return f"{{ {' UNION '.join(parts) or f'VALUES {variable} {{ }}'} }}"


def _written(graph: str) -> str:
    return "<" + _NO_IRI_SIGN.sub(lambda sign: rf"\u{ord(sign[0]):04X}", graph) + ">"


def _with_own_nodes(inside: str, number: int) -> str:
    """The inside of a block with blank nodes of its own: a label must not stand in two patterns."""
    pieces, at = [], 0
    for token in read_tokens(inside):
        if token.kind == "blank":
            end = token.start + len(token.text.rstrip("."))
            pieces.append(f"{inside[at:end]}_{number}")
            at = end
    return "".join([*pieces, inside[at:]])
