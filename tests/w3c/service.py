"""A service over the data of one test: the engine and the app as `kg serve --data` runs them."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_server.core.settings import read_settings
from kg_server.engine.dataset_files import DataFiles
from kg_server.engine.embedded import EmbeddedEngine
from kg_server.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from tests.w3c.manifests import Entry


def load(entry: Entry) -> ox.Store:
    """The data of a test: its files in the default graph, or each in a graph of its name."""
    store = ox.Store()
    for file in entry.data:
        store.extend(_quads(file, ox.DefaultGraph()))
    for file in entry.graphs:
        store.extend(_quads(file, ox.NamedNode(file.as_uri())))
        store.add_graph(ox.NamedNode(file.as_uri()))
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
