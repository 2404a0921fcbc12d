"""Every term used is a term declared, every prefix is the one it looks like, and every reference leads somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
from rdflib.namespace import OWL, RDF, RDFS

from kg_server.build.declared import Declared, found, iri_of
from kg_server.build.lint_shapes import check_shapes, sparql_names
from kg_server.build.texts import Source, scan
from kg_server.core.findings import Finding, Severity, in_order
from kg_server.core.namespaces import compact, graph_iri, prefixes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg_server.build.describe import Graphs
    from kg_server.build.sources import Project

_TYPE = str(RDF.type)
_WITHOUT_RULE = {
    *(str(RDFS[name]) for name in ("domain", "range")),
    *(str(OWL[name]) for name in ("sameAs", "equivalentClass", "equivalentProperty", "hasKey", "Restriction")),
    *(str(OWL[name]) for name in ("SymmetricProperty", "FunctionalProperty", "InverseFunctionalProperty")),
    *(str(OWL[name]) for name in ("intersectionOf", "unionOf", "oneOf")),
}
"""Axioms from which OWL 2 RL concludes something about things that none of the rules does."""


def lint(project: Project, graphs: Graphs, base: str) -> list[Finding]:
    """
    What is misspelt, undeclared or unused in the project's files; `graphs` are all graphs of the build.

    Only a term that nothing uses is a warning. The rest are violations, since each would silently say nothing.
    """
    shapes = frozenset().union(*(source.triples for source in project.shapes))
    declared = Declared(project.graphs[graph_iri("ontology", base)], shapes, graphs, base)
    written = list(_check_texts(project, declared))
    implied = [*_check_graphs(project, declared), *check_shapes(project.shapes, declared)]
    return in_order(
        [
            *written,
            *_unseen(implied, written),
            *_check_prefixes(project, base),
            *_check_axioms(project, declared),
            *_check_described(declared),
            *_check_use(project, declared),
        ]
    )


def _unseen(implied: list[Finding], written: list[Finding]) -> Iterator[Finding]:
    """What the triples show beyond the texts: one misspelling in a query shows in every row of its folder's tables."""
    seen = {(_folder(one.file), one.value) for one in written}
    placed = {one.value for one in (*written, *implied) if one.file}
    for one in implied:
        if (_folder(one.file), one.value) not in seen and (one.file or one.value not in placed):
            yield one


def _is_ontology(file: str) -> bool:
    """Whether the file may point at terms of other vocabularies that the project itself does not use."""
    return file.startswith("ontology/") and file.endswith(".ttl")


def _folder(file: str) -> str:
    return file.rpartition("/")[0]


def _check_texts(project: Project, declared: Declared) -> Iterator[Finding]:
    """Check every name that stands in a file, on the line where it stands."""
    for text in project.texts:
        for name in scan(text.content).names:
            if not declared.is_known(name.iri) and not (_is_ontology(text.file) and declared.is_foreign(name.iri)):
                yield declared.undeclared(name.iri, (text.file, name.line))


def _check_prefixes(project: Project, base: str) -> Iterator[Finding]:
    """Check that each prefix has the namespace the project gives it; under the base a file may name one of its own."""
    spaces = prefixes(base)
    own: dict[str, str] = {}
    for text in project.texts:
        for name, space, line in scan(text.content).prefixes:
            is_own = name not in spaces and space not in spaces.values() and space.startswith(base)
            if spaces.get(name) != space and not (is_own and own.setdefault(name, space) == space):
                yield found(
                    "wrong-prefix",
                    (
                        "Prefikset «{value}» er ikke et av prosjektets. De står i kg_server/core/namespaces.py.",
                        "The prefix “{value}” is none of the project's. They stand in kg_server/core/namespaces.py.",
                    ),
                    (text.file, line),
                    f"{name}: <{space}>",
                )


def _check_graphs(project: Project, declared: Declared) -> Iterator[Finding]:
    """Check what the triples use, which catches the names that a table or the build puts together."""
    for source in [*project.sources, *_generated(project, declared)]:
        for triple in source.triples:
            subject, predicate, value = (iri_of(term) for term in triple)
            place = (source.file, source.lines.get(subject))
            if not declared.is_property(predicate):
                yield declared.undeclared(predicate, place, "property", subject)
            if predicate == _TYPE and not declared.is_class(value):
                yield declared.undeclared(value, place, "class", subject)
            elif (
                value
                and not declared.is_known(value)
                and not (_is_ontology(source.file) and declared.is_foreign(value))
            ):
                yield declared.undeclared(value, place, focus=subject)
            is_nameless = any(isinstance(term, ox.BlankNode) for term in triple)
            if is_nameless and source.graph != graph_iri("ontology", declared.base):
                yield found(
                    "blank-node",
                    (
                        "En node har ikke noe navn. Gi den en IRI, så noen kan vise til den.",
                        "A node has no name. Give it an IRI, so that somebody can point at it.",
                    ),
                    place,
                    focus=subject,
                )


def _generated(project: Project, declared: Declared) -> Iterator[Source]:
    """Yield what the build itself says, which stands in no file."""
    for graph in ("about", "questions"):
        iri = graph_iri(graph, declared.base)
        yield Source("", iri, frozenset(declared.graphs[iri]) - project.graphs.get(iri, set()), {})


def _check_axioms(project: Project, declared: Declared) -> Iterator[Finding]:
    """Check that the ontology says nothing from which the rules would fail to draw the conclusion."""
    ontology = graph_iri("ontology", declared.base)
    for source in project.sources:
        for triple in source.triples if source.graph == ontology else ():
            for term in {iri_of(triple.predicate), iri_of(triple.object)} & _WITHOUT_RULE:
                subject = iri_of(triple.subject)
                yield found(
                    "axiom-without-rule",
                    (
                        "Ingen regel i ontology/rules/ trekker slutninger av «{value}».",
                        "No rule in ontology/rules/ draws conclusions from “{value}”.",
                    ),
                    (source.file, source.lines.get(subject)),
                    compact(term, declared.base),
                    subject,
                )


def _check_described(declared: Declared) -> Iterator[Finding]:
    """Check that data/graphs.ttl tells what each graph is."""
    about = declared.graphs[graph_iri("about", declared.base)]
    labelled = {iri_of(triple.subject) for triple in about if triple.predicate.value == str(RDFS.label)}
    for graph in sorted(set(declared.graphs) - labelled):
        yield found(
            "undescribed-graph",
            (
                "Grafen «{value}» er ikke beskrevet. Beskriv den i data/graphs.ttl.",
                "The graph “{value}” is not described. Describe it in data/graphs.ttl.",
            ),
            ("data/graphs.ttl", None),
            graph.rpartition("/")[2],
            graph,
        )


def _check_use(project: Project, declared: Declared) -> Iterator[Finding]:
    """Check that data, shapes, questions or conclusions use each term of our own."""
    ontology = graph_iri("ontology", declared.base)
    used = _used(project, declared)
    for source in project.sources:
        for iri, line in source.lines.items() if source.graph == ontology else ():
            if iri.startswith(prefixes(declared.base)["sg"]) and iri not in used:
                yield found(
                    "unused-term",
                    (
                        "«{value}» er deklarert, men verken data, former eller spørsmål bruker navnet.",
                        "“{value}” is declared, but no data, shape or question uses it.",
                    ),
                    (source.file, line),
                    compact(iri, declared.base),
                    iri,
                    Severity.WARNING,
                )


def _used(project: Project, declared: Declared) -> set[str]:
    """Every IRI in use; in the ontology itself only as a predicate or as what an individual is."""
    ontology = graph_iri("ontology", declared.base)
    elsewhere = [triples for graph, triples in declared.graphs.items() if graph != ontology]
    used = {iri_of(term) for triples in (*elsewhere, declared.shapes) for triple in triples for term in triple}
    used.update(name for triple in declared.shapes for name in sparql_names(triple, declared.base))
    used.update(name.iri for text in project.queries for name in scan(text.content).names)
    for triple in declared.graphs[ontology]:
        used.add(triple.predicate.value)
        if triple.predicate.value == _TYPE:
            used.add(iri_of(triple.object))
    return used
