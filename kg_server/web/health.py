"""For those who run the service: whether it lives, whether it can answer, and what it has counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, current_app, jsonify, make_response

from kg_server.core.errors import EngineBusy, KgError
from kg_server.engine.results import ask
from kg_server.web.site import the_site

if TYPE_CHECKING:
    from kg_server.web.metrics import Metrics

METRICS = "kg.metrics"
_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> Response:
    """That the process that faces the network is alive."""
    return jsonify(status="alive")


@blueprint.get("/ready")
def ready() -> tuple[Response, int]:
    """Which build answers and with how many workers, once a query has been answered; 503 while none can be."""
    engine = the_site().engine
    told = {"build": engine.digest, "workers": engine.stats().workers}
    try:
        # What depends on the time is never taken from memory.
        is_ready = ask(engine, "ASK { BIND (NOW() AS ?now) }")
    except EngineBusy:
        return jsonify(status="busy", **told), 200
    except KgError as exc:
        return jsonify(status="unready", reason=type(exc).__name__, **told), 503
    return jsonify(status="ready" if is_ready else "unready", **told), 200 if is_ready else 503


@blueprint.get("/metrics")
def metrics() -> Response:
    """Everything counted since the start, as Prometheus reads it."""
    response = make_response(cast("Metrics", current_app.extensions[METRICS]).text())
    response.headers["Content-Type"] = _METRICS_TYPE
    return response


@blueprint.after_request
def _never_keep(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
