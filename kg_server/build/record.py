"""The record of a build: what it holds and what it was made of, readable without any RDF library."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg_server import __version__
from kg_server.core.errors import NoBuild
from kg_server.core.findings import Finding, from_record
from kg_server.core.layout import DATASET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg_server.core.settings import Settings

CURRENT = "current"
RECORD = "build.json"
RULES = "rules.json"
_LIBRARIES = ("pyoxigraph", "pyshacl", "rdflib", "snowballstemmer")
_INPUTS = {"ontology": ("*.ttl", "rules/*.rq"), "shapes": ("*.ttl",), "data": ("**/*",), "queries": ("**/*.rq",)}


@dataclass(frozen=True)
class Build:
    """
    One build: its folder, digest, the record in `build.json`, and the rules in `rules.json`.

    `is_new` tells whether the call that gave it made it, or found that it still fits the project's files.
    """

    folder: Path
    digest: str
    record: dict[str, Any]
    rules: tuple[dict[str, Any], ...]
    is_new: bool = False

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the checks found that does not stop a build."""
        return tuple(from_record(one) for one in self.record["findings"])


def load_build(settings: Settings) -> Build:
    """The build in use; raises `NoBuild` where there is none that can be read."""
    link = settings.store / CURRENT
    try:
        folder = link.resolve(strict=True)
        (folder / DATASET).stat()
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        rules = json.loads((folder / RULES).read_text(encoding="utf-8"))
        return Build(folder, record["digest"], record, tuple(rules))
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise NoBuild(
            "There is no graph to use in {folder}.", hint="Run `kg build` first.", folder=settings.store
        ) from exc


def versions() -> dict[str, str]:
    """The versions that a build's content or findings depend on."""
    return {"strategigraf": __version__} | {library: version(library) for library in _LIBRARIES}


def fingerprint(settings: Settings) -> str:
    """
    A SHA-256 over everything a build depends on.

    That is the project's files, the settings that reach into a build, the versions, and the code of the build itself.
    """
    total = hashlib.sha256()
    said = {"base": settings.base, "public_url": settings.public_url, "versions": versions()}
    total.update(json.dumps(said, sort_keys=True).encode())
    for name, path in _inputs(settings):
        content = path.read_bytes()
        total.update(f"\0{name}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def _inputs(settings: Settings) -> Iterator[tuple[str, Path]]:
    """Every file a build reads, with a name that does not depend on where the project lies."""
    for folder, patterns in _INPUTS.items():
        root = settings.project_dir / folder
        files = {path for pattern in patterns for path in root.glob(pattern) if path.is_file()}
        yield from ((path.relative_to(settings.project_dir).as_posix(), path) for path in sorted(files))
    yield from ((f"local/{path.name}", path) for path in sorted(settings.local.glob("*.ttl")))
    code = Path(__file__).parents[1]
    for part in ("build", "core"):
        yield from ((f"{part}/{path.name}", path) for path in sorted((code / part).glob("*.py")))
