"""What counts as declared: the terms of the ontology, the core vocabularies, the shapes, and everything described."""

from __future__ import annotations

import functools
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox
from rdflib.namespace import OWL, RDF, RDFS, SH, XSD
from rdflib.term import URIRef

from kg_server.core.findings import Finding, Severity
from kg_server.core.namespaces import PREFIXES, compact, prefixes, thing_iri

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_CORE = (OWL, RDF, RDFS, SH, XSD)
_PROPERTY = {str(RDF.Property)} | {str(OWL[f"{kind}Property"]) for kind in ("Object", "Datatype", "Annotation")}
_CLASS = {str(OWL.Class), str(RDFS.Class), str(RDFS.Datatype)}
_UNDECLARED = {
    "class": (
        "«{value}» er ikke deklarert som klasse. Rett skrivemåten, eller deklarer den i ontology/.",
        "“{value}” is not declared as a class. Mend the spelling, or declare it in ontology/.",
    ),
    "property": (
        "«{value}» er ikke deklarert som egenskap. Rett skrivemåten, eller deklarer den i ontology/.",
        "“{value}” is not declared as a property. Mend the spelling, or declare it in ontology/.",
    ),
    "shape": (
        "Formen «{value}» finnes ikke i shapes/. Rett skrivemåten.",
        "There is no shape “{value}” in shapes/. Mend the spelling.",
    ),
    "term": (
        "«{value}» er ikke deklarert. Rett skrivemåten, eller deklarer navnet i ontology/.",
        "“{value}” is not declared. Mend the spelling, or declare the name in ontology/.",
    ),
    "thing": (
        "Ingen fil sier hva «{value}» er. Rett henvisningen, eller beskriv tingen i data/.",
        "No file says what “{value}” is. Mend the reference, or describe the thing in data/.",
    ),
}

Place = tuple[str, int | None]
"""A file and a line of it."""


@dataclass(frozen=True)
class Declared:
    """Knows for an IRI whether it may stand where it stands; `graphs` are all graphs of the build."""

    ontology: Iterable[ox.Triple]
    shapes: Iterable[ox.Triple]
    graphs: Mapping[str, Iterable[ox.Triple]]
    base: str

    @cached_property
    def kinds(self) -> dict[str, set[str]]:
        """The types of each term of the ontology."""
        kinds: defaultdict[str, set[str]] = defaultdict(set)
        for triple in self.ontology:
            if triple.predicate.value == str(RDF.type):
                kinds[iri_of(triple.subject)].add(iri_of(triple.object))
        return dict(kinds)

    @cached_property
    def named_shapes(self) -> set[str]:
        """The IRIs of the shapes."""
        return {iri_of(triple.subject) for triple in self.shapes}

    @cached_property
    def subjects(self) -> set[str]:
        """Everything something is said about."""
        return {iri_of(triple.subject) for triples in self.graphs.values() for triple in triples}

    @cached_property
    def vocabularies(self) -> tuple[str, ...]:
        """The namespaces whose every name has to be declared."""
        return tuple(space for name, space in prefixes(self.base).items() if name != "sdg")

    def is_property(self, iri: str) -> bool:
        """Whether the IRI may stand as a predicate."""
        return _is_core(iri) or bool(self.kinds.get(iri, set()) & _PROPERTY)

    def is_class(self, iri: str) -> bool:
        """Whether the IRI may stand as a class."""
        return _is_core(iri) or bool(self.kinds.get(iri, set()) & _CLASS)

    def is_known(self, iri: str) -> bool:
        """Whether the IRI, if it is a name in a vocabulary or of a thing, is one that exists."""
        if iri.startswith(self.vocabularies):
            return iri in self.vocabularies or iri in self.kinds or iri in self.named_shapes or _is_core(iri)
        if iri.startswith((thing_iri("", self.base), PREFIXES["sdg"])):
            return iri.endswith("/") or f"{iri}#" in self.vocabularies or iri in self.subjects
        return True

    def is_foreign(self, iri: str) -> bool:
        """Whether the IRI is a name in somebody else's vocabulary, and not one of the core vocabularies."""
        ours = prefixes(self.base)["sg"]
        return iri.startswith(self.vocabularies) and not iri.startswith((ours, *map(str, _CORE)))

    def undeclared(self, iri: str, place: Place, kind: str = "", focus: str = "") -> Finding:
        """The finding that the IRI is not declared as `kind`; where none is given, the IRI tells term from thing."""
        kind = kind or ("term" if iri.startswith(self.vocabularies) else "thing")
        return found(f"undeclared-{kind}", _UNDECLARED[kind], place, compact(iri, self.base), focus)


def found(  # noqa: PLR0913, PLR0917 - these are the parts of a finding
    rule: str,
    message: tuple[str, str],
    place: Place,
    value: str = "",
    focus: str = "",
    severity: Severity = Severity.VIOLATION,
) -> Finding:
    """A finding of lint's, `{value}` filled into its message in both languages."""
    nb, en = (text.format(value=value) for text in message)
    return Finding(rule, severity, nb, en, focus=focus, value=value, file=place[0], line=place[1])


def iri_of(term: object) -> str:
    """The term's IRI, or nothing where it is a literal or a blank node."""
    return term.value if isinstance(term, ox.NamedNode) else ""


@functools.cache
def _is_core(iri: str) -> bool:
    return any(URIRef(iri) in space for space in _CORE)
