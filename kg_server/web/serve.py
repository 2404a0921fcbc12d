"""The service on this machine: the engine, the app, and the server, from the first request to the last."""

from __future__ import annotations

import ctypes
import functools
import gc
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from kg_server.engine.dataset_files import laid_out
from kg_server.engine.opening import open_engine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kg_server.core.settings import Settings

_M_ARENA_MAX = -8
_LOOK_FOR_WASTE = 20_000
"""So many things more than before, and Python looks for those that hold on to one another: with 700, as it comes, in
every other answer, which has next to none."""


def serve(settings: Settings, files: Sequence[Path] = ()) -> None:
    """
    Serve the build in use until a signal says stop; prints the address once there is somebody to answer.

    Where files are given, their RDF is served as it is instead. What is under way at the signal has the time of
    `stop_seconds` to end; a second signal ends it at once.
    """
    wants_stop = threading.Event()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, functools.partial(_stop, wants_stop))
    _share_memory()
    gc.disable()  # what is made for the start stays, so that looking for what may go only costs time
    with ExitStack() as stack:
        settings, data_files = stack.enter_context(laid_out(files, settings)) if files else (settings, None)
        with ThreadPoolExecutor(1) as aside:
            opening = aside.submit(open_engine, settings)
            # Imported only now: the graph is loaded by another process in the meantime.
            from kg_server.web.app import create_app  # noqa: PLC0415
            from kg_server.web.listener import make_server  # noqa: PLC0415
            from kg_server.web.log import open_log, take_in_others  # noqa: PLC0415
            from kg_server.web.stopping import run_until  # noqa: PLC0415
            from kg_server.web.warming import kept_warm  # noqa: PLC0415

            take_in_others()
        engine = stack.enter_context(opening.result())
        app = create_app(settings, engine, data_files, open_log(sys.stderr))
        server = make_server(app, settings)
        gc.freeze()
        gc.set_threshold(_LOOK_FOR_WASTE)
        gc.enable()
        try:
            sys.stdout.write(f"{address(settings, server)}\n")
            sys.stdout.flush()
            with kept_warm(app, settings, engine):
                run_until(wants_stop, server, settings.stop_seconds)
        finally:
            server.close()


def address(settings: Settings, server: Any) -> str:
    """The address people use."""
    if settings.public_url:
        return settings.public_url
    # A name such as localhost may stand for several sockets; then the server is a group of them.
    port = server.effective_listen[0][1] if hasattr(server, "effective_listen") else server.effective_port
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{port}/"


def _share_memory() -> None:
    """Have all threads take memory from two places: with one for each, what a rush took is never given back."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 2)


def _stop(wants_stop: threading.Event, _signal: int, _frame: object) -> None:
    if wants_stop.is_set():
        raise SystemExit(0)
    wants_stop.set()
