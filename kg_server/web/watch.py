"""What is done around every request: it gets an id, and is counted and logged when its answer has ended."""

from __future__ import annotations

import hashlib
import os
import re
import time
from typing import TYPE_CHECKING, Any

from kg_server.web.log import REQUEST_ID
from kg_server.web.trace import Trace, trace_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from logging import Logger
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from kg_server.core.settings import Settings
    from kg_server.web.metrics import Metrics

_SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_HASH_LENGTH = 16


class Watch:
    """A WSGI application that passes everything on and keeps an account of it."""

    def __init__(self, app: WSGIApplication, settings: Settings, metrics: Metrics, log: Logger) -> None:
        self._app = app
        self._settings = settings
        self._metrics = metrics
        self.logger = log

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The answer of the app, with the id of the request in its headers."""
        account = _Account(self, environ)
        REQUEST_ID.set(account.trace.request_id)
        try:
            body = self._app(environ, account.beginning(start_response))
        except BaseException as exc:
            account.end(exc)
            raise
        return _Counted(body, account)

    def note(self, account: _Account, seconds: float, error: BaseException | None) -> None:
        """Count and log a request that has ended."""
        trace, environ = account.trace, account.environ
        if error is not None:
            trace.outcome = type(error).__name__
        self._metrics.count(trace, environ["REQUEST_METHOD"], account.status, seconds, account.sent)
        told: dict[str, Any] = {
            "method": environ["REQUEST_METHOD"],
            "route": trace.route or "none",
            "status": account.status,
            "ms": round(seconds * 1000, 2),
            "bytes": account.sent,
            "cached": trace.is_hit,
        }
        if trace.query:
            told["query_hash"] = hashlib.sha256(trace.query.encode()).hexdigest()[:_HASH_LENGTH]
            if self._settings.log_queries:
                told["query"] = trace.query
        if trace.outcome:
            told["error"] = trace.outcome
        if self._settings.log_clients:
            told["client"] = environ.get("REMOTE_ADDR", "")
        if error is None or isinstance(error, GeneratorExit):
            self.logger.info("request", extra=told)
        else:
            self.logger.error("request", extra=told, exc_info=error)


class _Account:
    """What is known of one request on its way."""

    def __init__(self, watch: Watch, environ: WSGIEnvironment) -> None:
        self.environ = environ
        self.trace: Trace = trace_of(environ)
        self.trace.request_id = _request_id(environ)
        self.status = 0
        self.sent = 0
        self._watch = watch
        self._started = time.perf_counter()
        self._has_ended = False

    def beginning(self, start_response: StartResponse) -> StartResponse:
        """A `start_response` that notes the status and puts the id into the answer."""

        def begin(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            self.status = int(status[:3])
            return start_response(status, [*headers, ("X-Request-ID", self.trace.request_id)], *error)

        return begin

    def end(self, error: BaseException | None = None) -> None:
        """Note the request once, however often its end is told."""
        if not self._has_ended:
            self._has_ended = True
            self._watch.note(self, time.perf_counter() - self._started, error)
            REQUEST_ID.set("")


class _Counted:
    """A body whose bytes are counted as they are read."""

    def __init__(self, body: Iterable[bytes], account: _Account) -> None:
        self._body = body
        self._pieces = iter(body)
        self._account = account

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            piece = next(self._pieces)
        except StopIteration:
            raise
        except BaseException as exc:
            self._account.end(exc)
            raise
        self._account.sent += len(piece)
        return piece

    def close(self) -> None:
        """Stop the work, if any is left, and note the end."""
        try:
            close = getattr(self._body, "close", None)
            if close is not None:
                close()
        finally:
            self._account.end()


def _request_id(environ: WSGIEnvironment) -> str:
    """The id a sane client or proxy gave the request, or else a new one."""
    given = environ.get("HTTP_X_REQUEST_ID", "")
    return given if _SANE_ID.fullmatch(given) else os.urandom(16).hex()
