"""
Reads RDF files into one dataset on disk: `python -m kg_server.engine.dataset_reader MOST FOLDER FILE…`.

It writes FOLDER/<digest>/dataset.nq, beside it a store on disk where there are more than MOST triples and columns where
there are not, and prints one JSON object: the digest and the triples of each graph, or which file and line cannot be
read and why. Quads keep their graphs, triples go to the default graph, and no two files share a blank node: each is
named after its file's place and its own in the file, the same at every start.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import re
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from xml.parsers import expat

import pyoxigraph as ox

from kg_server.core.layout import DATASET
from kg_server.engine.dataset_files import format_of, plain_name
from kg_server.engine.disk import lay_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import IO

_PLACE = re.compile(r"^(?:Parser error at line \d+ .*?: |syntax error: )")
_UNPACKING = (OSError, EOFError, zlib.error)


class UnreadableError(Exception):
    """A file cannot be read; `told` says what the front needs to say so."""

    def __init__(self, reason: str, **told: Any) -> None:
        super().__init__(reason)
        self.told = {"reason": reason.removesuffix("."), "line": None, "format": ""} | told


def read_quads(path: Path, number: int) -> Iterator[ox.Quad]:
    """The quads of the file in that place; relative IRIs are read as if it lay at `file:///NAME`."""
    nodes: dict[str, ox.BlankNode] = {}

    def named(term: Any) -> Any:
        if isinstance(term, ox.BlankNode):
            return nodes.setdefault(term.value, ox.BlankNode(f"f{number}n{len(nodes)}"))
        return ox.Triple(*map(named, term)) if isinstance(term, ox.Triple) else term

    for subject, predicate, target, graph in _parse(path):
        yield ox.Quad(named(subject), predicate, named(target), named(graph))


def _parse(path: Path) -> Iterator[ox.Quad]:
    """The quads as they stand in the file; raises `UnreadableError`."""
    rdf_format: Any = ox.RdfFormat.from_media_type(format_of(path))
    base = f"file:///{quote(plain_name(path.name).name)}"
    try:
        if rdf_format == ox.RdfFormat.RDF_XML:
            _check_xml(path)
        with _opened(path) as file:
            yield from ox.parse(file, rdf_format, base_iri=base)
    except SyntaxError as exc:
        reason = _PLACE.sub("", exc.msg)
        raise UnreadableError(reason, line=exc.lineno, format=str(rdf_format.name)) from exc
    except _UNPACKING as exc:
        reason = "it is not compressed with gzip" if isinstance(exc, gzip.BadGzipFile) else str(exc)
        raise UnreadableError(getattr(exc, "strerror", None) or reason) from exc


def _opened(path: Path) -> IO[bytes]:
    """The file's bytes, unpacked where its name says they are packed."""
    if path.suffix.lower() == ".gz":
        return gzip.open(path)  # type: ignore[return-value]
    return path.open("rb")


def _check_xml(path: Path) -> None:
    """Raise `UnreadableError` for what is not whole XML: the RDF library accepts a file that breaks off."""
    with _opened(path) as file:
        try:
            expat.ParserCreate().ParseFile(file)
        except expat.ExpatError as exc:
            reason = expat.ErrorString(exc.code)
            raise UnreadableError(reason, line=exc.lineno, format="RDF/XML") from exc


def digest_of(files: Sequence[Path]) -> str:
    """The SHA-256 of what `sha256sum` prints of the files; raises `UnreadableError`."""
    lines = []
    for number, path in enumerate(files):
        try:
            with path.open("rb") as file:
                lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.name}\n")
        except OSError as exc:
            raise UnreadableError(str(exc.strerror), number=number) from exc
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def read_into(folder: Path, files: Sequence[Path], most: int) -> dict[str, Any]:
    """What the files hold, once their dataset lies in `folder`; raises `UnreadableError`."""
    digest = digest_of(files)
    store = ox.Store()
    for number, path in enumerate(files):
        try:
            store.bulk_extend(read_quads(path, number))
        except UnreadableError as exc:
            exc.told["number"] = number
            raise
    dataset = folder / digest / DATASET
    dataset.parent.mkdir()
    store.dump(dataset, ox.RdfFormat.N_QUADS)
    lay_out(dataset, on_disk=len(store) > most)
    return {"digest": digest, "default": _default_size(store), "named": _named_sizes(store)}


def _default_size(store: ox.Store) -> int:
    rows: Any = store.query("SELECT (COUNT(*) AS ?triples) { ?s ?p ?o }")
    return int(next(rows)["triples"].value)


def _named_sizes(store: ox.Store) -> dict[str, int]:
    rows: Any = store.query("SELECT ?graph (COUNT(*) AS ?triples) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph")
    sizes = {str(row["graph"]).strip("<>"): int(row["triples"].value) for row in rows}
    return dict(sorted(sizes.items()))


def main(arguments: list[str]) -> int:
    """Read the files, and tell how it went."""
    most, *paths = arguments
    folder, *files = map(Path, paths)
    try:
        told = read_into(folder, files, int(most))
    except UnreadableError as exc:
        told = exc.told
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
