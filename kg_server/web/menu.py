"""The main menu: the pages there are, by the words readers know them by."""

from __future__ import annotations

from typing import NamedTuple

from flask import current_app, request

from kg_server.web.site import gettext, the_site


class Item(NamedTuple):
    """A page in the menu."""

    path: str
    label: str
    address: str

    @property
    def is_here(self) -> bool:
        """Whether the reader is on the page, or on one below it."""
        return f"{request.path}/".startswith(f"{self.path}/")


def menu() -> list[Item]:
    """The pages the app has, in the order a newcomer needs them; where files are served, only what fits any data."""
    site = the_site()
    urls = site.urls
    sparql = Item("/sparql", "SPARQL", urls.sparql())
    if site.data_files:
        return [sparql]
    items = (
        Item("/plan", gettext("The strategy"), urls.plan()),
        Item("/matrix", gettext("Coverage"), urls.matrix()),
        Item("/trace", gettext("Traces"), urls.trace()),
        Item("/gaps", gettext("Gaps"), urls.gaps()),
        Item("/map", gettext("Map"), urls.map()),
        Item("/questions", gettext("Questions"), urls.questions()),
        sparql,
        Item("/quality", gettext("Quality"), urls.quality()),
        Item("/ontology", gettext("Terms"), urls.ontology()),
    )
    return [item for item in items if has_page(item.path)]


def has_page(path: str) -> bool:
    """Whether the app has a page at the path."""
    return any(rule.rule == path for rule in current_app.url_map.iter_rules())
