from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.serving import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """The SPARQL endpoint of a service over the towns."""
    with serving("--data", HERE / "towns.trig") as address:
        yield address + "sparql"


@pytest.fixture(scope="session")
def node() -> str:
    """Node.js with the clients installed; CI must have them where it could install them."""
    program = shutil.which("node")
    if program is None:
        pytest.skip("Node.js is not installed")
    if not (HERE / "node_modules").is_dir():
        told = "the JavaScript clients are not installed: run `npm ci --ignore-scripts` in tests/clients"
        if os.environ.get("CI") == "true" and shutil.which("npm"):
            pytest.fail(told)
        pytest.skip(told)
    return program


@pytest.fixture(scope="session")
def curl() -> str:
    program = shutil.which("curl")
    if program is None:
        pytest.skip("curl is not installed")
    return program
