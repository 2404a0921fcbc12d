"""
Queries whose answer goes out as the engine writes it: read, put and answered before Flask is reached.

What is asked for by GET in a format of the engine is answered here. Pages, workbooks, forms and bodies, and every
error, are left to the app behind: an error found here is handed on to it, so that it is told like any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from werkzeug.datastructures import Headers
from werkzeug.utils import get_content_type

from kg_server.core.errors import QuerySyntaxError
from kg_server.engine.base import Changing
from kg_server.engine.canonical import canonical, is_lasting
from kg_server.engine.complaints import explain
from kg_server.web.negotiation import EXCEL_CSV, HTML, WORKBOOK, choose_for
from kg_server.web.protocol import offered, question_of, read_address, truncation
from kg_server.web.security import OPEN_HEADERS, VARY, secure
from kg_server.web.trace import trace_of
from kg_server.web.xml import body_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from kg_server.core.settings import Settings
    from kg_server.engine.base import Answer, Question
    from kg_server.web.answers import RememberingEngine
    from kg_server.web.trace import Trace

QUERY_PATH = "/sparql"
_MADE_BY_APP = (HTML, WORKBOOK, EXCEL_CSV)


class _Found(NamedTuple):
    """An answer, and the build it is of."""

    answer: Answer
    digest: str
    body: Iterable[bytes]


class Direct:
    """A WSGI application that answers plain queries, and passes everything else on."""

    def __init__(self, app: WSGIApplication, engine: RememberingEngine, settings: Settings) -> None:
        self._app = app
        self._engine = engine
        self._changes = isinstance(engine, Changing)
        self._base = settings.base
        headers = Headers({"Vary": VARY})
        secure(headers, is_open=True, is_document=False, hsts_seconds=settings.hsts_seconds)
        headers.update(OPEN_HEADERS)
        self._headers = headers.to_wsgi_list()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The answer to a plain query, or else what the app says."""
        trace = trace_of(environ)
        is_query = environ["PATH_INFO"] == QUERY_PATH and environ["REQUEST_METHOD"] == "GET" and not trace.failure
        found = self._try(environ, trace) if is_query else None
        if found is None:
            return self._app(environ, start_response)
        told = [
            ("Content-Type", get_content_type(found.answer.media_type, "utf-8")),
            ("X-Build-Digest", found.digest),
            *truncation(found.answer),
        ]
        start_response("200 OK", told + self._headers)
        return found.body

    def _try(self, environ: WSGIEnvironment, trace: Trace) -> _Found | None:
        """What is found, or nothing for a request that is for the app to answer, be it only to tell what is wrong."""
        query = ""
        try:
            asked = read_address(environ["QUERY_STRING"])
            if asked.query is None:
                return None
            query = asked.query
            chosen = choose_for(environ.get("HTTP_ACCEPT", ""), offered(query), asked.format)
            if chosen in _MADE_BY_APP:
                return None
            trace.route, trace.query = QUERY_PATH, canonical(query)
            trace.is_fleeting = not is_lasting(query)
            return self._find(question_of(asked, chosen.media_type), environ)
        except QuerySyntaxError as exc:
            trace.failure = explain(exc, query, self._base)
        except Exception as exc:  # noqa: BLE001 - whatever it is, the app tells of it as of any error
            trace.failure = exc
        return None

    def _find(self, question: Question, environ: WSGIEnvironment) -> _Found:
        """The answer of one build, whose work ends when nobody waits for it any more."""
        if not self._changes:
            return _ask(self._engine, question)
        with self._engine.view(environ.get("waitress.client_disconnected", lambda: False)) as view:
            return _ask(self._engine.over(view), question)


def _ask(engine: RememberingEngine, question: Question) -> _Found:
    answer = engine.answer(question)
    return _Found(answer, engine.digest, body_of(answer))
