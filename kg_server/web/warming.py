"""
The pages of the menu, made once for each build before a reader asks, so that nobody waits for what is read only once.

A graph too large for that is left alone: what a page reads of it would keep others waiting.
"""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from kg_server.core.layout import DATASET
from kg_server.web.language import LANGUAGES
from kg_server.web.menu import menu

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from kg_server.core.settings import Settings
    from kg_server.engine.base import Engine

LOOK_SECONDS = 1.0
"""How long after the start, or after a new build has been taken into use, its pages are made."""
_MOST_BYTES = 16 * 1024 * 1024


@contextlib.contextmanager
def kept_warm(app: Flask, settings: Settings, engine: Engine) -> Iterator[None]:
    """Make the pages of every build that is taken into use, as long as the context lasts."""
    over = threading.Event()
    keeper = threading.Thread(target=_keep_warm, args=(app, settings, engine, over), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()


def _keep_warm(app: Flask, settings: Settings, engine: Engine, over: threading.Event) -> None:
    warm = ""
    while not over.wait(LOOK_SECONDS):
        if engine.digest != warm:
            warm = engine.digest
            if _is_small(settings, warm):
                warm_up(app, over)


def _is_small(settings: Settings, digest: str) -> bool:
    dataset = settings.store / digest / DATASET
    return dataset.is_file() and dataset.stat().st_size <= _MOST_BYTES


def warm_up(app: Flask, over: threading.Event) -> None:
    """Make every page of the menu in every language, past the account and what is kept of responses, until `over`."""
    with app.test_request_context("/"):
        paths = ["/", *(item.path for item in menu())]
    for path in paths:
        for language in LANGUAGES:
            if over.is_set():
                return
            with app.test_request_context(path, query_string={"lang": language}, headers={"Accept": "text/html"}):
                app.full_dispatch_request().close()
