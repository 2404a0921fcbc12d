from __future__ import annotations

import functools
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg_server.build.pipeline import build
from kg_server.core.settings import read_settings
from kg_server.engine.opening import open_engine
from tests.servers import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg_server.core.settings import Settings
    from kg_server.engine.base import Engine
    from tests.servers import Remote

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def real_build(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The project itself, built afresh in a store of its own; wording loaded on this machine stays out of it."""
    folder = tmp_path_factory.mktemp("real")
    settings = read_settings(project_dir=ROOT, store_dir=folder / "build", local_dir=folder / "local")
    build(settings)
    return settings


@pytest.fixture(scope="module")
def real_engine(real_build: Settings) -> Iterator[Engine]:
    """The engine over the project itself."""
    with open_engine(real_build) as engine:
        yield engine


@pytest.fixture(scope="session")
def remotes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Remote]]:
    """The servers of others by their kind, each started when it is first asked for."""
    with ExitStack() as stack:

        @functools.cache
        def remote(kind: str) -> Remote:
            return stack.enter_context(running(kind, tmp_path_factory.mktemp(kind)))

        yield remote
