"""
Test suites in the form of the W3C's, against the service: ours always, theirs where they lie on this machine.

`KG_W3C_TESTS` names the folder of theirs, such as `sparql/` of the repository w3c/rdf-tests.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from kg_server.engine.grammar import find_fault
from tests.w3c.answers import Table, canonical, read_csv, read_result, read_table
from tests.w3c.manifests import OWN, folders, read_entries, read_exchanges
from tests.w3c.service import load, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.w3c.manifests import Entry, Exchange

NUMBERS = "the engine keeps the value of a number or a time, not the way it is written"
NEWER = "SPARQL 1.1 or RDF 1.1 changed what this copy of the suite expects"
OTHERWISE = {
    **dict.fromkeys(
        (
            *("distinct/distinct-1", "distinct/distinct-9", "expr-builtin/dawg-str-1", "expr-builtin/dawg-str-2"),
            *("expr-builtin/sameTerm-simple", "expr-builtin/sameTerm-eq", "expr-builtin/sameTerm-not-eq"),
            *("expr-equals/eq-graph-1", "expr-equals/eq-graph-2", "open-world/open-eq-01"),
            *("open-world/date-2", "open-world/date-3", "csv-tsv-res/csv03", "csv-tsv-res/tsv03"),
        ),
        NUMBERS,
    ),
    "functions/bnode01": "BNODE with a text is refused: the engine gives the same node in every row",
    "syntax-sparql3/syn-bad-26": "the engine reads a sign of comparison where the grammar sees an IRI",
}
OUTDATED = {
    **dict.fromkeys(
        (
            *("basic/term-6", "basic/term-7", "syntax-sparql1/syntax-lit-08", "aggregates/agg-empty-group"),
            *("optional-filter/dawg-optional-filter-005-simplified", "expr-builtin/dawg-datatype-2"),
            *("functions/strdt03", "functions/strlang03", "distinct/distinct-2"),
        ),
        NEWER,
    ),
}
UNREADABLE = {"i18n/normalization-1"}
"""What has a combining accent in a name, which our tokens end at."""
FREE = {"functions/plus-1", "functions/plus-2"}
"""What asks for an order among literals of different kinds, for which there is none."""
TYPES = {".csv": "text/csv", ".tsv": "text/tab-separated-values", ".srx": "application/sparql-results+xml"}
TABULAR = {"application/sparql-results+json", "application/sparql-results+xml", *TYPES.values()}
RDF = {"text/turtle", "application/rdf+xml", "application/n-triples", "application/ld+json"}
ENTRIES = sorted(
    (entry for folder in folders() for entry in read_entries(folder)), key=lambda entry: (entry.data, entry.graphs)
)
EXCHANGES = [exchange for folder in folders() for exchange in read_exchanges(folder)]


class Services:
    """The service over the data asked for last."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0
        self._key: object = None
        self._open = contextlib.ExitStack()
        self._client: FlaskClient | None = None

    def over(self, key: object, store: ox.Store) -> FlaskClient:
        """A client of a service over the store, which the key stands for."""
        if self._client is None or key != self._key:
            self._open.close()
            self._number += 1
            self._key = key
            self._client = self._open.enter_context(served(store, self._folder / str(self._number)))
        return self._client

    def close(self) -> None:
        """End the service."""
        self._open.close()


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with contextlib.closing(Services(tmp_path_factory.mktemp("suites"))) as opened:
        yield opened


@pytest.mark.skipif(folders() == [OWN], reason="the W3C's test suites are not here: KG_W3C_TESTS names their folder")
def test_the_suites_are_found() -> None:
    assert len(ENTRIES) > 100


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_an_entry_of_a_suite_is_met(services: Services, entry: Entry) -> None:
    if entry.name in OUTDATED:
        pytest.skip(OUTDATED[entry.name])
    response = ask(services.over((entry.data, entry.graphs), load(entry.data, entry.graphs)), entry)
    assert is_met(entry, response) == (entry.name not in OTHERWISE), response.text


def test_the_grammar_of_complaints_finds_no_fault_in_what_the_suites_take() -> None:
    taken = [entry for entry in ENTRIES if entry.kind != "negative" and entry.name not in {*OUTDATED, *UNREADABLE}]
    assert len(taken) >= 6
    assert [(entry.name, fault.token) for entry in taken if (fault := find_fault(entry.text))] == []


def ask(client: FlaskClient, entry: Entry) -> TestResponse:
    suffix = entry.result.suffix if entry.result else ""
    accept = TYPES.get(suffix, "application/sparql-results+json, application/n-triples")
    return client.get("/sparql", query_string={"query": entry.text}, headers={"Accept": accept})


def is_met(entry: Entry, response: TestResponse) -> bool:
    """Whether the answer is the one expected; what is well formed and yet refused is no error of syntax."""
    if entry.result is None:
        return (response.status_code == 400) == (entry.kind == "negative")
    if response.status_code != 200:
        return False
    found, expected = read_answer(response), read_result(entry.result)
    if isinstance(found, Table) and not entry.is_lax:
        found.is_ordered = entry.is_ordered and entry.name not in FREE
    if entry.is_lax and isinstance(found, Table) and isinstance(expected, Table):
        found, expected = found.different(), expected.different()
    return bool(found == expected)


def read_answer(response: TestResponse) -> bool | Table | ox.Dataset:
    if response.mimetype == "application/n-triples":
        return canonical(ox.parse(response.data, ox.RdfFormat.N_TRIPLES))
    if response.mimetype == "text/csv":
        return read_csv(response.data)
    form = {"text/tab-separated-values": "tsv", "application/sparql-results+xml": "xml"}.get(
        response.mimetype or "", "json"
    )
    return read_table(response.data, form)


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: exchange.name)
def test_an_exchange_of_a_suite_goes_as_written(services: Services, exchange: Exchange) -> None:
    store = load((), [path for _, path in exchange.graphs], [name for name, _ in exchange.graphs])
    client = services.over(exchange.graphs, store)
    for sent in exchange.requests:
        response = client.open(sent.path, method=sent.method, headers=list(sent.headers), data=sent.body)
        assert f"{response.status_code // 100}xx" in sent.statuses, response.text
        if sent.form == "RDF":
            assert response.mimetype in RDF
        elif sent.form:
            assert response.mimetype in TABULAR
        if sent.truth is not None:
            assert read_answer(response) is sent.truth
