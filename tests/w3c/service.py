"""A service over the data of a test: the engine and the app as `kg serve --data` runs them."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_server.core.settings import read_settings
from kg_server.engine.dataset_files import DataFiles
from kg_server.engine.embedded import EmbeddedEngine
from kg_server.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from flask.testing import FlaskClient


def load(data: Sequence[Path], graphs: Sequence[Path], names: Sequence[str] = ()) -> ox.Store:
    """A store of these files: some in the default graph, others each in a graph of its own name or the one given."""
    store = ox.Store()
    for file in data:
        store.extend(_quads(file, ox.DefaultGraph()))
    for file, name in zip(graphs, names or [file.as_uri() for file in graphs], strict=True):
        store.extend(_quads(file, ox.NamedNode(name)))
        store.add_graph(ox.NamedNode(name))
    return store


def _quads(file: Path, graph: ox.NamedNode | ox.DefaultGraph) -> Iterator[ox.Quad]:
    for quad in ox.parse(path=file, base_iri=file.as_uri(), rename_blank_nodes=True, lenient=True):
        is_free = isinstance(quad.graph_name, ox.DefaultGraph)
        yield ox.Quad(quad.subject, quad.predicate, quad.object, graph if is_free else quad.graph_name)


@contextlib.contextmanager
def served(store: ox.Store, folder: Path) -> Iterator[FlaskClient]:
    """A client of a service over the store, which is written into the folder."""
    build = folder / "build" / "data"
    build.mkdir(parents=True)
    (folder / "build" / "current").symlink_to(build.name)
    store.dump(build / "dataset.nq", ox.RdfFormat.N_QUADS)
    settings = read_settings(project_dir=folder, workers=1)
    files = DataFiles((), build.name, 0)
    with EmbeddedEngine(settings) as engine:
        yield create_app(settings, engine, files).test_client()
