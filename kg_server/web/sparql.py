"""The SPARQL 1.1 protocol: a query in, the answer out in the format the request likes best."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.exceptions import UnsupportedMediaType

from kg_server.core.errors import BadParameter, QueryRefused
from kg_server.engine.base import TURTLE, Kind, Question
from kg_server.engine.gate import read_outline
from kg_server.engine.results import GRAPH_TYPES, read_bytes, rows_of
from kg_server.engine.workbook import MOST_ROWS, write_workbook
from kg_server.web.examples import sample_query
from kg_server.web.negotiation import GRAPHS, HTML, TABLES, WORKBOOK, choose, prefers_page
from kg_server.web.site import the_site

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg_server.engine.base import Answer
    from kg_server.engine.results import Format

MOST_SHOWN = 500
"""Rows of a table on a page at most."""
_MOST_TEXT = 200_000
_MOST_TRIPLES = 10_000
LICENCE = "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"

blueprint = Blueprint("sparql", __name__)


class Asked(NamedTuple):
    """What a request asks: the query, if there is one, and the graphs it is about."""

    query: str | None
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None


@blueprint.route("/sparql", methods=["GET", "POST"])
def endpoint() -> Response:
    """The answer to a query, or a form to write one in."""
    asked = _read_request()
    if asked.query is None:
        if prefers_page(request.accept_mimetypes):
            return make_response(render_template("sparql.html", query=sample_query(the_site())))
        raise BadParameter(
            "The request holds no query.", hint="Send it as the parameter query, by GET or POST, or as the body."
        )
    offered = _offered(asked.query)
    chosen = choose(request.accept_mimetypes, offered, request.values.get("format", ""))
    if chosen is HTML:
        return _page(asked, offered)
    if chosen is WORKBOOK:
        return _workbook(asked)
    answer = the_site().engine.answer(_question(asked, chosen.media_type))
    return _marked(Response(answer.body, mimetype=answer.media_type), answer)


def _offered(query: str) -> Sequence[Format]:
    """The formats an answer to the query may take."""
    form = read_outline(query).form
    if form in ("construct", "describe"):
        return GRAPHS
    return tuple(item for item in TABLES if item is not WORKBOOK) if form == "ask" else TABLES


def _read_request() -> Asked:
    """What the request asks; raises `BadParameter` and `QueryRefused`."""
    given = request.args
    queries = given.getlist("query")
    if request.method == "POST":
        if request.mimetype == "application/sparql-query":
            queries = [_read_body()]
        elif request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data"):
            given = request.form
            queries = given.getlist("query")
        elif request.mimetype != "application/sparql-update":
            raise UnsupportedMediaType
    if request.mimetype == "application/sparql-update" or "update" in given:
        raise QueryRefused(
            "The service only reads: it takes no updates.",
            hint="The graph changes when its text files are changed and built again.",
        )
    if len(queries) > 1:
        raise BadParameter("The request holds more than one query.")
    return Asked(
        queries[0] if queries and queries[0].strip() else None,
        tuple(given.getlist("default-graph-uri")) or None,
        tuple(given.getlist("named-graph-uri")) or None,
    )


def _read_body() -> str:
    try:
        return request.get_data().decode()
    except UnicodeDecodeError as exc:
        raise BadParameter("The query is not UTF-8 text.") from exc


def _question(asked: Asked, media_type: str = "") -> Question:
    """The question, with the media type in the place it belongs."""
    question = Question(asked.query or "", default_graphs=asked.default_graphs, named_graphs=asked.named_graphs)
    if media_type in GRAPH_TYPES:
        return dataclasses.replace(question, graph_type=media_type)
    return dataclasses.replace(question, bindings_type=media_type) if media_type else question


def _page(asked: Asked, offered: Sequence[Format]) -> Response:
    """The answer on a page, under the query; long ones are cut, and say so."""
    table, graph, truth, is_cut = None, "", None, False
    question = dataclasses.replace(_question(asked, TURTLE), most_rows=_MOST_TRIPLES)
    if read_outline(asked.query or "").form == "select":
        question = dataclasses.replace(question, most_rows=MOST_SHOWN + 1)
    with the_site().engine.answer(question) as answer:
        if answer.kind is Kind.BINDINGS:
            table = rows_of(answer, most=MOST_SHOWN)
            is_cut = not table.complete
        elif answer.kind is Kind.BOOLEAN:
            truth = b"true" in read_bytes(answer)
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
        formats=[item for item in offered if item is not HTML],
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
    with site.engine.answer(_question(asked)) as answer:
        table = rows_of(answer, most=MOST_ROWS + 1)
    data = write_workbook(
        table, query=asked.query or "", digest=site.engine.digest, licence=LICENCE, language=site.language
    )
    response = Response(data, mimetype=WORKBOOK.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="strategigraf-{site.engine.digest[:8]}.xlsx"'
    return _marked(response, answer)


def _marked(response: Response, answer: Answer) -> Response:
    """The response, which says in a header when the answer was cut at the limit of the service."""
    if answer.truncated is not None:
        unit = "triples" if answer.kind is Kind.GRAPH else "rows"
        response.headers["X-Truncated"] = f"{unit}={answer.truncated}"
    return response
