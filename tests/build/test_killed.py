from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from kg_server.build.digest import digest_of
from kg_server.build.pipeline import build
from kg_server.build.record import load_build
from kg_server.core.checks import read_checks
from kg_server.core.index import INDEX
from kg_server.engine.columns import open_columns
from tests.build.projects import ROOT, edit

if TYPE_CHECKING:
    from pathlib import Path

    from kg_server.build.record import Build
    from kg_server.core.settings import Settings

PLAN = "data/strategy/plan.ttl"
NEW_TRIPLE = ("Ren fjord", "Renere fjord")
NEW_COMMENT = ("# The plan -", "# Our plan -")


def killed(project: Path, moment: str) -> int:
    command = [sys.executable, "-m", "tests.build.killed", str(project), moment]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode


def whole(settings: Settings) -> Build:
    """The build in use, after a look at every file of it."""
    found = load_build(settings)
    dataset = (found.folder / "dataset.nq").read_bytes()
    assert digest_of(ox.parse(dataset, ox.RdfFormat.N_QUADS), settings.base) == found.digest == found.folder.name
    assert json.loads((found.folder / "rules.json").read_text(encoding="utf-8"))
    assert read_checks(found.folder)
    assert open_columns(found.folder / "dataset.nq")
    assert (found.folder / INDEX).read_bytes().startswith(b"SQLite format 3")
    return found


@pytest.mark.parametrize("moment", ["read", "rules", "validate", "store", *map(str, range(3, 14))])
def test_a_killed_build_leaves_the_old_one_whole(settings: Settings, project: Path, moment: str) -> None:
    old = build(settings)
    edit(project / PLAN, *NEW_TRIPLE)
    assert killed(project, moment) == -signal.SIGKILL
    assert whole(settings).digest == old.digest
    new = build(settings)
    assert whole(settings).digest == new.digest != old.digest
    assert sorted(path.name for path in settings.store.iterdir()) == sorted(
        [".lock", "current", old.digest, new.digest]
    )


def test_a_build_killed_after_the_switch_is_in_use(settings: Settings, project: Path) -> None:
    old = build(settings)
    edit(project / PLAN, *NEW_TRIPLE)
    assert killed(project, "14") == -signal.SIGKILL
    assert whole(settings).digest != old.digest
    assert not build(settings).is_new


@pytest.mark.parametrize("moment", [*map(str, range(8, 21))])
def test_a_build_killed_while_it_renews_a_record_leaves_one_whole(
    settings: Settings, project: Path, moment: str
) -> None:
    old = build(settings)
    edit(project / PLAN, *NEW_COMMENT)
    assert killed(project, moment) == -signal.SIGKILL
    assert whole(settings).digest == old.digest
    assert build(settings).digest == old.digest
    assert whole(settings).record["fingerprint"] != old.record["fingerprint"]
    build(settings, force=True)
    assert sorted(path.name for path in settings.store.iterdir()) == sorted([".lock", "current", old.digest])
