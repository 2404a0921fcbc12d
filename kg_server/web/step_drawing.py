"""Paths as a drawing: things in columns by their place on the way, and links as lines as thick as they are sure."""

from __future__ import annotations

import re
import textwrap
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from babel.numbers import format_decimal

from kg_server.web.urls import external

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from kg_server.ask.network import Network
    from kg_server.ask.traces import Path

_BOX_WIDTH = 190
_BOX_HEIGHT = 54
_GAP_ACROSS = 130
_WAY_HEIGHT = 16
_LINE_ROOM = 18
_GAP_DOWN = 16
_MARGIN = 8
_LETTERS = 26
_LINES = 3
_THICKEST = 8
_PADDING = 8
_FIRST_LINE = 17
_Key = tuple[int, str]
"""A box by its column and the thing in it."""

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Box:
    """A thing in the drawing: where it stands, what it is called, in lines, and where it leads."""

    thing: str
    label: str
    lines: tuple[str, ...]
    x: int
    y: int
    width: int = _BOX_WIDTH
    height: int = _BOX_HEIGHT
    language: str = ""


@dataclass(frozen=True)
class Line:
    """A link in the drawing: its curve, how thick it is, what it says, and where the words stand."""

    curve: str
    thickness: float
    words: str
    x: int
    y: int
    is_weakest: bool


@dataclass(frozen=True)
class Drawing:
    """Boxes and lines, and the room they take."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def draw(network: Network, paths: Sequence[Path], language: str) -> Drawing:
    """
    The drawing of the paths; a thing stands once in each column that it is passed in.

    Where a path is shorter than others, its first line leads through the columns between by a way kept free for it.
    """
    last = max((len(path.steps) for path in paths), default=0)
    links = _links(paths, last)
    columns: list[dict[_Key, None]] = [{} for _ in range(last + 1)]
    for source, target, _ in links:
        for key in (source, *_ways(source, target), target):
            columns[key[0]][key] = None
    entering = Counter(target for _, target, _ in links)
    boxes: dict[_Key, Box] = {}
    for column in columns:
        y = _MARGIN
        for key in column:
            boxes[key] = _box(network, key, language, y, entering[key])
            y += boxes[key].height + _GAP_DOWN
    width, height = size_of(boxes.values())
    return Drawing(width, height, tuple(box for box in boxes.values() if box.thing), tuple(_lines(links, boxes)))


def size_of(boxes: Iterable[Box]) -> tuple[int, int]:
    """The width and height that the boxes take, with a margin."""
    corners = [(box.x + box.width + _MARGIN, box.y + box.height + _GAP_DOWN + _MARGIN) for box in boxes]
    return max((x for x, _ in corners), default=2 * _MARGIN), max((y for _, y in corners), default=2 * _MARGIN)


def _links(paths: Iterable[Path], last: int) -> dict[tuple[_Key, _Key, Decimal], bool]:
    """The lines to draw, each once, and whether each is the weakest of a path: the ends of all paths stand last."""
    found: dict[tuple[_Key, _Key, Decimal], bool] = {}
    for path in paths:
        shift = last - len(path.steps)
        placed = [(place + shift if place else 0, thing) for place, thing in enumerate(path.things)]
        for source, target, step in zip(placed, placed[1:], path.steps, strict=False):
            key = (source, target, step.tie.strength)
            found[key] = found.get(key, False) or (step is path.weakest and bool(step.tie.alignment))
    return found


def _ways(source: _Key, target: _Key) -> list[_Key]:
    """The free ways that a line from one column to another takes through those between them."""
    return [(place, f"{source[1]} {target[1]}") for place in range(source[0] + 1, target[0])]


def _box(network: Network, key: _Key, language: str, y: int, entering: int) -> Box:
    """The box of a thing, high enough for the lines that enter it; a free way is a box of nothing."""
    place, thing = key
    x = _MARGIN + place * (_BOX_WIDTH + _GAP_ACROSS)
    if thing not in network.nodes:
        return Box("", "", (), x, y, height=_WAY_HEIGHT)
    name = network.name(thing, language).label
    label = f"{network.nodes[thing].notation} {name}".strip()
    height = max(_BOX_HEIGHT, entering * _LINE_ROOM)
    return Box(thing, label, _wrapped(label), x, y, height=height, language=name.language)


def _wrapped(label: str) -> tuple[str, ...]:
    words = " ".join(map(_parted, label.split()))
    return tuple(textwrap.wrap(words, _LETTERS, max_lines=_LINES, placeholder=" …"))


def _parted(word: str) -> str:
    """
    A word too long for a line, parted after the s that joins the parts of Norwegian words.

    >>> _parted("Energieffektiviseringsdirektivet")
    'Energieffektiviserings- direktivet'
    """
    at = word.rfind("s", 0, _LETTERS - 1) + 1 if len(word) > _LETTERS else 0
    return f"{word[:at]}- {word[at:]}" if at else word


def box_at(thing: str, label: str, place: int, row: int) -> Box:
    """The box of a thing in a column and a row, counted from 0."""
    x = _MARGIN + place * (_BOX_WIDTH + _GAP_ACROSS)
    return Box(thing, label, _wrapped(label), x, _MARGIN + row * (_BOX_HEIGHT + _GAP_DOWN))


def _lines(links: Mapping[tuple[_Key, _Key, Decimal], bool], boxes: Mapping[_Key, Box]) -> Iterator[Line]:
    """The lines, those that enter a box one below the other in the order of where they come from."""
    entered: dict[_Key, list[tuple[int, tuple[_Key, _Key, Decimal]]]] = defaultdict(list)
    for link in links:
        source, target, _ = link
        before = [source, *_ways(source, target)][-1]
        entered[target].append((boxes[before].y, link))
    for target, entering in entered.items():
        room = boxes[target].height / len(entering)
        for number, (_, link) in enumerate(sorted(entering)):
            source, _, strength = link
            stops = [boxes[way] for way in _ways(source, target)]
            x, y = boxes[target].x, boxes[target].y + round(room * (number + 0.5))
            curve = _curve(boxes[source], *((stop.x, _middle(stop)) for stop in stops), (x, y))
            words = f"{strength:g}" if strength < 1 else ""
            thickness = max(1.0, _THICKEST * float(strength))
            yield Line(curve, thickness, words, x - 34, y + 4, is_weakest=links[link])


def arrow(start: Box, end: Box, words: str) -> Line:
    """A thin line from one box to another to its right, its words above the middle."""
    x, y = (start.x + start.width + end.x) // 2, (_middle(start) + _middle(end)) // 2 - 5
    return Line(_curve(start, (end.x, _middle(end))), 1.5, words, x, y, is_weakest=False)


def _middle(box: Box) -> int:
    return box.y + box.height // 2


def _curve(start: Box, *points: tuple[int, int]) -> str:
    """From the right side of a box to the points, each with a level stretch as wide as a box before the next."""
    x, y = start.x + start.width, _middle(start)
    parts = [f"M{x},{y}"]
    for number, (to_x, to_y) in enumerate(points, 1):
        bend = min((to_x - x) // 2, _GAP_ACROSS // 2)
        parts.append(f"C{x + bend},{y} {to_x - bend},{to_y} {to_x},{to_y}")
        x, y = to_x, to_y
        if number < len(points):
            x += _BOX_WIDTH
            parts.append(f"H{x}")
    return "".join(parts)


def to_svg(drawing: Drawing, title: str, description: str, language: str) -> str:
    """The drawing as a file of its own, legible on white paper, with numbers written as in the language."""
    size = f'width="{drawing.width}" height="{drawing.height}"'
    room = f'viewBox="0 0 {drawing.width} {drawing.height}" font-family="sans-serif" font-size="12"'
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {room} lang="{language}">',
        f"<title>{_words(title)}</title>",
        f"<desc>{_words(description)}</desc>",
        f'<rect {size} fill="#ffffff"/>',
        *(_line_svg(line) for line in drawing.lines),
        *(_number_svg(line, language) for line in drawing.lines if line.words),
        *map(_box_svg, drawing.boxes),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _line_svg(line: Line) -> str:
    ink = 'stroke="#9a3c00" stroke-dasharray="8 4"' if line.is_weakest else 'stroke="#3e8e7e"'
    return f'<path d="{line.curve}" fill="none" {ink} stroke-width="{line.thickness:g}"/>'


def _number_svg(line: Line, language: str) -> str:
    number = format_decimal(line.words, locale=language)
    halo = 'stroke="#ffffff" stroke-width="3" stroke-linejoin="round" paint-order="stroke"'
    return f'<text x="{line.x}" y="{line.y}" fill="#1b2321" font-weight="600" {halo}>{number}</text>'


def _box_svg(box: Box) -> str:
    left, top = box.x + _PADDING, box.y + _FIRST_LINE
    spans = (
        f'<tspan x="{left}" dy="{"1.25em" if number else 0}">{_words(text)}</tspan>'
        for number, text in enumerate(box.lines)
    )
    size = f'x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="4"'
    return (
        f"<a href={quoteattr(external(box.thing))}><title>{_words(box.label)}</title>"
        f'<rect {size} fill="#f2f5f4" stroke="#4f5b57"/>'
        f'<text x="{left}" y="{top}" fill="#1b2321">{"".join(spans)}</text></a>'
    )


def _words(text: str) -> str:
    """The text as XML writes it; what XML cannot hold is left out."""
    return escape(_NOT_IN_XML.sub("", text))
