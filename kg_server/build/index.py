"""What the build tells the index of search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_server.core.index import Said, make_index, properties_read

if TYPE_CHECKING:
    from collections.abc import Iterable


def search_index(triples: Iterable[ox.Triple], base: str) -> bytes:
    """The file that search looks into, made of the merged graph."""
    wanted = properties_read(base)
    return make_index(
        (
            Said(triple.subject.value, triple.predicate.value, end.value, getattr(end, "language", None) or "")
            for triple in triples
            if triple.predicate.value in wanted
            and isinstance(triple.subject, ox.NamedNode)
            and isinstance(end := triple.object, ox.NamedNode | ox.Literal)
        ),
        base,
    )
