"""What pages and data say of a thing: by the rules of our builds, or of data of any make where files are served."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg_server.ask.anywhere import count_uses, describe_anywhere, exists_anywhere
from kg_server.ask.labels import everywhere
from kg_server.ask.names import exists
from kg_server.ask.things import describe
from kg_server.core.terms import iri
from kg_server.engine.results import BINDINGS_FORMATS, GRAPH_FORMATS
from kg_server.web.urls import thing_of

if TYPE_CHECKING:
    from kg_server.ask.things import Thing
    from kg_server.web.site import Site


CSV = next(item for item in BINDINGS_FORMATS if item.extension == "csv")
FORMATS = (*GRAPH_FORMATS, CSV)
"""What the triples about a thing come as."""


def read_thing(site: Site, thing: str) -> Thing:
    """Everything about the thing with this IRI, in the reader's language; raises `UnknownThing`."""
    if site.data_files:
        return describe_anywhere(site.engine, thing, site.language, base=site.base)
    return describe(site.engine, thing, site.language, base=site.base)


def is_known(site: Site, thing: str) -> bool:
    """Whether the data speaks of the thing."""
    return exists_anywhere(site.engine, thing) if site.data_files else exists(site.engine, thing)


def spelt(site: Site, path: str) -> str:
    """The IRI of the thing whose page has the path, in small letters where the data knows it by those alone."""
    thing, other = thing_of(path, site.base), thing_of(path.lower(), site.base)
    return other if other != thing and not is_known(site, thing) and is_known(site, other) else thing


def uses_of(site: Site, thing: str) -> int:
    """How many triples have the thing for their property; told only where files are served."""
    return count_uses(site.engine, thing) if site.data_files else 0


def pattern_about(site: Site, thing: str) -> str:
    """The pattern of all triples with the thing at either end, as ?subject, ?property and ?object."""
    term = iri(thing).n3()
    if site.data_files:
        whole = everywhere("?subject ?property ?object")
        return f"{{ VALUES ?subject {{ {term} }} {whole} }} UNION {{ VALUES ?object {{ {term} }} {whole} }}"
    out = f"{term} ?property ?object . BIND ({term} AS ?subject)"
    into = f"?subject ?property {term} . BIND ({term} AS ?object)"
    return f"{{ {out} }} UNION {{ {into} }}"
