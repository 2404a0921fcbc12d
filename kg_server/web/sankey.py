"""Flows through columns as a drawing: where each box and band lies, in plain numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

UNIT = 11.0
"""Height of one of what is counted."""

BOX_WIDTH = 10.0
LINE_HEIGHT = 17.0
_GAP = 10.0


@dataclass(frozen=True)
class Node:
    """What stands in a column: a key, the words beside its box in lines, where they lead, and a colour of the theme."""

    key: str
    lines: tuple[str, ...]
    address: str = ""
    tone: str = "neutral"


@dataclass(frozen=True)
class Box:
    """A node in its place, with how much flows through it."""

    node: Node
    column: int
    x: float
    y: float
    height: float
    total: int

    @property
    def middle(self) -> float:
        """Half way down the box."""
        return self.y + self.height / 2


@dataclass(frozen=True)
class Band:
    """The flow between two boxes, as the outline of an SVG path."""

    source: Box
    target: Box
    value: int
    path: str


@dataclass(frozen=True)
class Drawing:
    """Boxes and bands in a frame of this size."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    bands: tuple[Band, ...]


def draw(
    columns: Sequence[tuple[float, Sequence[Node]]], values: Mapping[tuple[str, str], int], width: float
) -> Drawing:
    """
    The drawing of nodes in columns, each column with its left edge, and of the values that flow between their keys.

    >>> drawing = draw([(0, [Node("a", ("A",))]), (90, [Node("b", ("B",))])], {("a", "b"): 2}, 100)
    >>> drawing.bands[0].path
    'M10 0C50 0 50 0 90 0V22C50 22 50 22 10 22Z'
    """
    totals = {
        node.key: max(sum(value for ends, value in values.items() if ends[side] == node.key) for side in (0, 1))
        for _, nodes in columns
        for node in nodes
    }
    heights = [sum(_room(node, totals) for node in nodes) - _GAP for _, nodes in columns]
    height = max(heights)
    boxes: dict[str, Box] = {}
    for number, (x, nodes) in enumerate(columns):
        y = (height - heights[number]) / 2
        for node in nodes:
            tall = totals[node.key] * UNIT
            boxes[node.key] = Box(node, number, x, y + (_room(node, totals) - _GAP - tall) / 2, tall, totals[node.key])
            y += _room(node, totals)
    return Drawing(width, height, tuple(boxes.values()), _bands(boxes, values))


def _room(node: Node, totals: Mapping[str, int]) -> float:
    """The height that a node takes up, its words and the gap below it included."""
    return max(totals[node.key] * UNIT, len(node.lines) * LINE_HEIGHT) + _GAP


def _bands(boxes: Mapping[str, Box], values: Mapping[tuple[str, str], int]) -> tuple[Band, ...]:
    """The bands, stacked at both ends in the order of the boxes they lead to."""
    places = {key: number for number, key in enumerate(boxes)}
    left, right = ({key: box.y for key, box in boxes.items()} for _ in range(2))
    found = []
    for source, target in sorted(values, key=lambda ends: (places[ends[0]], places[ends[1]])):
        value = values[source, target]
        path = _path(boxes[source].x + BOX_WIDTH, left[source], boxes[target].x, right[target], value * UNIT)
        left[source] += value * UNIT
        right[target] += value * UNIT
        found.append(Band(boxes[source], boxes[target], value, path))
    return tuple(found)


def _path(x: float, y: float, to_x: float, to_y: float, height: float) -> str:
    middle = (x + to_x) / 2
    return (
        f"M{x:g} {y:g}C{middle:g} {y:g} {middle:g} {to_y:g} {to_x:g} {to_y:g}"
        f"V{to_y + height:g}C{middle:g} {to_y + height:g} {middle:g} {y + height:g} {x:g} {y + height:g}Z"
    )
