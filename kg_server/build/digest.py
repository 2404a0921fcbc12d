"""The digest that names a build, and the N-Quads it is taken of."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_server.core.namespaces import PREFIXES, graph_iri, thing_iri

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VERSION = PREFIXES["dcat"] + "version"
"""The property by which the data set states its digest."""


def statement(digest: str, base: str) -> ox.Quad:
    """The one quad the digest does not cover: the data set says it of itself, in the graph `about`."""
    dataset = ox.NamedNode(thing_iri("dataset/strategigraf", base))
    return ox.Quad(dataset, ox.NamedNode(VERSION), ox.Literal(digest), ox.NamedNode(graph_iri("about", base)))


def canonical(quads: Iterable[ox.Quad], base: str) -> ox.Dataset:
    """The named graphs' quads with blank nodes named by RDFC-1.0; the default graph and the statement are left out."""
    stated = statement("", base)
    dataset = ox.Dataset(
        quad
        for quad in quads
        if not isinstance(quad.graph_name, ox.DefaultGraph)
        and (quad.subject, quad.predicate, quad.graph_name) != (stated.subject, stated.predicate, stated.graph_name)
    )
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def lines(quads: Iterable[ox.Quad]) -> list[bytes]:
    """The quads as canonical N-Quads, in code point order: for UTF-8 that is the order of the bytes."""
    text = ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
    return sorted(text.splitlines(keepends=True))


def digest_of(quads: Iterable[ox.Quad], base: str) -> str:
    """
    The SHA-256 of the canonical N-Quads of all named graphs, as lower-case hex.

    The same for a build and for whatever copy of it another server gives back, in any order and with any blank nodes.
    """
    return hashlib.sha256(b"".join(lines(canonical(quads, base)))).hexdigest()


def seal(graphs: Mapping[str, Iterable[ox.Triple]], base: str) -> tuple[str, bytes]:
    """
    The digest of these graphs, and the N-Quads of the build: the merge of all graphs as the default graph, then each.

    The merge holds a triple once, however many graphs say it, and blank nodes have the names RDFC-1.0 gives them.
    """
    named = (
        ox.Quad(triple.subject, triple.predicate, triple.object, ox.NamedNode(graph))
        for graph, triples in graphs.items()
        for triple in triples
    )
    dataset = canonical(named, base)
    written = lines(dataset)
    digest = hashlib.sha256(b"".join(written)).hexdigest()
    stated = statement(digest, base)
    merge = {quad.triple for quad in dataset} | {stated.triple}
    default = lines(ox.Quad(*triple) for triple in merge)
    return digest, b"".join([*default, *sorted([*written, *lines([stated])])])
