"""What somebody may have meant who came to an address that is not there."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, NamedTuple

from kg_server.ask.finding import MOST_LETTERS, MOST_WORDS, find
from kg_server.ask.labels import Text
from kg_server.ask.matches import tell
from kg_server.core.errors import KgError
from kg_server.web.menu import menu
from kg_server.web.terms import read_terms

if TYPE_CHECKING:
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


def near_pages(site: Site, path: str, name: str = "") -> list[Near]:
    """
    The pages of the menu and the things whose names are like the last part of the path; none where nothing is.

    Where a path asks for things by name, as the one for traces does, it is the name that nothing goes by.
    """
    words = words_in(name or path)
    if not words or site.data_files:
        return []
    try:
        found = [*_pages(site, words), *(_terms(site, words) if path.startswith("/ontology/") else [])]
        return [*found, *_things(site, words)][:MOST_NEAR]
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


def _things(site: Site, words: str) -> list[Near]:
    with site.holdings.indexes.of(site.engine).opened() as database:
        hits = find(database, words, names_only=True, base=site.base)
        told = tell(database, hits.hits[:MOST_NEAR], hits.wanted, site.language, site.base)
    return [Near(Text(one.label.text, one.label.language), site.urls.thing(one.iri)) for one in told]
