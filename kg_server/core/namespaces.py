"""Every prefix the project writes, and the IRIs of its own graphs and things."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

BASE = "https://w3id.org/strategigraf/"
"""The base the project's files are written with; the setting `base` may put another in its place."""

PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sdg": "http://metadata.un.org/sdg/",
    "sdgo": "http://metadata.un.org/sdg/ontology#",
    "semapv": "https://w3id.org/semapv/vocab/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sssom": "https://w3id.org/sssom/",
    "time": "http://www.w3.org/2006/time#",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "wgs": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "sg": BASE + "ontology#",
}

SHOWN = ("dcterms", "foaf", "oa", "org", "owl", "prov", "rdf", "rdfs", "schema", "sdg", "sdgo", "sg", "skos", "xsd")
"""The prefixes that data about things is written with."""


def graph_iri(name: str, base: str = BASE) -> str:
    """
    The IRI of the named graph `name`.

    >>> graph_iri("inferred")
    'https://w3id.org/strategigraf/graph/inferred'
    """
    return f"{base}graph/{name}"


def thing_iri(path: str, base: str = BASE) -> str:
    """
    The IRI of the thing at `kind/slug`.

    >>> thing_iri("strategy/a1")
    'https://w3id.org/strategigraf/id/strategy/a1'
    """
    return f"{base}id/{path}"


def prefixes(base: str = BASE) -> dict[str, str]:
    """Prefix to namespace, ours under `base`."""
    return PREFIXES | {"sg": base + "ontology#"}


def declarations(base: str = BASE, names: Iterable[str] = SHOWN) -> str:
    r"""
    The prefixes as a query declares them; what answers with RDF writes it with these.

    >>> declarations(names=["skos"])
    'PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n'
    """
    spaces = prefixes(base)
    return "".join(f"PREFIX {name}: <{spaces[name]}>\n" for name in names)


def compact(iri: str, base: str = BASE) -> str:
    """
    The IRI as people write it: with a prefix, or as `kind/slug` for a thing of ours.

    >>> compact("http://metadata.un.org/sdg/7.2")
    'sdg:7.2'
    >>> compact("https://w3id.org/strategigraf/id/strategy/a1")
    'strategy/a1'
    """
    own = thing_iri("", base)
    if iri.startswith(own):
        return iri.removeprefix(own)
    fits = [(space, name) for name, space in prefixes(base).items() if iri.startswith(space)]
    if not fits:
        return iri
    space, name = max(fits, key=lambda fit: len(fit[0]))
    return f"{name}:{iri.removeprefix(space)}"
