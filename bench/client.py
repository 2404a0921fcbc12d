"""A client that asks over one kept connection and never waits longer than it was told."""

from __future__ import annotations

import http.client
import itertools
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

JSON = "application/sparql-results+json"
NTRIPLES = "application/n-triples"
_numbers = itertools.count(time.time_ns())


@dataclass(frozen=True)
class Reply:
    """What came back: the status, 0 where nothing did, the body, and the seconds it took."""

    status: int
    body: bytes
    seconds: float
    etag: str = ""

    @property
    def is_answer(self) -> bool:
        """Whether it is an answer, and no error."""
        return self.status == http.client.OK


def unique(query: str) -> str:
    """The query so that no cache can know it: with a prefix nobody declared before, and nobody uses."""
    number = next(_numbers)
    return f"PREFIX n{number}: <urn:n{number}>\n{query}"


def accepted(query: str) -> str:
    """The media type to ask for."""
    return NTRIPLES if "\nCONSTRUCT" in query else JSON


class Client:
    """Asks one endpoint; not for several threads."""

    def __init__(self, endpoint: str, given: Mapping[str, str] | None = None) -> None:
        parts = urlsplit(endpoint)
        self._address = parts.hostname or "", parts.port
        self._path = parts.path + "?" + "".join(f"{name}={quote(value)}&" for name, value in (given or {}).items())
        self._connection: http.client.HTTPConnection | None = None

    def ask(self, query: str, seconds: float, etag: str = "") -> Reply:
        """The reply: of status 304 where the tag still fits, of status 0 where none came in time."""
        target = f"{self._path}query={quote(query, safe='')}"
        headers = {"Accept": accepted(query)} | ({"If-None-Match": etag} if etag else {})
        began = time.perf_counter()
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection(*self._address, timeout=seconds)
                self._connection.connect()
            self._connection.sock.settimeout(seconds)
            self._connection.request("GET", target, headers=headers)
            response = self._connection.getresponse()
            status, body = response.status, response.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return Reply(0, b"", time.perf_counter() - began)
        if response.will_close:
            self.close()
        return Reply(status, body, time.perf_counter() - began, response.headers.get("ETag", ""))

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
