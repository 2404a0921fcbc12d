"""Paths as a drawing: things in columns by their place on the way, and links as lines as thick as they are sure."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from kg_server.web.urls import external

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from kg_server.ask.network import Network
    from kg_server.ask.traces import Path

_BOX_WIDTH = 190
_BOX_HEIGHT = 54
_GAP_ACROSS = 130
_GAP_DOWN = 16
_MARGIN = 8
_LETTERS = 27
_LINES = 3
_THICKEST = 8
_PADDING = 8
_FIRST_LINE = 17
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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
    """The drawing of the paths; a thing stands once in each column that it is passed in."""
    columns: list[dict[str, None]] = [{} for _ in range(max((len(path.things) for path in paths), default=0))]
    for path in paths:
        for place, thing in _placed(path, len(columns)):
            columns[place][thing] = None
    boxes = {
        (place, thing): _box(network, thing, language, place, row)
        for place, column in enumerate(columns)
        for row, thing in enumerate(column)
    }
    width, height = size_of(boxes.values())
    return Drawing(width, height, tuple(boxes.values()), tuple(_lines(paths, len(columns), boxes)))


def size_of(boxes: Iterable[Box]) -> tuple[int, int]:
    """The width and height that the boxes take, with a margin."""
    corners = [(box.x + box.width + _MARGIN, box.y + box.height + _GAP_DOWN + _MARGIN) for box in boxes]
    return max((x for x, _ in corners), default=2 * _MARGIN), max((y for _, y in corners), default=2 * _MARGIN)


def _placed(path: Path, columns: int) -> list[tuple[int, str]]:
    """The things of a path with their columns: the last thing always stands in the last."""
    things = path.things
    return [(columns - 1 if place == len(things) - 1 else place, thing) for place, thing in enumerate(things)]


def _box(network: Network, thing: str, language: str, place: int, row: int) -> Box:
    node, name = network.nodes[thing], network.name(thing, language).label.value
    return box_at(thing, f"{node.notation} {name}".strip(), place, row)


def box_at(thing: str, label: str, place: int, row: int) -> Box:
    """The box of a thing in a column and a row, counted from 0."""
    lines = textwrap.wrap(label, _LETTERS, max_lines=_LINES, placeholder=" …")
    x = _MARGIN + place * (_BOX_WIDTH + _GAP_ACROSS)
    return Box(thing, label, tuple(lines), x, _MARGIN + row * (_BOX_HEIGHT + _GAP_DOWN))


def _lines(paths: Iterable[Path], columns: int, boxes: dict[tuple[int, str], Box]) -> Iterable[Line]:
    drawn: dict[tuple[int, str, int, str, Decimal], bool] = {}
    for path in paths:
        placed = _placed(path, columns)
        for before, after, step in zip(placed, placed[1:], path.steps, strict=False):
            key = (*before, *after, step.tie.strength)
            drawn[key] = drawn.get(key, False) or (step is path.weakest and bool(step.tie.alignment))
    for (place, source, after_place, target, strength), is_weakest in drawn.items():
        start, end = boxes[place, source], boxes[after_place, target]
        yield _line(start, end, float(strength), is_weakest=is_weakest)


def _line(start: Box, end: Box, strength: float, *, is_weakest: bool) -> Line:
    _, (x1, y1) = _ends(start, end)
    words = f"{strength:g}" if strength < 1 else ""
    return Line(_curve(start, end), max(1.0, _THICKEST * strength), words, x1 - 34, y1 - 7, is_weakest)


def arrow(start: Box, end: Box, words: str) -> Line:
    """A thin line from one box to another to its right, its words above the middle."""
    (x0, y0), (x1, y1) = _ends(start, end)
    return Line(_curve(start, end), 1.5, words, (x0 + x1) // 2, (y0 + y1) // 2 - 5, is_weakest=False)


def _ends(start: Box, end: Box) -> tuple[tuple[int, int], tuple[int, int]]:
    return (start.x + start.width, start.y + start.height // 2), (end.x, end.y + end.height // 2)


def _curve(start: Box, end: Box) -> str:
    (x0, y0), (x1, y1) = _ends(start, end)
    bend = min((x1 - x0) // 2, _GAP_ACROSS // 2)
    return f"M{x0},{y0}C{x0 + bend},{y0} {x1 - bend},{y1} {x1},{y1}"


def to_svg(drawing: Drawing) -> str:
    """The drawing as a file of its own, legible on white paper."""
    size = f'width="{drawing.width}" height="{drawing.height}"'
    room = f'viewBox="0 0 {drawing.width} {drawing.height}" font-family="sans-serif" font-size="12"'
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {room}>',
        f'<rect {size} fill="#ffffff"/>',
        *map(_line_svg, drawing.lines),
        *map(_box_svg, drawing.boxes),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _line_svg(line: Line) -> str:
    ink = "#9a3c00" if line.is_weakest else "#3e8e7e"
    words = f'<text x="{line.x}" y="{line.y}" fill="#1b2321">{escape(line.words)}</text>' if line.words else ""
    return f'<path d="{line.curve}" fill="none" stroke="{ink}" stroke-width="{line.thickness:g}"/>{words}'


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
