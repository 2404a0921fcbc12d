"""What a thing is called in the registers of others, as links to where they tell of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg_server.core.namespaces import compact

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg_server.ask.links import LinkGroup
    from kg_server.core.terms import Term

_EUR_LEX = r"https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:\1"
_REGISTERS = (
    ("Wikidata", r"http://www\.wikidata\.org/entity/(Q[0-9]+)", r"https://www.wikidata.org/wiki/\1"),
    ("GeoNames", r"https://sws\.geonames\.org/([0-9]+)/", r"https://www.geonames.org/\1"),
    ("ROR", r"https://ror\.org/(0[0-9a-z]{8})", r"\g<0>"),
    ("Enhetsregisteret", r".*/identifier/orgnr-([0-9]{9})", r"https://virksomhet.brreg.no/nb/oppslag/enheter/\1"),
    ("CELEX", r"http://publications\.europa\.eu/resource/celex/([0-9A-Z()]+)", _EUR_LEX),
    ("CELEX", r"([0-9]{5}[A-Z]{1,2}[0-9]{4}(?:\([0-9]+\))?)", _EUR_LEX),
    ("ELI", r"http://data\.europa\.eu/eli/(.+)", r"\g<0>"),
    ("EU Vocabularies", r"http://publications\.europa\.eu/resource/authority/([\w-]+/\w+)", r"\g<0>"),
    ("Geonorge", r"https://data\.geonorge\.no/administrativeEnheter/(\w+)/id/[0-9]+", r"\g<0>"),
)
"""Each register with the identifiers that are its own and the address of its page about one of them."""

_NAMING = ("skos:exactMatch", "sg:celex", "adms:identifier")
_ALL_TOLD = ("skos:exactMatch", "sg:celex")
"""The properties that say nothing more than the identifier itself; an organisation number has a page of its own."""


@dataclass(frozen=True)
class Identifier:
    """A register, what the thing is called there, and where the register tells of it."""

    register: str
    value: str
    address: str


def identifier_of(term: Term) -> Identifier | None:
    """
    The identifier that a term is, if it is of a register we know.

    >>> from kg_server.core.terms import iri
    >>> identifier_of(iri("http://www.wikidata.org/entity/Q385"))
    Identifier(register='Wikidata', value='Q385', address='https://www.wikidata.org/wiki/Q385')
    """
    for register, pattern, address in _REGISTERS:
        if found := re.fullmatch(pattern, term.value):
            return Identifier(register, found[1], found.expand(address))
    return None


def identifiers_of(groups: Iterable[LinkGroup], base: str) -> tuple[Identifier, ...]:
    """The identifiers among the links of a thing, each once, by register."""
    terms = [link.end.term for group in groups if compact(group.property.iri, base) in _NAMING for link in group.links]
    found = {identifier for term in terms if (identifier := identifier_of(term))}
    return tuple(sorted(found, key=lambda one: (one.register.lower(), one.value)))


def is_told(group: LinkGroup, base: str) -> bool:
    """Whether the identifiers tell all that the links of the group do."""
    return compact(group.property.iri, base) in _ALL_TOLD and all(identifier_of(link.end.term) for link in group.links)
