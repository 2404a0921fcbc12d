"""Shapes that could never find anything: a misspelt term in one, also in its SPARQL, or a shape nobody applies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
from rdflib.namespace import OWL, RDF, RDFS, SH

from kg_server.build.declared import found, iri_of
from kg_server.build.texts import scan
from kg_server.core.namespaces import compact, prefixes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg_server.build.declared import Declared, Place
    from kg_server.build.texts import Source
    from kg_server.core.findings import Finding

_CLASSES = {str(SH["class"]), str(SH.targetClass)}
_PROPERTIES = {
    *(str(SH[f"{name}Path"]) for name in ("inverse", "zeroOrMore", "oneOrMore", "zeroOrOne")),
    *(str(SH[name]) for name in ("path", "targetSubjectsOf", "targetObjectsOf", "equals", "disjoint")),
    *(str(SH[name]) for name in ("lessThan", "lessThanOrEquals")),
}
_SHAPES = {str(SH[name]) for name in ("property", "node", "not", "qualifiedValueShape")}
_TARGETS = {str(SH[f"target{name}"]) for name in ("Class", "Node", "SubjectsOf", "ObjectsOf")}
_SPARQL = {str(SH.select), str(SH.ask)}
_IMPLICIT = {str(OWL.Class), str(RDFS.Class)}
_KINDS = {str(SH.NodeShape), str(SH.PropertyShape)}


def check_shapes(sources: Iterable[Source], declared: Declared) -> Iterator[Finding]:
    """
    Yield what keeps a shape from finding anything.

    pySHACL takes a shape with a misspelt target or path for one that nothing breaks, even when it checks the shapes.
    """
    used = {iri_of(triple.object) for triple in declared.shapes if triple.predicate.value not in _TARGETS}
    for source in sources:
        for triple in source.triples:
            yield from _check_triple(triple, (source.file, source.lines.get(iri_of(triple.subject))), declared)
        for shape in sorted(_shapes(source) - _aimed(source) - used):
            yield found(
                "idle-shape",
                (
                    "Formen «{value}» har ikke noe mål, og ingen annen form bruker den.",
                    "The shape “{value}” has no target, and no other shape uses it.",
                ),
                (source.file, source.lines.get(shape)),
                compact(shape, declared.base),
                shape,
            )


def sparql_names(triple: ox.Triple, base: str) -> list[str]:
    """The IRIs that the SPARQL in a shape uses, if this triple holds any."""
    if triple.predicate.value not in _SPARQL or not isinstance(triple.object, ox.Literal):
        return []
    return [name.iri for name in scan(triple.object.value, prefixes(base)).names]


def _check_triple(triple: ox.Triple, place: Place, declared: Declared) -> Iterator[Finding]:
    subject, predicate, value = (iri_of(term) for term in triple)
    if not declared.is_property(predicate):
        yield declared.undeclared(predicate, place, "property", subject)
    for predicates, kind, is_fit in (
        (_CLASSES, "class", declared.is_class),
        (_PROPERTIES, "property", declared.is_property),
        (_SHAPES, "shape", declared.named_shapes.__contains__),
    ):
        if predicate in predicates and value and not is_fit(value):
            yield declared.undeclared(value, place, kind, subject)
    for name in sparql_names(triple, declared.base):
        if not declared.is_known(name):
            yield declared.undeclared(name, place, focus=subject)


def _shapes(source: Source) -> set[str]:
    return {
        iri_of(t.subject) for t in source.triples if t.predicate.value == str(RDF.type) and iri_of(t.object) in _KINDS
    }


def _aimed(source: Source) -> set[str]:
    """The shapes with a target, be it by being a class themselves; and the empty name that blank nodes have."""
    return {""} | {
        iri_of(triple.subject)
        for triple in source.triples
        if triple.predicate.value in _TARGETS or iri_of(triple.object) in _IMPLICIT
    }
