"""The flow from focus areas over the UN's goals to EU policies, as a diagram and as a table."""

from __future__ import annotations

import itertools
import textwrap
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg_server.ask.flows import read_flows
from kg_server.web.sankey import Node, draw

if TYPE_CHECKING:
    from kg_server.ask.flows import End, Flows
    from kg_server.web.sankey import Drawing
    from kg_server.web.site import Site

MOST_POLICIES = 10
"""EU policies in the diagram, those that share most targets; the table has all."""

_WIDTH = 1110.0
_COLUMNS = (222.0, 516.0, 812.0)
_LETTERS = (27, 34, 34)
"""Letters of a line beside the boxes of each column."""

_TONES = ("brand1", "accent", "brand2")
"""Colours of the theme, one for each focus area."""


@dataclass(frozen=True)
class Row:
    """A goal of the UN: how many of its targets each focus area reaches, and the policies that share some of them."""

    goal: End
    areas: tuple[int, ...]
    policies: tuple[tuple[End, int], ...]


@dataclass(frozen=True)
class Flow:
    """The diagram, and the table that says the same and more."""

    drawing: Drawing
    areas: tuple[End, ...]
    rows: tuple[Row, ...]
    shown: int
    policies: int


def flow_of(site: Site) -> Flow | None:
    """The flow of the plan that is served; nothing where it reaches no goal."""
    flows = read_flows(site.engine, site.language, base=site.base)
    if not flows.reached:
        return None
    return Flow(
        _draw(flows, site), flows.areas, _rows(flows), min(MOST_POLICIES, len(flows.policies)), len(flows.policies)
    )


def _rows(flows: Flows) -> tuple[Row, ...]:
    return tuple(
        Row(
            goal,
            tuple(len(flows.reached.get((area.named.iri, goal.named.iri), ())) for area in flows.areas),
            tuple(
                (policy, len(flows.shared[goal.named.iri, policy.named.iri]))
                for policy in flows.policies
                if (goal.named.iri, policy.named.iri) in flows.shared
            ),
        )
        for goal in flows.goals
    )


def _draw(flows: Flows, site: Site) -> Drawing:
    """The areas, the goals that are reached, and the policies that share most with them."""
    chosen = flows.policies[:MOST_POLICIES]
    reached = {goal for _, goal in flows.reached}
    values = {ends: len(found) for ends, found in flows.reached.items()}
    kept = {policy.named.iri for policy in chosen}
    values |= {ends: len(found) for ends, found in flows.shared.items() if ends[1] in kept}
    columns = (flows.areas, [goal for goal in flows.goals if goal.named.iri in reached], chosen)
    nodes = [[_node(end, letters, site) for end in ends] for letters, ends in zip(_LETTERS, columns, strict=True)]
    nodes[0] = [replace(node, tone=tone) for node, tone in zip(nodes[0], itertools.cycle(_TONES), strict=False)]
    return draw(list(zip(_COLUMNS, nodes, strict=True)), values, _WIDTH)


def _node(end: End, letters: int, site: Site) -> Node:
    words = f"{end.code} {end.named.label}".strip()
    return Node(end.named.iri, tuple(textwrap.wrap(words, letters)), site.urls.link(end.named))
