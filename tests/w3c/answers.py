"""Answers and expected results as values that are equal exactly when SPARQL says they are the same."""

from __future__ import annotations

import csv
import io
import struct
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_RESULTS = {".srx": "xml", ".srj": "json", ".tsv": "tsv"}
XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS: dict[str, Callable[[str], object]] = {
    "integer": int,
    "decimal": lambda text: Decimal(text).normalize(),
    "double": float,
    "float": lambda text: struct.unpack("f", struct.pack("f", float(text)))[0],
}
_ROW = "urn:row#"
Row = dict[str, Any]


class Table:
    """The rows of a table, in their order where `is_ordered`, with blank nodes that may have any names."""

    def __init__(self, rows: Iterable[Row], *, is_ordered: bool = False) -> None:
        self.rows = [{name: _valued(term) for name, term in row.items() if term is not None} for row in rows]
        self.is_ordered = is_ordered

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Table):
            return NotImplemented
        is_ordered = self.is_ordered or other.is_ordered
        if any(isinstance(term, ox.BlankNode) for row in self.rows for term in row.values()):
            return self._graph(is_ordered=is_ordered) == other._graph(is_ordered=is_ordered)
        if is_ordered:
            return self.rows == other.rows
        return Counter(map(_frozen, self.rows)) == Counter(map(_frozen, other.rows))

    __hash__ = None  # type: ignore[assignment]

    def different(self) -> Table:
        """Each row once, in any order."""
        return Table([dict(row) for row in {_frozen(row) for row in self.rows}])

    def _graph(self, *, is_ordered: bool) -> ox.Dataset:
        quads = []
        for number, row in enumerate(self.rows):
            subject: Any = ox.NamedNode(f"{_ROW}{number}") if is_ordered else ox.BlankNode()
            quads.append(ox.Quad(subject, ox.NamedNode(f"{_ROW}is"), ox.Literal("row")))
            quads += [ox.Quad(subject, ox.NamedNode(f"{_ROW}{name}"), term) for name, term in row.items()]
        return canonical(quads)

    def __repr__(self) -> str:
        return "\n".join(" ".join(f"?{name}={term}" for name, term in sorted(row.items())) for row in self.rows)


def canonical(quads: Iterable[ox.Quad]) -> ox.Dataset:
    """The quads with blank nodes named by what is said of them."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def read_result(file: Path) -> bool | Table | ox.Dataset:
    """What a result file of a suite expects: a truth, a table or a graph."""
    if file.suffix == ".csv":
        return read_csv(file.read_bytes())
    if file.suffix in _RESULTS:
        return read_table(file.read_bytes(), _RESULTS[file.suffix])
    quads = list(ox.parse(path=file, base_iri=file.as_uri()))
    store = ox.Store()
    store.extend(quads)
    for said in store.quads_for_pattern(None, ox.NamedNode(f"{RS}boolean"), None):
        return str(said.object.value) == "true"  # type: ignore[union-attr]
    if any(store.quads_for_pattern(None, None, ox.NamedNode(f"{RS}ResultSet"))):
        return _described_table(store)
    return canonical(quads)


def read_table(data: bytes, form: str) -> bool | Table:
    """A truth or a table in one of the formats of results, named by the end of a file's name."""
    formats = {"xml": ox.QueryResultsFormat.XML, "json": ox.QueryResultsFormat.JSON, "tsv": ox.QueryResultsFormat.TSV}
    found = ox.parse_query_results(io.BytesIO(data), formats[form])
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    names = [variable.value for variable in found.variables]
    return Table(dict(zip(names, row, strict=True)) for row in found)


def read_csv(data: bytes) -> Table:
    """The table of a CSV file, whose cells tell no more than their text, or that they are blank nodes."""
    rows = csv.DictReader(io.StringIO(data.decode()))
    return Table({name: _cell(text) for name, text in row.items()} for row in rows)


def _cell(text: str) -> ox.BlankNode | ox.Literal | None:
    if text.startswith("_:"):
        return ox.BlankNode(text[2:])
    return ox.Literal(text) if text else None


def _described_table(store: ox.Store) -> Table:
    query = f"""PREFIX rs: <{RS}> SELECT ?row ?index ?name ?value {{
        ?table rs:solution ?row OPTIONAL {{ ?row rs:index ?index }}
        OPTIONAL {{ ?row rs:binding [ rs:variable ?name ; rs:value ?value ] }}
    }}"""
    rows: dict[str, Row] = {}
    places: dict[str, int] = {}
    told: Any = store.query(query)
    for found in told:
        key = str(found["row"])
        row = rows.setdefault(key, {})
        if found["name"] is not None:
            row[found["name"].value] = found["value"]
        if found["index"] is not None:
            places[key] = int(found["index"].value)
    ordered = sorted(rows, key=lambda key: places.get(key, 0))
    return Table([rows[key] for key in ordered], is_ordered=bool(places))


def _valued(term: Any) -> Any:
    """The term, and for a number the usual way to write its value: the same number may be written in many."""
    if not isinstance(term, ox.Literal) or not term.datatype.value.startswith(XSD):
        return term
    read = _NUMBERS.get(term.datatype.value.removeprefix(XSD))
    try:
        return ox.Literal(str(read(term.value)), datatype=term.datatype) if read else term
    except (ArithmeticError, ValueError):
        return term


def _frozen(row: Row) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted(row.items()))
