"""The layers between the network and the app, outermost first: proxies, account, limits, coding, what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from kg_server.engine.canonical import canonical
from kg_server.engine.gate import MOST_BYTES
from kg_server.web.answers import RememberingEngine, Whole
from kg_server.web.cache import Cache, Representation
from kg_server.web.direct import QUERY_PATH, Direct
from kg_server.web.encoded import Encoded
from kg_server.web.flights import Flights
from kg_server.web.health import METRICS
from kg_server.web.log import quiet_log
from kg_server.web.metrics import Metrics
from kg_server.web.store import Store
from kg_server.web.trace import trace_of
from kg_server.web.watch import Watch

if TYPE_CHECKING:
    from logging import Logger
    from wsgiref.types import WSGIApplication

    from flask import Flask
    from flask.typing import ResponseReturnValue

    from kg_server.core.settings import Settings
    from kg_server.engine.base import Engine

_MEGABYTE = 1024 * 1024


def add_front(app: Flask, settings: Settings, engine: Engine, log: Logger | None = None) -> Engine:
    """Put the layers before the app; the engine given back remembers, and is the one to ask."""
    half = settings.cache_megabytes * _MEGABYTE // 2
    each = settings.cache_answer_megabytes * _MEGABYTE
    answers: Store[Whole] = Store(half, each)
    responses: Store[Representation] = Store(half, each)
    remembering = RememberingEngine(engine, answers)
    metrics = Metrics(engine, {"answers": answers, "responses": responses})
    app.extensions[METRICS] = metrics
    app.before_request(_raise_failure)
    app.after_request(_tell)
    layers: WSGIApplication = Direct(app.wsgi_app, remembering, settings)
    if settings.cache_megabytes:
        flights = Flights(settings.query_seconds + settings.queue_seconds, settings.queue_length)
        layers = Cache(layers, engine, responses, flights)
    layers = Encoded(layers)
    if settings.rate_limit:
        from kg_server.web.throttle import Throttle  # noqa: PLC0415 - seldom used, and long to import

        layers = Throttle(layers, settings.rate_limit)
    layers = Watch(layers, settings, metrics, log or quiet_log())
    if settings.proxies:
        known = settings.proxies
        layers = ProxyFix(layers, x_for=known, x_proto=known, x_host=known)
    app.wsgi_app = layers  # type: ignore[method-assign]
    return remembering


def _raise_failure() -> ResponseReturnValue | None:
    """Fail as a layer before the app has found, so that it is told like any error."""
    failure = trace_of(request.environ).failure
    if failure is not None:
        raise failure
    return None


def _tell(response: Response) -> Response:
    """Say which route answered, and which query it was about."""
    trace = trace_of(request.environ)
    trace.route = request.url_rule.rule if request.url_rule else ""
    if request.path.rstrip("/") == QUERY_PATH and not trace.failure:
        trace.query = canonical(_query())
    return response


def _query() -> str:
    """The query of a request, however it was sent; nothing where the request is too large to read."""
    try:
        query = request.args.get("query") or request.form.get("query")
        if not query and request.mimetype == "application/sparql-query":
            query = request.get_data().decode(errors="replace")
    except HTTPException:
        query = ""
    return (query or "")[:MOST_BYTES]
