"""
Frames between the front and a worker: one letter, a length, and that many bytes.

The front sends one REQUEST. The worker replies with DATA as it writes an answer, which the front holds back until the
HEAD tells what has become of it; a FAILURE in its place undoes what came ahead. The HEAD brings a piece of the answer,
too, and is the last frame where that was all; otherwise DATA follows as often as needed, and END. A FAILURE in place of
END tells of a fault after the first bytes.
"""

from __future__ import annotations

import json
import pickle
import struct
import time
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import socket

REQUEST, FAILURE, HEAD, DATA, END = b"Q", b"F", b"H", b"D", b"Z"
PIECE = 65536
"""Bytes of an answer in one frame at most."""
MOST_AHEAD = 64 * PIECE
"""Bytes of an answer that is not whole yet which a front holds at most."""
MEMORY_EXIT = 3
"""Exit status of a worker whose own Python ran out of memory."""

_HEADER = struct.Struct("!cI")
_HEAD = struct.Struct("!HqQ??d")
_MOST = 64 * 1024 * 1024


class WireClosedError(Exception):
    """The other end is gone, or does not speak frames."""


def frame(letter: bytes, payload: bytes | memoryview = b"") -> bytes:
    r"""
    The bytes of one frame.

    >>> frame(END)
    b'Z\x00\x00\x00\x00'
    """
    return b"".join((_HEADER.pack(letter, len(payload)), payload))


def note(letter: bytes, **fields: Any) -> bytes:
    """The bytes of one frame that carries JSON."""
    return frame(letter, json.dumps(fields).encode())


class End(NamedTuple):
    """What a worker says at the end of an answer: whether it retires, and the processor seconds it has taken so far."""

    retires: bool
    spent: float


class Head(NamedTuple):
    """
    What has become of an answer: its kind and format, and how much is left of one that was cut.

    `start` tells how many bytes of it went ahead; `end` is there where no DATA follows.
    """

    kind: str
    media_type: str
    truncated: int | None
    start: int
    end: End | None


def head(told: Head, piece: bytes) -> bytes:
    """The bytes of a HEAD with a piece of the answer; every answer has one, so that it is packed rather than JSON."""
    names = f"{told.kind} {told.media_type}".encode()
    truncated = -1 if told.truncated is None else told.truncated
    end = told.end or End(retires=False, spent=0.0)
    packed = _HEAD.pack(len(names), truncated, told.start, told.end is not None, end.retires, end.spent)
    return frame(HEAD, packed + names + piece)


def read_head(payload: bytes) -> tuple[Head, bytes]:
    """
    The head and the piece that came in a HEAD.

    >>> told = Head("graph", "text/turtle", 7, 0, End(False, 0.25))
    >>> read_head(head(told, b"<a> <b> <c> .")[5:]) == (told, b"<a> <b> <c> .")
    True
    """
    length, truncated, start, has_end, retires, spent = _HEAD.unpack_from(payload)
    at = _HEAD.size + length
    kind, media_type = payload[_HEAD.size : at].decode().split(" ", 1)
    end = End(retires, spent) if has_end else None
    return Head(kind, media_type, None if truncated < 0 else truncated, start, end), payload[at:]


def request(**fields: Any) -> bytes:
    """
    The bytes of a REQUEST.

    It is pickled, as that takes a fifth of the time of JSON, and goes one way only: what a worker says, which has read
    the queries of strangers, never is.
    """
    return frame(REQUEST, pickle.dumps(fields, pickle.HIGHEST_PROTOCOL))


def read_request(payload: bytes) -> dict[str, Any]:
    """
    The fields of a REQUEST.

    >>> read_request(request(query="ASK {}", blocks=[])[5:])
    {'query': 'ASK {}', 'blocks': []}
    """
    told: dict[str, Any] = pickle.loads(payload)  # noqa: S301 - written by the front, and by nobody else
    return told


class Wire:
    """One end of a socket that carries frames; for one thread at a time."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._buffer = bytearray()

    def send(self, data: bytes, seconds: float | None = None) -> None:
        """Send the frames; raises `WireClosedError`, or `TimeoutError` when the other end does not read."""
        try:
            self.sock.settimeout(seconds)
            self.sock.sendall(data)
        except TimeoutError:
            raise
        except OSError as exc:
            raise WireClosedError from exc

    def receive(self, seconds: float | None = None) -> tuple[bytes, bytes]:
        """
        The next frame's letter and payload; raises `WireClosedError`, or `TimeoutError` after `seconds`.

        Nothing is lost by a `TimeoutError`: the next call goes on where this one stopped.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        self._fill(_HEADER.size, deadline)
        letter, length = _HEADER.unpack_from(self._buffer)
        if length > _MOST:
            raise WireClosedError
        end = _HEADER.size + length
        self._fill(end, deadline)
        with memoryview(self._buffer) as view:
            payload = bytes(view[_HEADER.size : end])
        del self._buffer[:end]
        return letter, payload

    def _fill(self, count: int, deadline: float | None) -> None:
        while len(self._buffer) < count:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                raise TimeoutError
            try:
                self.sock.settimeout(left)
                data = self.sock.recv(PIECE)
            except TimeoutError:
                raise
            except OSError as exc:
                raise WireClosedError from exc
            if not data:
                raise WireClosedError
            self._buffer += data

    def is_closed(self) -> bool:
        """Whether the other end hung up while nothing was under way."""
        try:
            self.sock.settimeout(0)
            return not self.sock.recv(1)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def close(self) -> None:
        """Hang up."""
        self.sock.close()
