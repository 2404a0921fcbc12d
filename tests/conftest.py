from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg_server.build.pipeline import build
from kg_server.core.settings import read_settings

if TYPE_CHECKING:
    from kg_server.core.settings import Settings

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def real_build(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The project itself, built afresh in a store of its own; wording loaded on this machine stays out of it."""
    folder = tmp_path_factory.mktemp("real")
    settings = read_settings(project_dir=ROOT, store_dir=folder / "build", local_dir=folder / "local")
    build(settings)
    return settings
