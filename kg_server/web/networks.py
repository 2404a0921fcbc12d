"""The network of links of the build that answers, read once: it cannot change while the build is served."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort

from kg_server.ask.grounds import Alignments, read_grounds
from kg_server.ask.network_source import read_network

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg_server.ask.network import Network, Tie
    from kg_server.web.site import Site


def network_of(site: Site) -> Network:
    """The network; there is none, and no such page, where files are served as they are."""
    if site.data_files:
        abort(404)
    return site.keep("network", lambda: read_network(site.engine, site.base), has_words=False)


def grounds_of(site: Site, network: Network, ties: Iterable[Tie]) -> Alignments:
    """What the judged ones among the links rest on, and others that were asked for before; each is read once."""
    known: Alignments = site.keep("grounds", dict)
    missing = [tie for tie in ties if tie.alignment and tie.alignment not in known]
    known.update(read_grounds(site.engine, network, missing, site.language))
    return known
