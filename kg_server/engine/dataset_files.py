"""
RDF files served as they are: laid out for a while as the engine expects a build.

The reading is done by a process of its own, `kg_server.engine.dataset_reader`, which keeps the RDF library and its
memory out of the process that faces the network.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kg_server
from kg_server.core.errors import EngineError, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kg_server.core.settings import Settings

FORMATS = {
    ".ttl": "text/turtle",
    ".nt": "application/n-triples",
    ".nq": "application/n-quads",
    ".trig": "application/trig",
    ".rdf": "application/rdf+xml",
    ".owl": "application/rdf+xml",
    ".xml": "application/rdf+xml",
    ".jsonld": "application/ld+json",
    ".json": "application/ld+json",
}
"""What the end of a file's name says of its format; `.gz` may follow."""


@dataclass(frozen=True)
class DataFiles:
    """
    The files that are served: their names, their digest, and how many triples each graph holds.

    The digest is that of the list `sha256sum` prints of the files, in the order given and with their bare names:
    `sha256sum FILE… | sha256sum` in their folder. `default` counts the default graph, `named` the named ones by IRI.
    """

    files: tuple[str, ...]
    digest: str
    default: int
    named: Mapping[str, int] = field(default_factory=dict)

    @property
    def triples(self) -> int:
        """Triples of all graphs; what several graphs hold counts once for each."""
        return self.default + sum(self.named.values())


@contextlib.contextmanager
def laid_out(files: Sequence[Path], settings: Settings) -> Iterator[tuple[Settings, DataFiles]]:
    """
    The settings an engine serves these files by, and what the files hold; afterwards the copy is removed.

    Raises `SourceError` naming the file and, where it can be told, the line that cannot be read.
    """
    for path in files:
        format_of(path)
    with tempfile.TemporaryDirectory(prefix="kg-data-") as folder:
        told = _read(Path(folder), files, settings.memory_triples)
        digest = told["digest"]
        Path(folder, "current").symlink_to(digest, target_is_directory=True)
        read = DataFiles(tuple(path.name for path in files), digest, told["default"], told["named"])
        here = {"project_dir": Path(folder), "store_dir": Path(folder), "remote_url": ""}
        yield settings.model_copy(update=here), read


def format_of(path: Path) -> str:
    """
    The media type the file's name stands for; raises `SourceError` where it stands for none.

    >>> format_of(Path("towns.nq.gz"))
    'application/n-quads'
    """
    suffix = plain_name(path.name).suffix.lower()
    if suffix not in FORMATS:
        raise SourceError(
            "The name does not tell which RDF format this is.",
            hint="It should end in one of {known}, and may end in .gz after that.",
            file=path,
            known=", ".join(FORMATS),
        )
    return FORMATS[suffix]


def plain_name(name: str) -> Path:
    """
    The name without the end that says the file is compressed.

    >>> plain_name("towns.ttl.gz").name
    'towns.ttl'
    """
    path = Path(name)
    return path.with_suffix("") if path.suffix.lower() == ".gz" else path


def _read(folder: Path, files: Sequence[Path], most: int) -> dict[str, Any]:
    """What the reader tells of the files, once it has written them into `folder`."""
    arguments = [str(most), *(str(path.resolve()) for path in (folder, *files))]
    done = subprocess.run(  # noqa: S603 - our own module, started by our own interpreter
        [sys.executable, "-m", "kg_server.engine.dataset_reader", *arguments],
        cwd=Path(kg_server.__file__).resolve().parents[1],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=False,
    )
    try:
        told: dict[str, Any] = json.loads(done.stdout)
    except ValueError as exc:
        raise EngineError("The files could not be read: the reading ended with {code}.", code=done.returncode) from exc
    if "reason" in told:
        raise _refusal(files[told["number"]], told)
    return told


def _refusal(file: Path, told: Mapping[str, Any]) -> SourceError:
    if told["format"]:
        return SourceError(
            "This is not {format}: {reason}.",
            file=file,
            line=told["line"],
            format=told["format"],
            reason=told["reason"],
        )
    return SourceError("The file cannot be read: {reason}.", file=file, reason=told["reason"])
