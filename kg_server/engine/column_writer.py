"""Writes the default graph of a build property by property; `columns.py` tells the form and reads it."""

from __future__ import annotations

import itertools
import json
import os
from array import array
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pyoxigraph

from kg_server.core.layout import COLUMNS
from kg_server.core.terms import XSD
from kg_server.engine.columns import LENGTH, MAGIC, NUMBER, PLACE, as_text
from kg_server.engine.quads import read_dataset

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

Term = pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal | pyoxigraph.Triple


def write_columns(dataset: Path) -> None:
    """Write the default graph of the N-Quads once more, beside them."""
    default = pyoxigraph.DefaultGraph()
    store = pyoxigraph.Store()  # it tells terms as its answers do: 01 is 1
    store.extend(quad for quad in read_dataset(dataset) if quad.graph_name == default)
    triples = ((quad.subject, quad.predicate, quad.object) for quad in store)
    packed = pack(triples, quad_bytes=dataset.stat().st_size)
    with dataset.with_name(COLUMNS).open("wb") as file:
        file.write(packed)
        file.flush()
        os.fsync(file.fileno())


def pack(triples: Iterable[tuple[Term, pyoxigraph.NamedNode, Term]], *, quad_bytes: int) -> bytes:
    """The bytes of a file with these triples, which are those of N-Quads of that length."""
    met: dict[Term, int] = {}
    rows: dict[pyoxigraph.NamedNode, list[tuple[int, int]]] = defaultdict(list)
    for subject, verb, value in triples:
        rows[verb].append((met.setdefault(subject, len(met)), met.setdefault(value, len(met))))
    for verb in rows:
        met.setdefault(verb, len(met))
    texts = [as_text(cell_of(term)) for term in met]
    order = sorted(range(len(texts)), key=texts.__getitem__)
    numbers = {one: number for number, one in enumerate(order)}
    properties = [
        (verb.value, numbers[met[verb]], [(numbers[subject], numbers[value]) for subject, value in pairs])
        for verb, pairs in sorted(rows.items(), key=lambda row: row[0].value)
    ]
    firsts = itertools.accumulate((len(pairs) for _, _, pairs in properties), initial=0)
    contents = {
        "quad_bytes": quad_bytes,
        "terms": len(order),
        "triples": sum(map(len, rows.values())),
        "properties": {
            iri: (number, first, len(pairs)) for (iri, number, pairs), first in zip(properties, firsts, strict=False)
        },
    }
    sorted_texts = [texts[one] for one in order]
    places = array(PLACE, itertools.accumulate(map(len, sorted_texts), initial=0))
    columns = _columns(pairs for _, _, pairs in properties)
    return b"".join((_head(contents), places.tobytes(), *columns, *sorted_texts))


def _columns(properties: Iterable[list[tuple[int, int]]]) -> list[bytes]:
    """Subjects and objects by subject, then subjects and objects by object."""
    columns = [array(NUMBER) for _ in range(4)]
    for pairs in properties:
        pairs.sort()
        columns[0].extend(subject for subject, _ in pairs)
        columns[1].extend(value for _, value in pairs)
        pairs.sort(key=lambda pair: pair[1])
        columns[2].extend(subject for subject, _ in pairs)
        columns[3].extend(value for _, value in pairs)
    return [column.tobytes() for column in columns]


def _head(contents: Mapping[str, Any]) -> bytes:
    """What a file begins with, as long as it takes for numbers to stand where the machine wants them."""
    told = json.dumps(contents).encode()
    told += b" " * (-(len(MAGIC) + LENGTH.size + len(told)) % LENGTH.size)
    return MAGIC + LENGTH.pack(len(told)) + told


def cell_of(term: Term) -> dict[str, Any]:
    """
    The term as a cell of SPARQL JSON (https://www.w3.org/TR/sparql12-results-json/).

    >>> cell_of(pyoxigraph.Literal("ja", language="nb"))
    {'type': 'literal', 'value': 'ja', 'xml:lang': 'nb'}
    """
    if isinstance(term, pyoxigraph.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, pyoxigraph.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, pyoxigraph.Triple):
        parts = (term.subject, term.predicate, term.object)
        return {
            "type": "triple",
            "value": dict(zip(("subject", "predicate", "object"), map(cell_of, parts), strict=True)),
        }
    cell = {"type": "literal", "value": term.value}
    if term.language:
        cell["xml:lang"] = term.language
        if term.direction:
            cell["its:dir"] = str(term.direction.value)
    elif term.datatype.value != f"{XSD}string":
        cell["datatype"] = term.datatype.value
    return cell
