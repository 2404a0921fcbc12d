"""The service on this machine: the engine, the app, and the server, from the first request to the last."""

from __future__ import annotations

import functools
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

from kg_server.engine.embedded import open_engine
from kg_server.web.app import create_app
from kg_server.web.listener import make_server
from kg_server.web.log import open_log, take_in_others
from kg_server.web.stopping import run_until

if TYPE_CHECKING:
    from kg_server.core.settings import Settings


def serve(settings: Settings) -> None:
    """
    Serve the build in use until a signal says stop; prints the address once there is somebody to answer.

    What is under way then has the time of `stop_seconds` to end; a second signal ends it at once.
    """
    wants_stop = threading.Event()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, functools.partial(_stop, wants_stop))
    take_in_others()
    with open_engine(settings) as engine:
        server = make_server(create_app(settings, engine, open_log(sys.stderr)), settings)
        try:
            sys.stdout.write(f"{address(settings, server)}\n")
            sys.stdout.flush()
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


def _stop(wants_stop: threading.Event, _signal: int, _frame: object) -> None:
    if wants_stop.is_set():
        raise SystemExit(0)
    wants_stop.set()
