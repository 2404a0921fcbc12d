"""Responses that come in a coding only now, as they flow: those too large to keep, and those not kept at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import Headers

from kg_server.web.coding import LEAST_BYTES, Encoder, choose_coding, is_worth_it

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


class Encoded:
    """A WSGI application that sends what the one behind it sends, in the coding the request likes best."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The response of the app; HEAD has the headers GET would have."""
        coding = choose_coding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        is_coded = False

        def begin(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            nonlocal is_coded
            changed = Headers(headers)
            if status.startswith("200") and "Content-Encoding" not in changed and _is_worth_it(changed):
                add_vary(changed)
                is_coded = bool(coding)
                if is_coded:
                    _mark(changed, coding)
            return start_response(status, changed.to_wsgi_list(), *error)

        body = self._app(environ, begin)
        return _Flowing(body, coding) if is_coded and environ["REQUEST_METHOD"] != "HEAD" else body


def add_vary(headers: Headers) -> None:
    """Name the one header by which the coding is chosen."""
    told = headers.get("Vary", "")
    if "accept-encoding" not in told.lower():
        headers["Vary"] = f"{told}, Accept-Encoding" if told else "Accept-Encoding"


def _is_worth_it(headers: Headers) -> bool:
    """Whether the body is of a kind, and long enough, to become shorter; one of unknown length is long."""
    return is_worth_it(headers.get("Content-Type", ""), int(headers.get("Content-Length", LEAST_BYTES)))


def _mark(headers: Headers, coding: str) -> None:
    """Say which coding the body is in; its tag is no longer that of its bytes."""
    headers["Content-Encoding"] = coding
    for name in ("Content-Length", "Accept-Ranges"):
        headers.remove(name)
    tag = headers.get("ETag", "")
    if tag.startswith('"'):
        headers["ETag"] = f"W/{tag}"


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
