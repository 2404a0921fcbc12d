"""The questions as a web API: a list, one address for each, and a description that programs can read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, render_template, request

from kg_server.core.errors import BadParameter
from kg_server.engine.excel_csv import write_excel_csv
from kg_server.web.answer_files import CSV, FORMATS, JSON, as_csv, as_json, as_workbook, pages_of
from kg_server.web.arguments import FORMAT, LANG, LIMIT, OFFSET, PAGE, Slice, read_arguments, read_slice
from kg_server.web.asked import answer, known_query, public, read_asked
from kg_server.web.negotiation import WORKBOOK, choose
from kg_server.web.openapi import describe_api
from kg_server.web.site import gettext, the_site

if TYPE_CHECKING:
    from kg_server.ask.catalog import Query
    from kg_server.ask.params import Param
    from kg_server.engine.results import Format, Rows
    from kg_server.web.asked import Answered, Asked

USUAL_LIMIT = 1_000
"""Rows of an answer in JSON, unless the request says how many."""

blueprint = Blueprint("api", __name__, url_prefix="/api")


@blueprint.before_request
def _refuse_without_questions() -> None:
    """There is nothing to ask by name where files are served as they are."""
    if the_site().data_files:
        abort(404)


@blueprint.get("")
def introduction() -> str:
    """What the API is and how it is used, for people; every operation of its description is listed."""
    site = the_site()
    described = describe_api(site)
    listed = [(address, item["get"]) for address, item in described["paths"].items() if "get" in item]
    tags = [("", gettext("Search and catalogue"))] + [(tag["name"], tag["description"]) for tag in described["tags"]]
    groups = [
        (tag or "all", label, [each for each in listed if each[1].get("tags", [""])[0] == tag]) for tag, label in tags
    ]
    example = next((query for query in site.holdings.catalog.values() if query.example), None)
    address = public(site.urls.api(f"questions/{example.name}", **example.example) if example else site.urls.api())
    return render_template("api.html", groups=[group for group in groups if group[2]], example=address)


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """What the API offers, as OpenAPI 3.1."""
    return tagged(Response(_text(describe_api(the_site())), mimetype=JSON.media_type))


@blueprint.get("/questions")
def questions() -> Response:
    """Every question, with what it takes and gives."""
    read_arguments((LANG,))
    site = the_site()
    told = {
        "questions": [_told(query) for query in site.holdings.catalog.values()],
        "language": site.language,
        "digest": site.engine.digest,
        "links": {"self": public(site.urls.api("questions")), "openapi": public(site.urls.api("openapi.json"))},
    }
    return tagged(Response(_text(told), mimetype=JSON.media_type))


@blueprint.get("/questions/<name>")
def question(name: str) -> Response:
    """The answer to a question, in the form the request likes best."""
    asked = read_asked(known_query(name))
    if asked.arguments.get(FORMAT) == "":
        raise BadParameter(
            "The parameter {parameter} takes {allowed}, not “{value}”.",
            parameter=FORMAT,
            value="",
            allowed=", ".join(item.extension for item in FORMATS),
        )
    chosen = choose(request.accept_mimetypes, FORMATS, asked.arguments.get(FORMAT, ""))
    wanted = read_slice(asked.arguments, USUAL_LIMIT)
    answered = answer(the_site(), asked)
    if chosen is JSON:
        response = Response(as_json(asked, answered, wanted), mimetype=JSON.media_type)
    else:
        is_whole = not {LIMIT, OFFSET, PAGE} & asked.arguments.keys()
        wanted = Slice(max(1, len(answered.table.rows))) if is_whole else wanted
        table = answered.part(wanted.offset, wanted.offset + wanted.limit)
        response = Response(_write(chosen, asked, answered, table), mimetype=chosen.media_type)
        digest, extension = the_site().engine.digest[:8], chosen.extension.partition("-")[0]
        response.headers["Content-Disposition"] = f'attachment; filename="{name}-{digest}.{extension}"'
    for rel, address in pages_of(asked, answered, wanted).items():
        response.headers.add("Link", f'<{address}>; rel="{rel}"')
    if not answered.table.complete:
        response.headers["X-Truncated"] = f"rows={len(answered.table.rows)}"
    return tagged(response)


def _write(chosen: Format, asked: Asked, answered: Answered, table: Rows) -> bytes:
    if chosen is WORKBOOK:
        return as_workbook(asked, answered, table)
    return as_csv(table) if chosen is CSV else write_excel_csv(table)


def tagged(response: Response) -> Response:
    """The response with a tag of its own, or a word that the reader has it already."""
    response.add_etag()
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response


def _text(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False)


def _told(query: Query) -> dict[str, Any]:
    site = the_site()
    return {
        "name": query.name,
        "summary": query.summary(site.language),
        "topic": query.topic,
        "shows": query.shows,
        "parameters": [_told_param(param) for param in query.params],
        "columns": [{"name": name, "label": query.naming.label(name, site.language)} for name in query.columns],
        "links": {
            "self": public(site.urls.api(f"questions/{query.name}")),
            "page": public(site.urls.question(query.name)),
        },
    }


def _told_param(param: Param) -> dict[str, Any]:
    return {
        "name": param.name,
        "label": param.label(the_site().language),
        "type": param.type,
        "required": param.is_needed,
        "default": param.default,
        "example": param.example or None,
        "of": list(param.of),
    }
