"""The Flask app: its parts, its templates' helpers, and the headers every answer has."""

from __future__ import annotations

import datetime as dt
import functools
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask, Response, request

from kg_server.ask.catalog import read_catalog
from kg_server.core.namespaces import compact
from kg_server.engine.gate import MOST_BYTES
from kg_server.web import (
    api,
    data,
    description,
    editing,
    gaps,
    graph_store,
    health,
    map_page,
    matrix_pages,
    pages,
    plan,
    quality,
    questions,
    search,
    sparql,
    trace_pages,
    why,
)
from kg_server.web.assets import BUILT, FOREVER, read_assets
from kg_server.web.editor_words import editor_words
from kg_server.web.front import add_front
from kg_server.web.language import LANGUAGES, read_translations
from kg_server.web.literals import literal_words
from kg_server.web.menu import has_page, menu
from kg_server.web.negotiation import Asking
from kg_server.web.outlines import read_outlines
from kg_server.web.problems import add_problems
from kg_server.web.security import OPEN_HEADERS, VARY, secure
from kg_server.web.site import Holdings, gettext, hold, let_go, ngettext, the_site
from kg_server.web.spoken import celled, linked, spoken
from kg_server.web.urls import external

if TYPE_CHECKING:
    from decimal import Decimal
    from logging import Logger

    from kg_server.core.settings import Settings
    from kg_server.core.terms import Term
    from kg_server.engine.base import Engine
    from kg_server.engine.dataset_files import DataFiles

MOST_BODY = 4 * MOST_BYTES
"""Bytes of a request's body at most: the longest query, written as a form writes it."""

_PARTS = (
    pages,
    search,
    plan,
    questions,
    matrix_pages,
    trace_pages,
    gaps,
    map_page,
    quality,
    why,
    api,
    data,
    sparql,
    editing,
    description,
    graph_store,
    health,
)
_DAY_LETTERS = len("2024-06-19")
_OPEN = (
    *("/sparql", "/id/", "/data/", "/ontology", "/graph/", "/resource"),
    *("/rdf-graph-store", "/.well-known/void", "/prefixes", "/api"),
)


def create_app(
    settings: Settings, engine: Engine, data_files: DataFiles | None = None, log: Logger | None = None
) -> Flask:
    """
    The service over one build, or over files as they are; it keeps nothing but what its parts hold.

    `log` takes a line for each request.
    """
    app = Flask("kg_server.web")
    app.request_class = Asking
    app.config.update(MAX_CONTENT_LENGTH=MOST_BODY, MAX_FORM_MEMORY_SIZE=MOST_BODY)
    remembering = add_front(app, settings, engine, log)
    made = read_translations(), read_assets(), read_outlines()
    hold(app.extensions, Holdings(settings, remembering, read_catalog(settings), *made, data_files))
    for part in _PARTS:
        app.register_blueprint(part.blueprint)
    add_problems(app)
    app.after_request(_add_headers)
    app.teardown_appcontext(let_go)
    app.context_processor(_shared)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        number=_number,
        day=_day,
        dated=_dated,
        moment=dt.datetime.fromisoformat,
        literal=literal_words,
        lower_first=_lower_first,
    )
    return app


def _shared() -> dict[str, Any]:
    """What every template may use."""
    site = the_site()
    return {
        "site": site,
        "urls": site.urls,
        "language": site.language,
        "languages": LANGUAGES,
        "menu": menu,
        "editor_words": editor_words,
        "has_page": has_page,
        "spoken": functools.partial(spoken, site.language),
        "celled": functools.partial(celled, site.urls, site.language),
        "linked": functools.partial(linked, site.urls, site.language),
        "asset": lambda name: site.holdings.assets.tags(name, site.urls.static("")),
        "notices": site.holdings.assets.notices(site.urls.static("")),
        "short": lambda iri: compact(iri, site.base),
        "address_of": _address,
        "arguments": list(request.args.items(multi=True)),
    }


def _address(term: Term) -> str:
    """Where a term of a result leads: to a page of ours for what is ours, else to the web."""
    urls = the_site().urls
    if term.kind != "uri":
        return ""
    page = urls.thing(term.value)
    if the_site().data_files:
        return page
    return external(term.value) if page.startswith(f"{urls.root}resource?") else page


def _number(value: Decimal | float) -> str:
    return _written(value, the_site().language)


@functools.lru_cache(maxsize=4096)
def _written(value: Decimal | float, language: str) -> str:
    """The number in the language; a page writes the same few hundreds of times."""
    return format_decimal(value, locale=language)


def _lower_first(words: str) -> str:
    """
    The words as they stand within a sentence.

    >>> _lower_first("Tiltak"), _lower_first("EU-politikk")
    ('tiltak', 'EU-politikk')
    """
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def _day(moment: dt.date) -> str:
    return format_date(moment, format="long", locale=the_site().language)


def _dated(text: str) -> str:
    """
    The day that a text begins with, in the reader's way of writing it; any other text as it is.

    A day somebody wrote wrongly in the data is shown all the same.
    """
    try:
        return _day(dt.date.fromisoformat(text[:_DAY_LETTERS]))
    except ValueError:
        return text


def _add_headers(response: Response) -> Response:
    """Say which build answers, and keep browsers from guessing, framing and fetching from elsewhere."""
    headers = response.headers
    is_open = request.path.startswith(_OPEN)
    is_document = not is_open or response.mimetype == "text/html"
    secure(headers, is_open=is_open, is_document=is_document, hsts_seconds=the_site().settings.hsts_seconds)
    if request.path.startswith(f"/static/{BUILT}/assets/") and response.status_code == HTTPStatus.OK:
        headers["Cache-Control"] = FOREVER
    if request.endpoint != "static":
        headers["X-Build-Digest"] = the_site().engine.digest
        if response.mimetype in ("text/html", "application/problem+json"):
            headers["Content-Language"] = the_site().language
        response.vary.update(VARY.split(", "))
    if is_open:
        headers.update(OPEN_HEADERS)
        if request.method == "OPTIONS":
            headers["Access-Control-Allow-Methods"] = ", ".join(sorted(response.allow)) or "GET, HEAD, OPTIONS"
            headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language, Content-Type, If-None-Match"
            headers["Access-Control-Max-Age"] = "86400"
    if request.method == "HEAD":
        response.close()  # nobody reads the body, so nobody else frees who writes it
    return response
