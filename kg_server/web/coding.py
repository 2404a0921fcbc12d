"""The codings answers are sent in: which one a request likes best, and the bytes in it."""

from __future__ import annotations

import functools
import gzip
import sys
import zlib

import brotli
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_PLAIN = "identity"
CODINGS = ("zstd", "br", "gzip")
"""In the order of our liking."""

LEAST_BYTES = 512
_ZSTD_LEVEL = 6
_BROTLI_QUALITY = 5
_GZIP_LEVEL = 6
_ZSTD_STREAM_LEVEL = 3
_BROTLI_STREAM_QUALITY = 4
_GZIP_STREAM_LEVEL = 4
_GZIP_WINDOW = zlib.MAX_WBITS + 16  # with gzip's own frame
_TEXTUAL = (
    "text/",
    "application/json",
    "application/javascript",
    "application/n-triples",
    "application/n-quads",
    "application/trig",
    "application/xml",
    "image/svg+xml",
)


@functools.lru_cache(maxsize=256)
def choose_coding(accepted: str) -> str:
    """
    The coding to answer in, by the request's Accept-Encoding; nothing means the bytes as they are.

    >>> choose_coding("gzip, deflate, br;q=0.9"), choose_coding("*"), choose_coding("gzip;q=0, *;q=0")
    ('gzip', 'zstd', '')
    """
    header = parse_accept_header(accepted, Accept)
    best = max(CODINGS, key=header.quality)
    plain = header.quality(_PLAIN) if _PLAIN in accepted else 0
    return best if header.quality(best) > 0 and header.quality(best) >= plain else ""


def is_worth_it(media_type: str, size: int) -> bool:
    """Whether the bytes become fewer by a coding."""
    plain = media_type.partition(";")[0].strip().lower()
    return size >= LEAST_BYTES and (plain.startswith(_TEXTUAL) or plain.endswith(("+json", "+xml")))


def encode(data: bytes, coding: str) -> bytes:
    """The bytes in the coding."""
    if coding == "zstd":
        return zstd.compress(data, _ZSTD_LEVEL)
    if coding == "br":
        return bytes(brotli.compress(data, quality=_BROTLI_QUALITY))
    return gzip.compress(data, _GZIP_LEVEL, mtime=0) if coding == "gzip" else data


class Encoder:
    """A body in a coding, piece by piece; every piece can be read as soon as it is there."""

    def __init__(self, coding: str) -> None:
        self._coding = coding
        if coding == "zstd":
            self._zstd = zstd.ZstdCompressor(_ZSTD_STREAM_LEVEL)
        elif coding == "br":
            self._brotli = brotli.Compressor(quality=_BROTLI_STREAM_QUALITY)
        else:
            self._gzip = zlib.compressobj(_GZIP_STREAM_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)

    def encode(self, piece: bytes) -> bytes:
        """The piece in the coding."""
        if self._coding == "zstd":
            return self._zstd.compress(piece, zstd.ZstdCompressor.FLUSH_BLOCK)
        if self._coding == "br":
            return bytes(self._brotli.process(piece) + self._brotli.flush())
        return self._gzip.compress(piece) + self._gzip.flush(zlib.Z_SYNC_FLUSH)

    def finish(self) -> bytes:
        """What ends the body."""
        if self._coding == "zstd":
            return self._zstd.flush()
        return bytes(self._brotli.finish()) if self._coding == "br" else self._gzip.flush()
