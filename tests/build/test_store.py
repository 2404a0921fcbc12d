from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_server.build.store import clear_unfinished, locked, point_to, put_build
from kg_server.core.layout import COLUMNS, STORE

if TYPE_CHECKING:
    from pathlib import Path

ONE, TWO = (f"<http://e/a> <http://e/b> <http://e/{name}> .\n".encode() for name in ("one", "two"))
FILES = {"build.json": b"{}", "dataset.nq": ONE}


def names(store: Path) -> list[str]:
    return sorted(path.name for path in store.iterdir())


def test_a_build_gets_its_name_and_is_in_use(tmp_path: Path) -> None:
    folder = put_build(tmp_path, "abc", FILES)
    assert folder == tmp_path / "abc"
    assert (tmp_path / "current" / "dataset.nq").read_bytes() == ONE
    assert names(tmp_path) == ["abc", "current"]


def test_current_is_relative_so_that_the_folder_can_be_moved(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    put_build(tmp_path / "store", "abc", FILES)
    (tmp_path / "store").rename(tmp_path / "moved")
    assert (tmp_path / "moved" / "current" / "dataset.nq").read_bytes() == ONE


def test_an_older_build_can_be_put_back(tmp_path: Path) -> None:
    put_build(tmp_path, "abc", FILES)
    put_build(tmp_path, "def", FILES | {"dataset.nq": TWO})
    point_to(tmp_path, "abc")
    assert (tmp_path / "current" / "dataset.nq").read_bytes() == ONE


def test_the_same_build_again_replaces_its_files(tmp_path: Path) -> None:
    put_build(tmp_path, "abc", FILES)
    put_build(tmp_path, "abc", FILES | {"build.json": b"{1}"})
    assert (tmp_path / "current" / "build.json").read_bytes() == b"{1}"
    assert names(tmp_path) == ["abc", "current"]


def test_a_large_graph_is_laid_out_on_disk_once(tmp_path: Path) -> None:
    files = FILES | {"dataset.nq": b"<http://e/a> <http://e/b> <http://e/c> .\n"}
    put_build(tmp_path, "abc", files, on_disk=True)
    laid_out = tmp_path / "current" / STORE
    assert len(ox.Store.read_only(str(laid_out))) == 1
    made = laid_out.stat().st_ino
    put_build(tmp_path, "abc", files | {"build.json": b"{1}"}, on_disk=True)
    assert laid_out.stat().st_ino == made
    assert names(tmp_path) == ["abc", "current"]


def test_a_build_that_came_out_the_same_can_be_laid_out_on_disk_later(tmp_path: Path) -> None:
    put_build(tmp_path, "abc", FILES | {"dataset.nq": b""})
    put_build(tmp_path, "abc", FILES | {"dataset.nq": b""}, on_disk=True)
    assert names(tmp_path / "current") == ["build.json", COLUMNS, "dataset.nq", STORE]


def test_what_dead_builds_left_is_cleared_away(tmp_path: Path) -> None:
    put_build(tmp_path, "abc", FILES)
    (tmp_path / ".new-77").mkdir()
    (tmp_path / ".new-77" / "dataset.nq").write_bytes(b"half")
    (tmp_path / ".new-current-77").symlink_to("abc")
    clear_unfinished(tmp_path)
    assert names(tmp_path) == ["abc", "current"]
    assert names(tmp_path / "abc") == ["build.json", COLUMNS, "dataset.nq"]


def test_the_lock_is_free_again_afterwards(tmp_path: Path) -> None:
    with locked(tmp_path / "store"):
        pass
    with locked(tmp_path / "store"):
        assert names(tmp_path / "store") == [".lock"]
