"""Maps as pictures with marks: where each mark and its label go, so that labels stay clear of each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kg_server.web.outlines import Outline

_LETTER = 16.0
_LINE = 32.0
_GAP = 15.0

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Spot:
    """
    A place to mark: its name and address, its position in degrees, and the classes that its mark is drawn by.

    `note` says the same as the mark to those who do not see it.
    """

    label: str
    address: str
    position: tuple[float, float]
    shape: str = ""
    state: str = ""
    note: str = ""


@dataclass(frozen=True)
class Mark:
    """A spot on a map, in pixels, with its label beside it; `anchor` is which end of the label lies there."""

    spot: Spot
    x: float
    y: float
    label_x: float
    label_y: float
    anchor: str


@dataclass(frozen=True)
class Picture:
    """One map with its marks."""

    name: str
    outline: Outline
    marks: tuple[Mark, ...]


def draw_maps(outlines: Mapping[str, Outline], spots: Iterable[Spot]) -> tuple[Picture, ...]:
    """Each spot on the closest map that shows it; maps without marks are left out."""
    left = list(spots)
    pictures = []
    for name, outline in outlines.items():
        here = [spot for spot in left if outline.holds(*spot.position)]
        left = [spot for spot in left if spot not in here]
        if here:
            pictures.append(Picture(name, outline, tuple(_marks(outline, here))))
    return tuple(pictures)


def _marks(outline: Outline, spots: list[Spot]) -> Iterator[Mark]:
    places = [(spot, *outline.place(*spot.position)) for spot in spots]
    taken: list[Box] = [(x - _GAP, y - _GAP, x + _GAP, y + _GAP) for _, x, y in places]
    for spot, x, y in sorted(places, key=lambda place: (place[2], place[1])):
        choices = list(_choices(spot.label, x, y, outline))
        mark, box = min(choices, key=lambda choice: sum(_overlap(choice[1], other) for other in taken))
        taken.append(box)
        yield Mark(spot, x, y, *mark)


def _choices(label: str, x: float, y: float, outline: Outline) -> Iterator[tuple[tuple[float, float, str], Box]]:
    """Where a label may go: right of the mark, left, above, below; what is outside the map comes last."""
    width = _LETTER * len(label)
    for anchor, at, down in (
        ("start", x + _GAP, y + _LINE / 4),
        ("end", x - _GAP, y + _LINE / 4),
        ("middle", x, y - _GAP),
        ("middle", x, y + _GAP + _LINE / 2),
    ):
        left = {"start": at, "end": at - width, "middle": at - width / 2}[anchor]
        if left >= 0 and left + width <= outline.width:
            yield (at, down, anchor), (left, down - _LINE * 0.75, left + width, down + _LINE * 0.25)
    if not width <= outline.width / 2:
        yield (0.0, y - _GAP, "start"), (0.0, y - _GAP - _LINE, width, y - _GAP)


def _overlap(one: Box, other: Box) -> float:
    """The area two boxes share."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, across) * max(0.0, down)
