"""The headers of a response as WSGI lists them: looked up, left out, and the one that names what it varies by."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

Headers = list[tuple[str, str]]


def first(headers: Headers, wanted: str, otherwise: str) -> str:
    """
    The value of the first header of that name, which is written in small letters.

    >>> first([("ETag", "1"), ("Etag", "2")], "etag", "")
    '1'
    """
    return next((value for name, value in headers if name.lower() == wanted), otherwise)


def by_name(headers: Headers) -> dict[str, str]:
    """
    The headers by their names in small letters; the values of those that come more than once stand behind one another.

    >>> by_name([("Vary", "Accept"), ("ETag", "1"), ("vary", "Origin")])
    {'vary': 'Accept, Origin', 'etag': '1'}
    """
    found: dict[str, str] = {}
    for name, value in headers:
        small = name.lower()
        found[small] = f"{found[small]}, {value}" if small in found else value
    return found


def without(headers: Headers, names: AbstractSet[str]) -> Headers:
    """The headers but those of these names, which are written in small letters."""
    return [(name, value) for name, value in headers if name.lower() not in names]


def vary(told: str) -> tuple[str, str]:
    """
    The header that names all by which a response is chosen: to what the app tells comes the coding.

    >>> vary("Accept")
    ('Vary', 'Accept, Accept-Encoding')
    """
    if "accept-encoding" in told.lower():
        return "Vary", told
    return "Vary", f"{told}, Accept-Encoding" if told else "Accept-Encoding"
