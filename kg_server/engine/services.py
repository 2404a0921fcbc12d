"""
Asks the SPARQL services that are listed in the settings, and no others.

A name is resolved once, and what it stands for is both checked and connected to: it cannot lead to this machine or its
neighbours, unless the list itself has such an address. Proxies of the environment and cookies play no part.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import json
import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin, urlsplit

from kg_server import __version__
from kg_server.core.errors import ServiceFailed
from kg_server.core.terms import from_json, is_absolute_iri
from kg_server.engine.base import JSON_RESULTS
from kg_server.engine.federation import too_large
from kg_server.engine.results import Rows

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from kg_server.core.terms import Term

MOST_BYTES = 8 * 1024 * 1024
_MOST_HOPS = 3
_PIECE = 65536
_AGAIN = (301, 302, 307, 308)
_HEADERS = {
    "Accept": JSON_RESULTS,
    "Accept-Encoding": "identity",
    "Connection": "close",
    "Content-Type": "application/x-www-form-urlencoded",
    "User-Agent": f"strategigraf/{__version__}",
}


class Services:
    """The services that may be asked; `listed` are their addresses."""

    def __init__(self, listed: Iterable[str]) -> None:
        self.listed = tuple(listed)
        self._origins = {_origin(service) for service in self.listed}
        self._security = ssl.create_default_context()

    def ask(self, service: str, query: str, until: float) -> Rows:
        """
        The table a listed service answers the query with, before that time on the monotonic clock.

        Raises `ServiceFailed`, or `QueryTooLarge` for a table that is too large.
        """
        try:
            data = self._fetch(service, urlencode({"query": query}).encode(), until)
        except (OSError, http.client.HTTPException, ValueError) as exc:
            if time.monotonic() >= until:
                raise ServiceFailed("The service {service} took too long.", service=service) from exc
            raise ServiceFailed("The service {service} cannot be reached.", service=service) from exc
        try:
            return _read(data)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as exc:
            raise _no_table(service) from exc

    def _fetch(self, service: str, body: bytes, until: float) -> bytes:
        """The body of the answer, after redirections within what is listed."""
        address = service
        for _ in range(_MOST_HOPS):
            with _Call(address, until, self._security) as call, call.post(body) as response:
                if response.status not in _AGAIN:
                    data = _body(service, response)
                    if time.monotonic() >= until:
                        raise TimeoutError
                    return data
                address = urljoin(address, response.headers.get("Location", ""))
            if _origin(address) not in self._origins:
                break
        raise ServiceFailed("The service {service} sends us on to where we do not go.", service=service)


class _Call:
    """One connection, which is cut at the time given, whatever the other end does."""

    def __init__(self, address: str, until: float, security: ssl.SSLContext) -> None:
        parts = urlsplit(address)
        secure = parts.scheme == "https"
        self._target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        host, port = parts.hostname or "", parts.port or (443 if secure else 80)
        plain = _connect(host, port, until)
        self._cut = plain.dup()
        self._timer = threading.Timer(max(0.0, until - time.monotonic()), self._hang_up)
        self._timer.daemon = True
        self._timer.start()
        try:
            if secure:
                self._connection: http.client.HTTPConnection = http.client.HTTPSConnection(host, port, context=security)
                self._connection.sock = security.wrap_socket(plain, server_hostname=host)
            else:
                self._connection = http.client.HTTPConnection(host, port)
                self._connection.sock = plain
        except BaseException:
            plain.close()
            self._end()
            raise

    def post(self, body: bytes) -> http.client.HTTPResponse:
        """What the service answers, up to the end of its headers."""
        self._connection.request("POST", self._target, body, _HEADERS)
        return self._connection.getresponse()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._connection.close()
        self._end()

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):
            self._cut.shutdown(socket.SHUT_RDWR)

    def _end(self) -> None:
        self._timer.cancel()
        self._timer.join()
        self._cut.close()


def _connect(host: str, port: int, until: float) -> socket.socket:
    """A connection to the host, at the very address that was checked."""
    found = [(str(info[4][0]), port) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not is_literal(host) and not all(_is_public(address) for address, _ in found):
        raise ConnectionRefusedError
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    for address in found[:-1]:
        try:
            return socket.create_connection(address, left / len(found))
        except OSError:
            continue
    return socket.create_connection(found[-1], left)


def is_literal(host: str) -> bool:
    """
    Whether a host is written as its address, so that nobody else decides what it stands for.

    >>> is_literal("127.0.0.1"), is_literal("localhost"), is_literal("2130706433"), is_literal("example.org")
    (True, True, False, False)
    """
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return True


def _is_public(address: str) -> bool:
    """Whether the address lies in the network everybody shares."""
    found = ipaddress.ip_address(address.partition("%")[0])
    return (getattr(found, "ipv4_mapped", None) or found).is_global


def _body(service: str, response: http.client.HTTPResponse) -> bytes:
    if response.status != http.client.OK:
        raise ServiceFailed(
            "The service {service} answered with status {status}.", service=service, status=response.status
        )
    media_type = response.headers.get_content_type()
    if media_type not in (JSON_RESULTS, "application/json") or "Content-Encoding" in response.headers:
        raise _no_table(service)
    data = bytearray()
    while piece := response.read(_PIECE):  # ends early, without a word, when the connection is cut
        data += piece
        if len(data) > MOST_BYTES:
            raise too_large(service)
    return bytes(data)


def _read(data: bytes) -> Rows:
    """The table; raises one of many errors for what is none."""
    told = json.loads(data)
    names = tuple(str(name) for name in told["head"].get("vars", ()))
    rows = [{name: _term(cell) for name, cell in row.items()} for row in told["results"]["bindings"]]
    return Rows(names, rows)


def _term(cell: dict[str, str]) -> Term:
    """The term in a cell; raises `ValueError` for what would not be the same term in a query."""
    term = from_json(cell)
    if term.kind == "uri" and not is_absolute_iri(term.value):
        raise ValueError("not an absolute IRI")
    term.n3().encode()
    return term


def _origin(address: str) -> tuple[str, str, int | None]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname or "", parts.port


def _no_table(service: str) -> ServiceFailed:
    return ServiceFailed("The service {service} answered with no table in SPARQL JSON.", service=service)
