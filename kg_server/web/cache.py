"""
Whole responses kept in the form they are sent in, in front of the app.

What is found by the request's own words is sent without the app being asked. The key holds all a response may differ
by: build, address, body, format, language and coding. What varies by more, or holds for its request only, passes.
"""

from __future__ import annotations

import hashlib
import io
import itertools
from typing import TYPE_CHECKING, NamedTuple

from werkzeug.http import parse_etags

from kg_server.web.coding import choose_coding, encode, is_worth_it
from kg_server.web.headers import Headers, by_name, vary, without
from kg_server.web.trace import WITHOUT_LIMITS, Trace, trace_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from kg_server.engine.base import Engine
    from kg_server.web.flights import Flights
    from kg_server.web.store import Store

MOST_POSTED = 64 * 1024
"""Bytes of a posted body whose response is kept."""

_OVERHEAD = 1500
_MET_BY_KEY = {"accept", "accept-language", "accept-encoding"}
_ONLY_WHOLE = ("HTTP_RANGE", "HTTP_IF_RANGE", "HTTP_IF_MODIFIED_SINCE")
_NOT_IN_304 = {"content-type", "content-length", "content-encoding", "content-disposition", "content-language"}

_MADE_HERE = {"last-modified", "accept-ranges", "etag", "vary", "content-length", "cache-control"}

Key = tuple[str, ...]


class Representation(NamedTuple):
    """A response ready to send: its headers, and its bytes in their coding."""

    headers: Headers
    data: bytes
    tag: str
    route: str
    query: str
    size: int


class Passing(NamedTuple):
    """A response for one request: an error, one that never ends the same, or one too large to keep."""

    status: str
    headers: Headers
    body: Iterable[bytes]


class Cache:
    """A WSGI application that asks the one behind it only for what it does not hold."""

    def __init__(self, app: WSGIApplication, engine: Engine, store: Store[Representation], flights: Flights) -> None:
        self._app = app
        self._engine = engine
        self._store = store
        self._flights = flights

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The response kept, or else that of the app."""
        trace = trace_of(environ)
        key = None if trace.failure else _key(environ, self._engine.digest)
        if key is None:
            return self._app(environ, start_response)
        found: Representation | Passing | None = self._store.get(key)
        trace.is_hit = found is not None
        if found is None:
            with self._flights.turn(key) as is_first:
                found = None if is_first else self._store.peek(key)
                found = found or self._make(environ, key, trace)
        if isinstance(found, Passing):
            start_response(found.status, found.headers)
            return _headless(environ, found.body)
        trace.route, trace.query = found.route, found.query
        return _send(found, environ, start_response, "hit" if trace.is_hit else "fwd=miss")

    def _make(self, environ: WSGIEnvironment, key: Key, trace: Trace) -> Representation | Passing:
        """What the app answers: whole and kept, or passing."""
        status, headers, body = _call(self._app, environ)
        told = by_name(headers)
        if not _may_be_kept(status, told, trace):
            return Passing(status, headers, body)
        stream = iter(body)
        try:
            pieces, is_whole = _gather(stream, self._store.most_each)
        except Exception as exc:  # noqa: BLE001 - nothing is sent yet: whatever it is, the app tells of it as of any error
            _close(body)
            trace.failure = exc
            return Passing(*_call(self._app, _without_body(environ)))
        if not is_whole:
            return Passing(
                status,
                [*without(headers, {"vary"}), vary(told.get("vary", ""))],
                _Rest(itertools.chain(pieces, stream), body),
            )
        _close(body)
        made = _represent(b"".join(pieces), headers, told, key, trace)
        if told.get("x-build-digest", key[0]) == key[0] == self._engine.digest:
            self._store.put(key, made)
        return made


def _key(environ: WSGIEnvironment, digest: str) -> Key | None:
    """All that a response may differ by; nothing for requests whose responses are not kept."""
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    body = ""
    if method == "POST":
        body = _read_body(environ)
    elif method not in ("GET", "HEAD"):
        return None
    if path in WITHOUT_LIMITS or (method == "POST" and not body):
        return None
    get = environ.get
    return (
        digest,
        environ["wsgi.url_scheme"],
        get("HTTP_HOST", ""),
        get("SCRIPT_NAME", ""),
        path,
        get("QUERY_STRING", ""),
        get("HTTP_ACCEPT", ""),
        get("HTTP_ACCEPT_LANGUAGE", ""),
        choose_coding(get("HTTP_ACCEPT_ENCODING", "")),
        body,
    )


def _read_body(environ: WSGIEnvironment) -> str:
    """What stands for a short posted body, which is left to be read again; nothing for a long one."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdecimal() or int(length) > MOST_POSTED:
        return ""
    data = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(data)
    return f"{environ.get('CONTENT_TYPE', '')}\n{hashlib.sha256(data).hexdigest()}"


def _call(app: WSGIApplication, environ: WSGIEnvironment) -> tuple[str, Headers, Iterable[bytes]]:
    """The app's response to the request as one for all of it, with its body still to be read."""
    begun: list[tuple[str, Headers]] = []

    def begin(status: str, headers: Headers, _error: object = None, /) -> object:
        begun[:] = [(status, headers)]
        return None

    asked = environ.copy()
    for name in _ONLY_WHOLE:
        asked.pop(name, None)
    if asked["REQUEST_METHOD"] == "HEAD":
        asked["REQUEST_METHOD"] = "GET"
    body = app(asked, begin)  # type: ignore[arg-type]
    return *begun[0], body


def _may_be_kept(status: str, told: Mapping[str, str], trace: Trace) -> bool:
    if trace.is_fleeting or not status.startswith("200"):
        return False
    varies = {name.strip().lower() for name in told.get("vary", "").split(",") if name}
    return varies <= _MET_BY_KEY and "set-cookie" not in told and "no-store" not in told.get("cache-control", "")


def _gather(stream: Iterator[bytes], most: int) -> tuple[list[bytes], bool]:
    """The pieces up to so many bytes, and whether that is all of them."""
    pieces: list[bytes] = []
    size = 0
    for piece in stream:
        pieces.append(piece)
        size += len(piece)
        if size > most:
            return pieces, False
    return pieces, True


def _represent(data: bytes, headers: Headers, told: Mapping[str, str], key: Key, trace: Trace) -> Representation:
    """The response in the coding the request likes best; its tag is that of these very bytes of this build."""
    coding = key[8] if is_worth_it(told.get("content-type", ""), len(data)) else ""
    encoded = encode(data, coding)
    is_posted = bool(key[9])
    hashed = hashlib.sha256(told.get("x-build-digest", "").encode())
    hashed.update(encoded)
    tag = "" if is_posted else f'"{hashed.hexdigest()[:32]}"'
    full = without(headers, _MADE_HERE)
    full.append(("Cache-Control", told.get("cache-control", "no-cache")))
    full.append(("Content-Length", str(len(encoded))))
    full.append(vary(told.get("vary", "")))
    if coding:
        full.append(("Content-Encoding", coding))
    if tag:
        full.append(("ETag", tag))
    size = len(encoded) + sum(map(len, key)) + 2 * len(trace.query) + _OVERHEAD
    return Representation(full, encoded, tag, trace.route, trace.query, size)


def _send(
    found: Representation, environ: WSGIEnvironment, start_response: StartResponse, state: str
) -> Iterable[bytes]:
    """The response, or a word that the reader has it already."""
    told = ("Cache-Status", f"kg; {state}")
    seen = environ.get("HTTP_IF_NONE_MATCH", "")
    if seen and found.tag and (seen == found.tag or parse_etags(seen).contains_weak(found.tag.strip('"'))):
        start_response("304 Not Modified", [*without(found.headers, _NOT_IN_304), told])
        return ()
    start_response("200 OK", [*found.headers, told])
    return () if environ["REQUEST_METHOD"] == "HEAD" else (found.data,)


def _headless(environ: WSGIEnvironment, body: Iterable[bytes]) -> Iterable[bytes]:
    """The body, unless only the headers are asked for."""
    if environ["REQUEST_METHOD"] != "HEAD":
        return body
    _close(body)
    return []


def _without_body(environ: WSGIEnvironment) -> WSGIEnvironment:
    return environ | {"wsgi.input": io.BytesIO(), "CONTENT_LENGTH": "0"}


def _close(body: Iterable[bytes]) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()


class _Rest:
    """A response too large to keep: what has been read of it, then the rest as it comes."""

    def __init__(self, pieces: Iterator[bytes], body: Iterable[bytes]) -> None:
        self._pieces = pieces
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def close(self) -> None:
        """Stop the work, if any is left."""
        _close(self._body)
