"""Facts as N-Triples writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.words import Wording
from kg_server.core.namespaces import BASE, PREFIXES, thing_iri

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bench.shared import Fact

Values = str | Wording | tuple[str, ...]


def sg(name: str) -> str:
    """
    A term of the ontology as N-Triples writes it.

    >>> sg("Goal")
    '<https://w3id.org/strategigraf/ontology#Goal>'
    """
    return f"<{PREFIXES['sg']}{name}>"


def thing(path: str) -> str:
    """A thing of ours as N-Triples writes it."""
    return f"<{thing_iri(path, BASE)}>"


def term(name: str) -> str:
    """A term by its prefixed name."""
    prefix, _, local = name.partition(":")
    return f"<{PREFIXES[prefix]}{local}>"


def typed(value: object, kind: str) -> str:
    """A literal with a datatype of XML Schema."""
    return f'"{value}"^^{term(f"xsd:{kind}")}'


_NAMES = {
    name: term(name)
    for name in (
        "adms:identifier",
        "dcterms:created",
        "dcterms:description",
        "dcterms:publisher",
        "dcterms:source",
        "oa:end",
        "oa:hasSelector",
        "oa:hasSource",
        "oa:start",
        "prov:wasAttributedTo",
        "rdf:type",
        "rdfs:label",
        "sg:alignedFrom",
        "sg:alignedTo",
        "sg:basis",
        "sg:confidence",
        "sg:contributesTo",
        "sg:evidence",
        "sg:foldedLength",
        "sg:inFocusArea",
        "sg:inSection",
        "sg:measures",
        "sg:noContribution",
        "sg:order",
        "sg:partOf",
        "sg:partner",
        "sg:period",
        "sg:precision",
        "sg:rationale",
        "sg:relation",
        "sg:reviewStatus",
        "sg:sector",
        "sg:sha256",
        "sg:supports",
        "sg:textLength",
        "sg:unit",
        "sg:value",
        "sg:year",
        "skos:notation",
    )
}


def facts(graph: str, subject: str, values: Mapping[str, Values]) -> Iterator[Fact]:
    """What is said of the subject in the named graph; a wording is said in both languages, a tuple value by value."""
    for name, value in values.items():
        predicate = _NAMES[name]
        if isinstance(value, Wording):
            yield graph, subject, predicate, f'"{value.nb}"@nb'
            yield graph, subject, predicate, f'"{value.en}"@en'
        elif isinstance(value, tuple):
            for one in value:
                yield graph, subject, predicate, one
        else:
            yield graph, subject, predicate, value
