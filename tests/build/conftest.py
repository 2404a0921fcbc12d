"""The small project: one copy to break in each test, and one built for all that only read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg_server.build.pipeline import build
from tests.build.projects import copy_mini, settings_of

if TYPE_CHECKING:
    from pathlib import Path

    from kg_server.build.record import Build
    from kg_server.core.settings import Settings


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the small project."""
    return copy_mini(tmp_path / "project")


@pytest.fixture
def settings(project: Path) -> Settings:
    """The settings of that copy."""
    return settings_of(project)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A build of the small project."""
    return build(settings_of(copy_mini(tmp_path_factory.mktemp("built") / "project")))
