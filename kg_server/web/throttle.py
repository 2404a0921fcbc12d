"""How often one client may ask."""

from __future__ import annotations

import ipaddress
import math
import time
from typing import TYPE_CHECKING

from limits import parse_many
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from kg_server.core.errors import AskedTooOften
from kg_server.web.trace import WITHOUT_LIMITS, trace_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_NETWORK_BITS = 64


class Throttle:
    """A WSGI application that lets a client's requests through as often as the limits allow, and marks the others."""

    def __init__(self, app: WSGIApplication, limits: str) -> None:
        self._app = app
        self._limits = parse_many(limits)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The answer of the app, which refuses what comes too often."""
        path = environ["PATH_INFO"]
        if path not in WITHOUT_LIMITS and not path.startswith("/static/"):
            self._check(environ)
        return self._app(environ, start_response)

    def _check(self, environ: WSGIEnvironment) -> None:
        client = client_of(environ.get("REMOTE_ADDR", ""))
        for limit in self._limits:
            if not self._limiter.hit(limit, client):
                reset = self._limiter.get_window_stats(limit, client).reset_time
                trace_of(environ).failure = AskedTooOften(
                    "You have asked too often: {limit} is the most.",
                    hint="Try again in {retry_after} seconds.",
                    limit=str(limit),
                    retry_after=max(1, math.ceil(reset - time.time())),
                )
                return


def client_of(address: str) -> str:
    """
    What counts as one client: an address, or the network that one household or office has of the newer kind.

    >>> client_of("192.0.2.1"), client_of("2001:db8:1:2:3:4:5:6")
    ('192.0.2.1', '2001:db8:1:2::/64')
    """
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network(f"{address.partition('%')[0]}/{_NETWORK_BITS}", strict=False))
    except ValueError:
        return address
