"""What goes wrong, told over HTTP: the one table from error to status, and the one handler."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, current_app, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException

from kg_server.core import errors
from kg_server.web.language import tell
from kg_server.web.near import near_pages, near_values
from kg_server.web.negotiation import prefers_page
from kg_server.web.site import gettext, the_site
from kg_server.web.trace import trace_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg_server.web.near import Near

STATUS: Mapping[type[errors.KgError], HTTPStatus] = {
    errors.KgError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.ConfigError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.SourceError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.ValidationFailed: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.NoBuild: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.BuildBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.AskedTooOften: HTTPStatus.TOO_MANY_REQUESTS,
    errors.QueryError: HTTPStatus.BAD_REQUEST,
    errors.QuerySyntaxError: HTTPStatus.BAD_REQUEST,
    errors.UnknownQuery: HTTPStatus.NOT_FOUND,
    errors.UnknownThing: HTTPStatus.NOT_FOUND,
    errors.BadParameter: HTTPStatus.BAD_REQUEST,
    errors.NotAcceptable: HTTPStatus.NOT_ACCEPTABLE,
    errors.UnsupportedType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.QueryRefused: HTTPStatus.FORBIDDEN,
    errors.QueryTimeout: HTTPStatus.GATEWAY_TIMEOUT,
    errors.QueryTooLarge: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.QueryCancelled: HTTPStatus.REQUEST_TIMEOUT,
    errors.EngineError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.EngineBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.ServiceFailed: HTTPStatus.BAD_GATEWAY,
    errors.RemoteError: HTTPStatus.BAD_GATEWAY,
    errors.PublishFailed: HTTPStatus.INTERNAL_SERVER_ERROR,
}
_TOLD = ("line", "column", "token", "declaration", "parameter", "allowed")
_RETRY_SECONDS = 30
_RETRIED = (errors.AskedTooOften, errors.EngineBusy, errors.QueryTooLarge, errors.NoBuild, errors.BuildBusy)


def add_problems(app: Flask) -> None:
    """Have every error of the app answered here."""
    app.register_error_handler(Exception, answer_problem)


def answer_problem(error: Exception) -> Response:
    """The answer to a request that failed: a page for readers, `application/problem+json` for programs."""
    trace_of(request.environ).outcome = type(error).__name__
    if isinstance(error, errors.KgError):
        return _answer_ours(error)
    if isinstance(error, HTTPException):
        return _answer_http(error)
    current_app.logger.error("a request failed", exc_info=error)
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, gettext("Something went wrong on our side."), "")


def _answer_ours(error: errors.KgError) -> Response:
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    message, hint = tell(error, the_site().translations)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        current_app.logger.error("a request failed", exc_info=error)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(error, errors.EngineError):
        return _answer(status, gettext("Something went wrong on our side."), "")
    told = {name: error.values[name] for name in _TOLD if name in error.values}
    named = str(error.values.get("name", "")) if isinstance(error, errors.UnknownThing) else ""
    response = _answer(status, message, hint, named, error=type(error).__name__, **told)
    if isinstance(error, _RETRIED):
        response.headers["Retry-After"] = str(error.values.get("retry_after", _RETRY_SECONDS))
    return response


def _answer_http(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    headers = error.get_headers()
    allowed = next((value for name, value in headers if name == "Allow"), "GET, HEAD")
    told = {
        HTTPStatus.NOT_FOUND: (
            gettext("There is no such page."),
            gettext("Check the address, or search for what you are looking for."),
        ),
        HTTPStatus.METHOD_NOT_ALLOWED: (
            gettext("This address does not take that method."),
            gettext("It takes: %(methods)s.") % {"methods": allowed},
        ),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
            gettext("The request is larger than %(most)s bytes.") % {"most": current_app.config["MAX_CONTENT_LENGTH"]},
            gettext("Send less at a time."),
        ),
        HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: (
            gettext("The address and the headers of the request are too long together."),
            gettext("Send a long query by POST, as the body."),
        ),
        HTTPStatus.NOT_IMPLEMENTED: (
            gettext("The body of the request comes in a coding the service does not know."),
            gettext("Send it as it is, or in chunks."),
        ),
    }
    unknown = gettext("The request cannot be served."), gettext("Check the address and what is sent with it.")
    response = _answer(status, *told.get(status, unknown))
    for name, value in headers:
        if name.lower() in ("allow", "accept", "accept-post"):
            response.headers[name] = value
    return response


def _answer(status: HTTPStatus, message: str, hint: str, named: str = "", **told: Any) -> Response:
    path = request.path.rstrip("/")
    if status == HTTPStatus.NOT_FOUND and path not in ("", request.path) and request.method in ("GET", "HEAD"):
        address = the_site().urls.again(path, request.args.items(multi=True))
        return make_response(redirect(address, HTTPStatus.PERMANENT_REDIRECT))  # no address of ours ends so
    if prefers_page(request.accept_mimetypes):
        query = request.values.get("query", "") if request.path == "/sparql" else ""
        near = _near(named) if status == HTTPStatus.NOT_FOUND else []
        hint = "" if named and near else hint  # it lists what is near as well, without links
        told.update(status=status, message=message, hint=hint, query=query, near=near)
        told.update(request_id=trace_of(request.environ).request_id)
        return make_response(render_template("problem.html", **told), status)
    fields = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": message}
    if hint:
        fields["hint"] = hint
    response = make_response(json.dumps(fields | told, ensure_ascii=False), status)
    response.content_type = "application/problem+json"
    return response


def _near(named: str) -> list[Near]:
    """What may be meant: in place of the argument that names what is not there, or else of the address."""
    site, arguments = the_site(), [*request.args.items(multi=True)]
    if named and any(value.strip() == named for _, value in arguments):
        return near_values(site, request.path, arguments, named)
    return near_pages(site, request.path)
