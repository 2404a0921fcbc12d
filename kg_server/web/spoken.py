"""Words in the language they are in, and links that say where they lead; plain functions, as pages hold hundreds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from kg_server.ask.labels import Named
from kg_server.web.literals import literal_words
from kg_server.web.urls import external

if TYPE_CHECKING:
    from kg_server.ask.cells import Cell
    from kg_server.ask.labels import Text
    from kg_server.core.terms import Term
    from kg_server.web.urls import Urls


def spoken(language: str, words: Text | Term) -> Markup:
    """
    The words, marked with their language where it is not the page's.

    >>> from kg_server.ask.labels import Text
    >>> spoken("nb", Text("Skog & kyst", "nb")), spoken("nb", Text("Sea", "en"))
    (Markup('Skog &amp; kyst'), Markup('<span lang="en">Sea</span>'))
    """
    shown = escape(words.value)
    if not words.language or words.language == language:
        return shown
    return Markup('<span lang="{}">{}</span>').format(words.language, shown)


def linked(urls: Urls, language: str, one: Named) -> Markup:
    """What the thing is called, with its number before its name, as a link to where a reader should come."""
    shown = spoken(language, one.label)
    address = urls.link(one)
    if not address:
        return shown
    number = f"{one.code} " if one.code and one.code not in one.label.value.split() else ""
    return Markup('<a href="{}">{}{}</a>').format(address, number, shown)


def celled(urls: Urls, language: str, one: Cell | None) -> Markup:
    """What stands in a cell: a thing by its number and name, a web address, or a value; nothing where it is empty."""
    if one is None:
        return Markup()
    if one.iri and not external(one.label.value):
        number = Markup('<span class="code">{}</span> ').format(one.code) if one.code else ""
        shown = Markup("{}{}").format(number, spoken(language, one.label))
        address = urls.link(Named(one.term, one.label, one.code))
        return Markup('<a href="{}">{}</a>').format(address, shown) if address else shown
    if address := external(one.term.value):
        return Markup('<a class="web" href="{}">{}</a>').format(address, one.term.value)
    if one.term.language or one.label.value != one.term.value:
        return spoken(language, one.label)
    return escape(literal_words(one.term))
