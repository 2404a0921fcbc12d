"""Small builds for tests: what `kg build` writes, made from one TriG file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyoxigraph

from kg_server.build.digest import digest_of, statement
from kg_server.core.namespaces import BASE, PREFIXES, graph_iri, thing_iri
from kg_server.engine.column_writer import write_columns

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def write_build(
    folder: Path, trig: str, *, digest: str, extra: Iterable[pyoxigraph.Quad] = (), **record: object
) -> None:
    store = pyoxigraph.Store()
    store.load(trig.encode(), pyoxigraph.RdfFormat.TRIG)
    store.extend(extra)
    store.extend([pyoxigraph.Quad(quad.subject, quad.predicate, quad.object) for quad in store])
    build = folder / digest
    build.mkdir(parents=True)
    store.dump(build / "dataset.nq", pyoxigraph.RdfFormat.N_QUADS)
    write_columns(build / "dataset.nq")
    (build / "build.json").write_text(json.dumps({"digest": digest, **record}), encoding="utf-8")


def write_store(
    folder: Path, trig: str, *, digest: str = "d1ge57", extra: Iterable[pyoxigraph.Quad] = (), **record: object
) -> Path:
    write_build(folder, trig, digest=digest, extra=extra, **record)
    (folder / "current").symlink_to(digest)
    return folder


def write_published(folder: Path, trig: str, *, extra: Iterable[pyoxigraph.Quad] = ()) -> Path:
    """A store that can be published: its build says which graphs it is made of, and its digest is a true one."""
    store = pyoxigraph.Store()
    store.load(trig.encode(), pyoxigraph.RdfFormat.TRIG)
    store.extend(extra)
    about, dataset = pyoxigraph.NamedNode(graph_iri("about")), pyoxigraph.NamedNode(thing_iri("dataset/strategigraf"))
    subset = pyoxigraph.NamedNode(PREFIXES["void"] + "subset")
    store.extend([pyoxigraph.Quad(dataset, subset, graph, about) for graph in (*store.named_graphs(), about)])
    digest = digest_of(store, BASE)
    stated = statement(digest, BASE)
    write_store(folder, "", digest=digest, extra=[*store, stated])
    (folder / digest / "rules.json").write_text("[]", encoding="utf-8")
    return folder
