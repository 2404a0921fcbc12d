"""The questions as pages: the catalogue by topic, and each question with its form and its answer."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, make_response, render_template, request

from kg_server.core.errors import BadParameter
from kg_server.core.topics import topic_label
from kg_server.web.arguments import LANG, PAGE, read_arguments, read_slice
from kg_server.web.asked import answer, known_query, resolve
from kg_server.web.language import tell
from kg_server.web.shown import ROWS, Field, Shown, read_fields, show
from kg_server.web.site import the_site

if TYPE_CHECKING:
    from kg_server.ask.catalog import Query

blueprint = Blueprint("questions", __name__)


@blueprint.get("/questions")
def catalogue() -> str:
    """Every question, topic by topic."""
    site = the_site()
    if site.data_files:
        abort(404)
    topics = [
        (topic, topic_label(topic, site.language), list(queries))
        for topic, queries in itertools.groupby(site.holdings.catalog.values(), key=lambda query: query.topic)
    ]
    return render_template("questions.html", topics=topics)


@blueprint.get("/questions/<name>")
def question(name: str) -> Response:
    """A question with its form, and its answer as soon as all that must be given is given."""
    query = known_query(name)
    given = request.args.to_dict()
    try:
        arguments = _pointed(query, read_arguments((*[param.name for param in query.params], LANG, PAGE)))
        if any(not arguments.get(param.name, "").strip() for param in query.params if param.is_needed):
            return _page(query, read_fields(query, given))
        asked = resolve(query, arguments)
        wanted = read_slice({"limit": str(ROWS)} | arguments, ROWS)
    except BadParameter as exc:
        page = _page(query, read_fields(query, given, str(exc.values.get("parameter"))), error=_told(exc, query))
        page.status_code = 400
        return page
    shown = show(asked, answer(the_site(), asked), wanted)
    return _page(query, read_fields(query, asked.values), shown=shown)


def _pointed(query: Query, arguments: dict[str, str]) -> dict[str, str]:
    """The arguments with a point in numbers that people wrote with a comma, as they do in Norwegian."""
    numbers = [param.name for param in query.params if param.type == "decimal" and param.name in arguments]
    return arguments | {name: arguments[name].replace(",", ".") for name in numbers}


def _told(error: BadParameter, query: Query) -> str:
    """The error in words, the parameter by what it is called in the form."""
    site, wrong = the_site(), error.values.get("parameter")
    label = next((param.label(site.language) for param in query.params if param.name == wrong), wrong)
    values = {name: label if value == wrong else value for name, value in error.values.items()}
    told = BadParameter(error.message, hint=error.hint, **values)
    return " ".join(part for part in tell(told, site.translations) if part)


def _page(query: Query, fields: list[Field], *, error: str = "", shown: Shown | None = None) -> Response:
    topic = topic_label(query.topic, the_site().language)
    return make_response(
        render_template("question.html", query=query, topic=topic, fields=fields, error=error, shown=shown)
    )
