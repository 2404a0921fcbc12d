"""The headers that keep browsers from guessing, framing, leaking and running what is not ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from werkzeug.datastructures import Headers

_POLICY = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self'; "
    "font-src 'self'; "
    "connect-src 'self'; "
    "manifest-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'"
)
_UNUSED = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_FOR_DOCUMENTS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _UNUSED),
    "Referrer-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}

OPEN_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Cache-Status, ETag, Link, Retry-After, X-Build-Digest, X-Request-ID, X-Truncated",
}
"""What lets pages elsewhere use our data."""

VARY = "Accept, Accept-Language"


def secure(headers: Headers, *, is_open: bool, is_document: bool, hsts_seconds: int) -> None:
    """
    Add the headers; `is_open` is for data that pages elsewhere may use.

    One that is no document can neither lead elsewhere nor use what a browser offers.
    """
    headers.update(_HEADERS)
    if is_document:
        headers.update(_FOR_DOCUMENTS)
    headers["Cross-Origin-Resource-Policy"] = "cross-origin" if is_open else "same-origin"
    if hsts_seconds:
        headers["Strict-Transport-Security"] = f"max-age={hsts_seconds}"
