"""The SPARQL 1.1 protocol: a query in, the answer out in the format the request likes best."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from flask import Blueprint, Response, make_response, render_template, request

from kg_server.ask.labels import Labels
from kg_server.core.errors import NotAcceptable, QuerySyntaxError
from kg_server.core.terms import XSD, literal
from kg_server.engine.base import TURTLE, Kind
from kg_server.engine.complaints import explain
from kg_server.engine.excel_csv import write_excel_csv
from kg_server.engine.gate import read_outline
from kg_server.engine.results import GRAPH_FORMATS, Rows, is_true, rows_of
from kg_server.engine.workbook import MOST_ROWS, with_labels, write_workbook
from kg_server.web.asked import resolve
from kg_server.web.description import describe_service
from kg_server.web.downloads import answer_file
from kg_server.web.examples import examples_of, sample_query
from kg_server.web.negotiation import EXCEL_CSV, HTML, WORKBOOK, choose, prefers_page
from kg_server.web.protocol import no_query, offered, question_of, read_asked, truncation
from kg_server.web.site import the_site
from kg_server.web.xml import body_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg_server.engine.base import Answer
    from kg_server.engine.results import Format
    from kg_server.web.protocol import Asked

MOST_SHOWN = 500
"""Rows of a table on a page at most."""
_MOST_TEXT = 200_000
_MOST_TRIPLES = 10_000
LICENCE = "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"

blueprint = Blueprint("sparql", __name__)


@blueprint.route("/sparql", methods=["GET", "POST"], strict_slashes=False)
def endpoint() -> Response:
    """The answer to a query; without one, a form to write one in, or what the service is and offers."""
    asked = read_asked(request)
    if asked.query is None:
        return _introduce(asked)
    try:
        return _answer(asked, asked.query)
    except QuerySyntaxError as exc:
        raise explain(exc, asked.query, the_site().base) from exc


def _introduce(asked: Asked) -> Response:
    """A form for readers, and for all others what the service says of itself."""
    if not asked.format and prefers_page(request.accept_mimetypes):
        site = the_site()
        examples = [] if site.data_files else examples_of(site)
        queries = [(query, resolve(query, query.example).words) for query in examples]
        return make_response(render_template("sparql.html", query=sample_query(site), examples=queries))
    try:
        chosen = choose(request.accept_mimetypes, GRAPH_FORMATS, asked.format)
    except NotAcceptable as exc:
        if asked.format:
            raise
        raise no_query() from exc
    return describe_service(chosen)


def _answer(asked: Asked, query: str) -> Response:
    formats = offered(query)
    chosen = choose(request.accept_mimetypes, formats, asked.format)
    if chosen is HTML:
        return _page(asked, formats)
    if chosen is WORKBOOK:
        return _workbook(asked)
    if chosen is EXCEL_CSV:
        table, answer = _table(asked)
        return _marked(answer_file(write_excel_csv(table), EXCEL_CSV), answer)
    answer = the_site().engine.answer(question_of(asked, chosen.media_type))
    return _marked(Response(body_of(answer), mimetype=answer.media_type), answer)


def _page(asked: Asked, formats: Sequence[Format]) -> Response:
    """The answer on a page, under the query; long ones are cut, and say so."""
    table, graph, truth, is_cut = None, "", None, False
    question = dataclasses.replace(question_of(asked, TURTLE), most_rows=_MOST_TRIPLES)
    if read_outline(asked.query or "", may_ask=True).form == "select":
        question = dataclasses.replace(question, most_rows=MOST_SHOWN + 1)
    with the_site().engine.answer(question) as answer:
        if answer.kind is Kind.BINDINGS:
            table = rows_of(answer, most=MOST_SHOWN)
            is_cut = not table.complete
        elif answer.kind is Kind.BOOLEAN:
            truth = is_true(answer)
        else:
            graph, is_cut = _read_text(answer.body)
            is_cut = is_cut or answer.truncated is not None
    page = render_template(
        "sparql.html",
        query=asked.query,
        table=table,
        graph=graph,
        truth=truth,
        is_cut=is_cut,
        has_answer=True,
        formats=[item for item in formats if item is not HTML],
        graphs={"default-graph-uri": asked.default_graphs or (), "named-graph-uri": asked.named_graphs or ()},
    )
    return make_response(page)


def _read_text(body: object) -> tuple[str, bool]:
    """The beginning of an answer in Turtle, in whole lines, and whether there was more."""
    read = bytearray()
    for part in body:  # type: ignore[attr-defined]
        read += part
        if len(read) > _MOST_TEXT:
            return bytes(read[:_MOST_TEXT]).rpartition(b"\n")[0].decode(), True
    return read.decode(), False


def _workbook(asked: Asked) -> Response:
    site = the_site()
    table, answer = _table(asked)
    labels = Labels(site.engine, site.language, site.base)
    things = [term for row in table.rows for term in row.values() if term.kind == "uri"]
    labels.read(things)
    named = {thing.value: labels.name(thing).label.value for thing in things}
    licence = "" if site.data_files else LICENCE
    shown = with_labels(table, {iri: label for iri, label in named.items() if label != iri}, site.language)
    data = write_workbook(
        shown, query=asked.query or "", digest=site.engine.digest, licence=licence, language=site.language
    )
    return _marked(answer_file(data, WORKBOOK), answer)


def _table(asked: Asked) -> tuple[Rows, Answer]:
    """The answer as a table, and itself; the answer to an ASK is a table of a single cell."""
    with the_site().engine.answer(question_of(asked)) as answer:
        if answer.kind is Kind.BOOLEAN:
            truth = literal("true" if is_true(answer) else "false", datatype=f"{XSD}boolean")
            return Rows(("answer",), [{"answer": truth}]), answer
        return rows_of(answer, most=MOST_ROWS + 1), answer


def _marked(response: Response, answer: Answer) -> Response:
    """The response, which says in a header when the answer was cut at the limit of the service."""
    response.headers.extend(truncation(answer))
    return response
