"""How a page is cited: title, address, build and licence, in words and as BibTeX."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg_server.core.namespaces import PREFIXES
from kg_server.engine.results import read_rows
from kg_server.web.asked import public
from kg_server.web.figures import built_at

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from kg_server.ask.labels import Named
    from kg_server.ask.things import Thing
    from kg_server.web.site import Site

_SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "#$%&_{}"} | {"\\": "/", "~": " ", "^": " "})
_INNER = str.maketrans("«»“”", "\u2018\u2019" * 2)
_LICENCE = re.compile(r"https://creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)/([0-9.]+)/")


@dataclass(frozen=True)
class Licence:
    """A licence by its address, what people call it, and what is under it."""

    address: str
    name: str
    covers: tuple[Named, ...]


@dataclass(frozen=True)
class Citation:
    """What a citation of a page holds."""

    title: str
    address: str
    digest: str
    built_at: dt.datetime | None
    licences: tuple[Licence, ...]
    bibtex: str

    @property
    def quoted(self) -> str:
        """The title as it stands within quotation marks."""
        return self.title.translate(_INNER)


def cite(site: Site, thing: Thing) -> Citation:
    """How the page of a thing is cited; the graphs that tell of it and its sources have their own licences."""
    address, digest = public(site.urls.thing(thing.iri)), site.engine.digest
    made = built_at(site.settings, digest)
    sources = [
        link.end
        for group in thing.outgoing
        if group.property.iri == f"{PREFIXES['dcterms']}source"
        for link in group.links
    ]
    licences = _licences(_licence_of(site), (*thing.graphs, *sources))
    title = f"{thing.notation} {thing.label}".strip()
    year = str(made.year) if made else ""
    note = f"Digest {digest}" + (f"; {licences[0].name}" if licences else "")
    bibtex = _bibtex(thing.name, {"title": title, "author": "Strategigraf", "year": year, "url": address, "note": note})
    return Citation(title, address, digest, made, licences, bibtex)


def _licence_of(site: Site) -> Mapping[str, str]:
    """The licence of whatever in the build has one, asked for once."""
    query = f"SELECT ?thing ?licence WHERE {{ ?thing <{PREFIXES['dcterms']}license> ?licence }} ORDER BY ?licence"
    return site.keep(
        "licences",
        lambda: {row["thing"].value: row["licence"].value for row in read_rows(site.engine, query).rows},
        has_words=False,
    )


def _licences(known: Mapping[str, str], things: Iterable[Named]) -> tuple[Licence, ...]:
    """The licences of the things, in their order."""
    covered: dict[str, list[Named]] = {}
    for thing in things:
        if thing.iri in known:
            covered.setdefault(known[thing.iri], []).append(thing)
    return tuple(Licence(address, licence_name(address), tuple(covers)) for address, covers in covered.items())


def licence_name(address: str) -> str:
    """
    What people call a licence.

    >>> licence_name("https://creativecommons.org/licenses/by/4.0/"), licence_name("https://spdx.org/licenses/MIT")
    ('CC BY 4.0', 'MIT')
    >>> licence_name("https://creativecommons.org/publicdomain/zero/1.0/")
    'CC0 1.0'
    """
    if found := _LICENCE.fullmatch(address):
        kind = "CC0" if found[1] == "zero" else f"CC {found[1].upper()}"
        return f"{kind} {found[2]}"
    return address.rstrip("/").rpartition("/")[2]


def _bibtex(name: str, fields: Mapping[str, str]) -> str:
    """An entry of BibTeX; addresses stand as they are, other words with the signs that TeX reads escaped."""
    key = re.sub(r"[^a-z0-9]+", "-", f"strategigraf {name}".lower()).strip("-")
    lines = [
        f"  {field} = {{{value if field == 'url' else f'{{{value.translate(_SPECIAL)}}}'}}},"
        for field, value in fields.items()
        if value
    ]
    return "\n".join([f"@misc{{{key},", *lines, "}"])
