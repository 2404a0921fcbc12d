"""The build in use, and the change to a new one without a request that fails."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from kg_server.core.errors import EngineError, NoBuild
from kg_server.engine.forker import Forker
from kg_server.engine.pool import Pool

if TYPE_CHECKING:
    from pathlib import Path

    from kg_server.core.settings import Settings

_LOOK_SECONDS = 0.5
_logger = logging.getLogger(__name__)


class Builds:
    """
    Serves what `<store>/current` points to, and looks twice a second whether it points elsewhere.

    A new build is loaded beside the one in use. Who asks from then on gets the new one; who is being answered stays
    with the old one, which is closed with its last answer. A build that cannot be loaded is left alone. On the same
    occasion workers that were needed for a rush only are ended.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._link = settings.store / "current"
        self._lock = threading.Lock()
        self._is_closed = threading.Event()
        self._pool = self._open(self._link.resolve())
        self._retired: list[Pool] = []
        self._watcher = threading.Thread(target=self._watch, name="builds", daemon=True)
        self._watcher.start()

    @property
    def digest(self) -> str:
        """The digest of the build that answers who asks now."""
        return self._pool.digest

    def hold(self) -> Pool:
        """The build in use, kept open until the caller releases it."""
        with self._lock:
            self._pool.hold()
            return self._pool

    def close(self) -> None:
        """End every worker of every build."""
        self._is_closed.set()
        self._watcher.join()
        with self._lock:
            pools = [self._pool, *self._retired]
        for pool in pools:
            pool.close()

    def _open(self, folder: Path) -> Pool:
        dataset = folder / "dataset.nq"
        if not dataset.is_file():
            raise NoBuild(
                "There is no graph to use in {folder}.", hint="Run `kg build` first.", folder=self._settings.store
            )
        forker = Forker(dataset, self._settings.query_megabytes)
        forker.start()
        return Pool(folder.name, forker, self._settings.workers)

    def _watch(self) -> None:
        seen = self._pool.digest
        while not self._is_closed.wait(_LOOK_SECONDS):
            self._pool.trim()
            folder = self._link.resolve()
            if folder.name == seen:
                continue
            seen = folder.name
            try:
                fresh = self._open(folder)
            except (EngineError, NoBuild):
                _logger.exception("the new build cannot be used; the one before stays in use")
                continue
            with self._lock:
                old, self._pool = self._pool, fresh
                self._retired = [*(pool for pool in self._retired if not pool.is_closed), old]
            old.retire()
