"""Builds on disk: written beside the one in use, then put in its place in one rename."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from typing import TYPE_CHECKING

from kg_server.build.record import CURRENT, RECORD
from kg_server.core.errors import BuildBusy
from kg_server.core.layout import DATASET, STORE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_UNFINISHED = ".new-"


@contextlib.contextmanager
def locked(store: Path) -> Iterator[None]:
    """Hold the folder of builds for this process alone; raises `KgError` where another build is at work."""
    store.mkdir(parents=True, exist_ok=True)
    with (store / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            raise BuildBusy(
                "Another build is at work in {folder}.", hint="Wait until it is done, then try again.", folder=store
            ) from exc
        yield


def clear_unfinished(store: Path) -> None:
    """Remove what builds that died left behind; call it only while the folder is locked."""
    for path in store.glob(f"{_UNFINISHED}*"):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def put_build(store: Path, digest: str, files: Mapping[str, bytes], *, on_disk: bool = False) -> Path:
    """
    The folder of the build with these files, which `current` now points to, and with what workers read of the graph.

    That is a store `on_disk`, or else the columns of a graph that is held in memory.

    At any moment a reader finds the old build or the new one, whole: the files are on the disk before the folder has
    its name, and the folder before `current` points to it.
    """
    unfinished = store / f"{_UNFINISHED}{os.getpid()}"
    unfinished.mkdir()
    for name, content in files.items():
        with (unfinished / name).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    folder = store / digest
    if not (on_disk and (folder / STORE).exists()):
        from kg_server.engine.disk import lay_out  # noqa: PLC0415 - the library takes long to load

        lay_out(unfinished / DATASET, on_disk=on_disk)
    _sync(unfinished)
    if folder.exists():
        _renew(folder, unfinished)
    else:
        unfinished.rename(folder)
    _sync(store)
    point_to(store, digest)
    return folder


def _renew(folder: Path, unfinished: Path) -> None:
    """
    Replace the files of a build that came out the same, each in one rename.

    The graph is the same, byte for byte; findings and the fingerprint of the inputs may differ. The record comes last:
    killed before it, the old fingerprint makes the next build start over.
    """
    for path in sorted(unfinished.iterdir(), key=lambda path: path.name == RECORD):
        path.replace(folder / path.name)
    _sync(folder)
    unfinished.rmdir()


def point_to(store: Path, digest: str) -> None:
    """Let `current` point to the build with that digest, in one rename."""
    link = store / f"{_UNFINISHED}{CURRENT}-{os.getpid()}"
    link.symlink_to(digest, target_is_directory=True)
    link.replace(store / CURRENT)
    _sync(store)


def _sync(folder: Path) -> None:
    """Make the names in the folder last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
