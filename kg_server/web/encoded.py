"""Responses that come in a coding only now, as they flow: those too large to keep, and those not kept at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg_server.web.coding import LEAST_BYTES, Encoder, choose_coding, is_worth_it
from kg_server.web.headers import by_name, first, vary, without

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from kg_server.web.headers import Headers


class Encoded:
    """A WSGI application that sends what the one behind it sends, in the coding the request likes best."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The response of the app; HEAD has the headers GET would have."""
        coding = choose_coding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        is_coded = False

        def begin(status: str, headers: Headers, *error: Any) -> Any:
            nonlocal is_coded
            if status.startswith("200") and not first(headers, "content-encoding", "") and _is_worth_it(headers):
                headers = [*without(headers, {"vary"}), vary(by_name(headers).get("vary", ""))]
                is_coded = bool(coding)
                if is_coded:
                    headers = _marked(headers, coding)
            return start_response(status, headers, *error)

        body = self._app(environ, begin)
        return _Flowing(body, coding) if is_coded and environ["REQUEST_METHOD"] != "HEAD" else body


def _is_worth_it(headers: Headers) -> bool:
    """Whether the body is of a kind, and long enough, to become shorter; one of unknown length is long."""
    return is_worth_it(first(headers, "content-type", ""), int(first(headers, "content-length", str(LEAST_BYTES))))


def _marked(headers: Headers, coding: str) -> Headers:
    """The headers with the coding the body is in; its tag is no longer that of its bytes."""
    tag = first(headers, "etag", "")
    told = [("ETag", f"W/{tag}" if tag.startswith('"') else tag)] if tag else []
    return [*without(headers, {"content-length", "accept-ranges", "etag"}), ("Content-Encoding", coding), *told]


class _Flowing:
    """A body in its coding."""

    def __init__(self, body: Iterable[bytes], coding: str) -> None:
        self._body = body
        self._encoder = Encoder(coding)

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._body:
            if piece:
                yield self._encoder.encode(piece)
        yield self._encoder.finish()

    def close(self) -> None:
        """Stop the work, if any is left."""
        close = getattr(self._body, "close", None)
        if close is not None:
            close()
