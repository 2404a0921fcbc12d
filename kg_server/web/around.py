"""A thing among its neighbours as a drawing: what links to it on the left, what it links to on the right."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg_server.web.step_drawing import Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg_server.ask.labels import Text
    from kg_server.ask.neighbours import Neighbour
    from kg_server.ask.things import Thing

_ACROSS = 240
_TURN = 90
"""Width in which a line goes up or down, beside the middle; the rest is level, with its words clear of others."""
_DOWN = 18
_MARGIN = 4
_LETTERS = 24
_LINES = 3
_WORDS = 24
_ARROW = 6


@dataclass(frozen=True)
class Arm:
    """A neighbour in its box, with the curve of its link and where the words of the link stand."""

    neighbour: Neighbour
    box: Box
    curve: str
    words: str
    x: int
    y: int


@dataclass(frozen=True)
class Around:
    """The drawing: the thing in the middle, its neighbours, and the room they take."""

    width: int
    height: int
    middle: Box
    arms: tuple[Arm, ...]


def draw_around(thing: Thing, neighbours: Sequence[Neighbour]) -> Around | None:
    """The thing with its neighbours around it; nothing where it has none."""
    if not neighbours:
        return None
    left = [one for one in neighbours if one.comes_here]
    right = [one for one in neighbours if not one.comes_here]
    height = max(len(left), len(right)) * (Box.height + _DOWN) + _DOWN
    at = _MARGIN + (Box.width + _ACROSS if left else 0)
    middle = _box(thing.iri, thing.notation, thing.label, at, (height - Box.height) // 2)
    arms = [*_arms(left, middle, _MARGIN, height), *_arms(right, middle, at + Box.width + _ACROSS, height)]
    last = middle if not right else arms[-1].box
    return Around(last.x + Box.width + _MARGIN, height, middle, tuple(arms))


def _label(code: str, words: str) -> str:
    """
    The words with the number before them, unless they hold it.

    >>> _label("131", "Standard (KLASS 131)"), _label("A1", "Samarbeid")
    ('Standard (KLASS 131)', 'A1 Samarbeid')
    """
    return words if not code or code in re.findall(r"[\w.]+", words) else f"{code} {words}"


def _box(thing: str, code: str, words: Text, x: int, y: int) -> Box:
    label = _label(code, str(words))
    lines = tuple(textwrap.wrap(label, _LETTERS, max_lines=_LINES, placeholder=" …"))
    return Box(thing, label, lines, x, y, language=words.language)


def _arms(neighbours: Sequence[Neighbour], middle: Box, x: int, height: int) -> list[Arm]:
    """A column of neighbours, half way up and down beside the middle."""
    top = (height - len(neighbours) * (Box.height + _DOWN) + _DOWN) // 2
    rows = (top + number * (Box.height + _DOWN) for number in range(len(neighbours)))
    return [
        _arm(one, middle, _box(one.end.iri, one.end.code, one.end.label, x, y))
        for one, y in zip(neighbours, rows, strict=True)
    ]


def _arm(one: Neighbour, middle: Box, box: Box) -> Arm:
    y, level, bend = middle.y + middle.height // 2, box.y + box.height // 2, _TURN // 2
    if one.comes_here:
        x1 = middle.x - _ARROW
        x0 = x1 - _TURN
        curve = f"M{box.x + box.width},{level}H{x0}C{x0 + bend},{level} {x1 - bend},{y} {x1},{y}"
    else:
        x0 = middle.x + middle.width
        x1 = x0 + _TURN
        curve = f"M{x0},{y}C{x0 + bend},{y} {x1 - bend},{level} {x1},{level}H{box.x - _ARROW}"
    words = textwrap.shorten(str(one.relation), _WORDS, placeholder=" …")
    beside = box.x + box.width + 6 if one.comes_here else box.x - 10
    return Arm(one, box, curve, words, beside, level - 6)
