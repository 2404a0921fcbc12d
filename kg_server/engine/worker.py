"""A worker: a fork of the parent that evaluates one query after another, inside bounds it cannot leave."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
import time
from typing import TYPE_CHECKING, Any, NoReturn

import pyoxigraph

from kg_server.core.errors import KgError
from kg_server.engine.graphs import WrongAnswerError
from kg_server.engine.outlet import FullError, Outlet
from kg_server.engine.wire import FAILURE, MEMORY_EXIT, REQUEST, End, Wire, WireClosedError, note, read_request

if TYPE_CHECKING:
    import socket

    from kg_server.engine.datasets import Datasets

_BINDINGS = {
    "application/sparql-results+json": pyoxigraph.QueryResultsFormat.JSON,
    "application/sparql-results+xml": pyoxigraph.QueryResultsFormat.XML,
    "text/csv": pyoxigraph.QueryResultsFormat.CSV,
    "text/tab-separated-values": pyoxigraph.QueryResultsFormat.TSV,
}
_GRAPHS = {
    "application/ld+json": pyoxigraph.RdfFormat.JSON_LD,
    "application/n-quads": pyoxigraph.RdfFormat.N_QUADS,
    "application/n-triples": pyoxigraph.RdfFormat.N_TRIPLES,
    "application/rdf+xml": pyoxigraph.RdfFormat.RDF_XML,
    "application/trig": pyoxigraph.RdfFormat.TRIG,
    "text/turtle": pyoxigraph.RdfFormat.TURTLE,
}
_PR_SET_PDEATHSIG = 1
_PAGE = resource.getpagesize()


class _Size:
    """How many bytes of address space this process has; asks a file opened before files were forbidden."""

    def __init__(self) -> None:
        self._statm = os.open("/proc/self/statm", os.O_RDONLY)

    def __call__(self) -> int:
        return int(os.pread(self._statm, 64, 0).split()[0]) * _PAGE


def run(sock: socket.socket, datasets: Datasets, megabytes: int, parent: int) -> NoReturn:
    """Serve the socket until the front hangs up; this never returns."""
    status = 0
    try:
        _die_with(parent)
        datasets.open()
        size = _Size()
        allowance = megabytes * 1024 * 1024
        start = size()
        _confine(start + allowance, datasets.descriptors)
        wire = Wire(sock)
        while _serve(wire, datasets, lambda: size() - start > allowance // 4):
            pass
    except MemoryError:
        status = MEMORY_EXIT
    except BaseException:  # noqa: BLE001 - a fork must never run on in its parent's code
        status = 1
    os._exit(status)


def _die_with(parent: int) -> None:
    """Ask the kernel to end this process with its parent; without the call, a worker lives until the front hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def _confine(most_bytes: int, descriptors: int) -> None:
    """Forbid core files, more descriptors of any kind, new processes' worth of memory, and noise on the terminal."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.close(nothing)
    sys.setrecursionlimit(1000)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
    resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))


def _serve(wire: Wire, datasets: Datasets, has_grown: Any) -> bool:
    """Answer one request; False when there will be no other."""
    try:
        letter, payload = wire.receive()
    except WireClosedError:
        return False
    if letter != REQUEST:
        return False
    outlet = None
    try:
        asked = read_request(payload)
        result = datasets.query(asked)
        kind, media_type = _describe(result, asked)
        outlet = Outlet(wire, kind, media_type, most_rows=asked["most_rows"], most_bytes=asked["most_bytes"])
        outlet.close(is_full=_serialize(result, kind, outlet, asked))
        del result
        datasets.confirm()
        retires = has_grown()
        outlet.send(End(retires, time.process_time()))
    except MemoryError:
        raise
    except (WrongAnswerError, KgError, SyntaxError) as exc:
        wire.send(_failure(exc))
    except BaseException as exc:  # noqa: BLE001 - a panic of the engine is a BaseException; the front must hear of it
        if outlet is not None and outlet.is_broken:
            return False
        is_sound = isinstance(exc, Exception)
        wire.send(_failure(exc, retires=not is_sound))
        return is_sound
    else:
        return not retires
    return True


def _failure(error: BaseException, *, retires: bool = False) -> bytes:
    """What the front is told of a fault: an error of ours as it is, another one by its cause."""
    reason: object = str(error)
    if isinstance(error, KgError):
        cause = "known"
        reason = {"error": type(error).__name__, "message": error.message, "hint": error.hint, "values": error.values}
    elif isinstance(error, WrongAnswerError):
        cause = error.cause
    else:
        cause = "syntax" if isinstance(error, SyntaxError) else "engine"
    return note(FAILURE, cause=cause, reason=reason, retires=retires, spent=time.process_time())


def _describe(result: Any, asked: dict[str, Any]) -> tuple[str, str]:
    if not hasattr(result, "serialize") or isinstance(result, pyoxigraph.QueryTriples):
        return "graph", str(asked["graph_type"])
    return "boolean" if isinstance(result, pyoxigraph.QueryBoolean) else "bindings", str(asked["bindings_type"])


def _serialize(result: Any, kind: str, outlet: Outlet, asked: dict[str, Any]) -> bool:
    """Whether the answer was too large for one."""
    try:
        if kind == "graph":
            graph_type = _GRAPHS[asked["graph_type"]]
            pyoxigraph.serialize(outlet.within(result), outlet, graph_type, prefixes=asked["prefixes"])  # type: ignore[arg-type]
        else:
            result.serialize(outlet, _BINDINGS[asked["bindings_type"]])
    except FullError:
        return True
    return False
