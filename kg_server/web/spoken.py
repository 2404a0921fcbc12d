"""Words in the language they are in, and links that say where they lead; plain functions, as pages hold hundreds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from kg_server.ask.labels import Named, Text
    from kg_server.core.terms import Term
    from kg_server.web.urls import Urls


def spoken(language: str, words: Text | Term) -> Markup:
    """
    The words, marked with their language where it is not the page's.

    >>> from kg_server.ask.labels import Text
    >>> spoken("nb", Text("Hav & kyst", "nb")), spoken("nb", Text("Sea", "en"))
    (Markup('Hav &amp; kyst'), Markup('<span lang="en">Sea</span>'))
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
