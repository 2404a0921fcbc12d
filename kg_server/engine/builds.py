"""The build in use, and the change to a new one without a request that fails."""

from __future__ import annotations

import abc
import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from kg_server.core.errors import EngineError, NoBuild
from kg_server.core.layout import DATASET, STORE
from kg_server.engine.columns import read_columns
from kg_server.engine.forker import Forker
from kg_server.engine.pool import Pool

if TYPE_CHECKING:
    from kg_server.core.settings import Settings
    from kg_server.engine.columns import Columns

_MOST_COLUMNS = 64 * 1024 * 1024
"""Bytes of columns that the front takes into its own memory; those of a larger graph are left to the workers."""

_logger = logging.getLogger(__name__)


class Builds(abc.ABC):
    """
    Serves the build that is in use where builds are kept, and keeps looking whether another one is.

    A new build is opened beside the one in use. Who asks from then on gets the new one; who is being answered stays
    with the old one, which is closed with its last answer. A build that cannot be opened is left alone. On the same
    occasion workers that were needed for a rush only are ended.
    """

    look_seconds: ClassVar[float] = 0.5

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._is_closed = threading.Event()
        self._build = self._look()
        self._pool = self._open(self._build)
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

    @abc.abstractmethod
    def _look(self) -> str:
        """The build in use, by a path or else a name, which ends in its digest; raises `EngineError`, `NoBuild`."""

    @abc.abstractmethod
    def _source(self, build: str) -> Path | str:
        """What the workers of that build answer from; raises `NoBuild`."""

    def _open(self, build: str) -> Pool:
        forker = Forker(self._source(build), self._settings.query_megabytes)
        forker.start()
        return Pool(build.rpartition("/")[2], forker, self._settings.workers, self._columns(build))

    def _columns(self, _build: str) -> Columns | None:
        """What can be told of that build without a worker, if anything."""
        return None

    def _watch(self) -> None:
        seen, is_lost = self._build, False
        while not self._is_closed.wait(self.look_seconds):
            self._pool.trim()
            try:
                build, is_lost = self._look(), False
                if build != seen:
                    seen = build
                    self._take_over(self._open(build))
            except (EngineError, NoBuild):
                if not is_lost:
                    _logger.exception("the build in use now cannot be used; the one before stays")
                is_lost = True

    def _take_over(self, fresh: Pool) -> None:
        with self._lock:
            old, self._pool = self._pool, fresh
            self._retired = [*(pool for pool in self._retired if not pool.is_closed), old]
        old.retire()


class LocalBuilds(Builds):
    """Serves what `<store>/current` points to."""

    def _look(self) -> str:
        return str((self._settings.store / "current").resolve())

    def _source(self, build: str) -> Path:
        dataset = Path(build, DATASET)
        if not dataset.is_file():
            raise NoBuild(
                "There is no graph to use in {folder}.", hint="Run `kg build` first.", folder=self._settings.store
            )
        on_disk = Path(build, STORE)
        return on_disk if on_disk.is_dir() else dataset

    def _columns(self, build: str) -> Columns | None:
        return read_columns(Path(build, DATASET), _MOST_COLUMNS)
