"""The main menu: the pages there are, by the words readers know them by."""

from __future__ import annotations

from typing import NamedTuple

from flask import current_app, request

from kg_server.web.site import gettext, the_site


class Item(NamedTuple):
    """A page, by what a link to it says."""

    path: str
    label: str
    address: str

    @property
    def is_here(self) -> bool:
        """Whether the reader is on the page, or on one below it."""
        return f"{request.path}/".startswith(f"{self.path}/")


class Way(NamedTuple):
    """A way in for one kind of reader."""

    reader: str
    purpose: str
    items: list[Item]


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


def ways_in() -> list[Way]:
    """For each kind of reader the pages that answer what they come for."""
    urls = the_site().urls
    planner = (
        Item("/plan", gettext("Read the strategy with its links"), urls.plan()),
        Item("/matrix", gettext("See what is covered"), urls.matrix()),
        Item("/gaps", gettext("Find what is missing"), urls.gaps()),
        Item("/trace", gettext("Follow a link to its passage"), urls.trace()),
    )
    researcher = (
        Item("/questions", gettext("Begin with a question"), urls.questions()),
        Item("/sparql", gettext("Write your own query"), urls.sparql()),
        Item("/quality", gettext("Judge the quality of the data"), urls.quality()),
    )
    developer = (
        Item("/api", gettext("Use the web API"), urls.api()),
        Item("/ontology", gettext("Get to know the terms"), urls.ontology()),
        Item("/prefixes", gettext("Fetch the prefixes"), urls.prefixes()),
    )
    ways = (
        Way(gettext("You plan and decide"), gettext("What does a strategy serve, and on what grounds?"), [*planner]),
        Way(gettext("You do research"), gettext("Results that can be checked, repeated and cited."), [*researcher]),
        Way(
            gettext("You build services"), gettext("The whole graph as open data with stable addresses."), [*developer]
        ),
    )
    found = [way._replace(items=[item for item in way.items if has_page(item.path)]) for way in ways]
    return [way for way in found if way.items]


def has_page(path: str) -> bool:
    """Whether the app has a page at the path."""
    return any(rule.rule == path for rule in current_app.url_map.iter_rules())
