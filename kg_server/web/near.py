"""What somebody may have meant who came to an address that is not there, or named a thing that is not."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, NamedTuple

from kg_server.ask.finding import MOST_LETTERS, MOST_WORDS, find
from kg_server.ask.labels import Text
from kg_server.ask.matches import tell
from kg_server.ask.names import short_name
from kg_server.core.errors import KgError
from kg_server.web.menu import menu
from kg_server.web.terms import read_terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg_server.ask.matches import Told
    from kg_server.web.site import Site

MOST_NEAR = 6
_ALIKE = 0.7
_SEPARATORS = re.compile(r"[^\w.]+|_")


class Near(NamedTuple):
    """A page that may be meant: its name, and where it is."""

    label: Text
    address: str


def words_in(path: str) -> str:
    """
    What the last part of a path may name, in words.

    >>> words_in("/page/city/gdynja"), words_in("/nowhere/"), words_in("/page/project/green-deal%")
    ('gdynja', 'nowhere', 'green deal')
    """
    last = path.rstrip("/").rpartition("/")[2]
    return " ".join(_SEPARATORS.sub(" ", last[:MOST_LETTERS]).split()[:MOST_WORDS])


def near_pages(site: Site, path: str) -> list[Near]:
    """The pages of the menu and the things whose names are like the last part of the path; none where nothing is."""
    words = words_in(path)
    if not words or site.data_files:
        return []
    try:
        found = [*_pages(site, words), *(_terms(site, words) if path.startswith("/ontology/") else [])]
        things = [Near(_label(one), site.urls.thing(one.iri)) for one in _things(site, words)]
        return [*found, *things][:MOST_NEAR]
    except KgError:
        return []


def near_values(site: Site, path: str, arguments: Sequence[tuple[str, str]], value: str) -> list[Near]:
    """The things whose names are like the value of an argument: for each the same page with it in the value's place."""
    words = words_in(value)
    if not words or site.data_files:
        return []

    def mended(iri: str) -> str:
        short = short_name(iri, site.base)
        return site.urls.again(path, [(name, short if given.strip() == value else given) for name, given in arguments])

    try:
        return [Near(_label(one), mended(one.iri)) for one in _things(site, words)]
    except KgError:
        return []


def _pages(site: Site, words: str) -> list[Near]:
    pages = {item.path.strip("/"): item for item in menu()}
    alike = difflib.get_close_matches(words.lower(), pages, n=1, cutoff=_ALIKE)
    return [Near(Text(pages[name].label, site.language), pages[name].address) for name in alike]


def _terms(site: Site, words: str) -> list[Near]:
    terms = {term.local: term for group in read_terms(site).values() for term in group}
    alike = difflib.get_close_matches(words, terms, n=MOST_NEAR // 2, cutoff=_ALIKE)
    return [Near(terms[name].label, site.urls.ontology(name)) for name in alike]


def _things(site: Site, words: str) -> tuple[Told, ...]:
    with site.holdings.indexes.of(site.engine).opened() as database:
        hits = find(database, words, names_only=True, base=site.base)
        return tell(database, hits.hits[:MOST_NEAR], hits.wanted, site.language, site.base)


def _label(one: Told) -> Text:
    return Text(one.label.text, one.label.language)
