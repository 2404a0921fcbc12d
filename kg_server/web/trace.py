"""What is known of a request at hand, shared by the layers between the network and the app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

_KEY = "kg.trace"

WITHOUT_LIMITS = frozenset({"/health", "/ready", "/metrics"})
"""Addresses for those who run the service: never kept, never refused for being asked too often."""


@dataclass(slots=True)
class Trace:
    """
    One request: what it asked for and how it went.

    A layer that finds that the request must fail leaves the error in `failure`; the app raises it, so that every error
    has the same form. `is_fleeting` says that the answer holds for this request only.
    """

    request_id: str = ""
    route: str = ""
    query: str = ""
    outcome: str = ""
    is_hit: bool = False
    is_fleeting: bool = False
    failure: Exception | None = None


def trace_of(environ: WSGIEnvironment) -> Trace:
    """The trace of a request; a new one where nobody has begun it."""
    trace = environ.get(_KEY)
    if trace is None:
        trace = environ[_KEY] = Trace()
    return cast("Trace", trace)
