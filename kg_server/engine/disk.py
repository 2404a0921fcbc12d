"""
Graphs that are too large to be held in memory: a store on disk beside the N-Quads, which each worker opens for itself.

The engine counts references as it reads, so that a worker soon has a copy of its own of every part of a graph in
memory that it has read. What is read from disk, all workers share.
"""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph

from kg_server.core.layout import STORE
from kg_server.engine.column_writer import write_columns
from kg_server.engine.datasets import Datasets
from kg_server.engine.quads import read_dataset

if TYPE_CHECKING:
    from collections.abc import Iterable


def lay_out(dataset: Path, *, on_disk: bool) -> None:
    """
    Write beside the N-Quads what workers read besides them, or in their place.

    A store on disk is put in order: otherwise reading it takes five times as long. Where the graph is to be in memory,
    its columns are written.
    """
    if not on_disk:
        write_columns(dataset)
        return
    store = pyoxigraph.Store(str(dataset.with_name(STORE)))
    store.bulk_extend(read_dataset(dataset))
    store.optimize()
    store.flush()


class DiskDatasets(Datasets):
    """A worker's store on disk; graphs that are to be seen as one are copied into its memory for the query."""

    def __init__(self, folder: Path) -> None:
        super().__init__(pyoxigraph.Store())
        self._folder = folder

    def check(self) -> None:
        """
        Raise `OSError` unless the store can be opened.

        It is opened by a process of its own: the store starts threads, and whoever has threads is not safe to fork.
        """
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                self.open()
                status = 0
            finally:
                os._exit(status)
        if os.waitpid(pid, 0)[1]:
            raise OSError("the store on disk cannot be opened; build again with --force")

    def open(self) -> None:
        """Open the store, and allow the worker as many descriptors as it has files that are not open yet."""
        self._store = pyoxigraph.Store.read_only(str(self._folder))
        descriptors = [int(path.name) for path in Path("/proc/self/fd").iterdir()]
        opened = {_target(descriptor) for descriptor in descriptors}
        left = [path for path in self._folder.glob("*.sst") if str(path) not in opened]
        self.descriptors = max(descriptors) + 1 + len(left) if left else 0

    def query(self, asked: dict[str, Any]) -> Any:
        """The result; see `Datasets.query`."""
        default, named = self._chosen(asked)
        if len(set(default or ())) > 1:
            return self._copied((*(default or ()), *(named or ()))).query(asked)
        return super().query(asked)

    def _copied(self, graphs: Iterable[str]) -> Datasets:
        """The graphs in a store in memory: the one on disk takes no merge of them."""
        store = pyoxigraph.Store()
        store.extend(
            itertools.chain.from_iterable(
                self._store.quads_for_pattern(None, None, None, pyoxigraph.NamedNode(graph)) for graph in set(graphs)
            )
        )
        return Datasets(store)


def _target(descriptor: int) -> str:
    """What the descriptor is open on; nothing where it has been closed meanwhile."""
    try:
        return str(Path(f"/proc/self/fd/{descriptor}").readlink())
    except OSError:
        return ""
