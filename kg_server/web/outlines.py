"""Outlines of land, drawn when the package was built, and where places lie on them."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg_server.web.assets import BUILT_FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_FILE = BUILT_FOLDER / "outlines.json"
_EDGE = 8


@dataclass(frozen=True)
class Outline:
    """
    A map in Mercator's projection: its size in pixels, land and borders as paths of an SVG.

    `scale` is pixels for a radian at the equator; `x` and `y` are where longitude and latitude 0 lie.
    """

    width: int
    height: int
    scale: float
    x: float
    y: float
    land: str
    borders: str

    def place(self, latitude: float, longitude: float) -> tuple[float, float]:
        """
        Where the place lies on the map, in pixels from its upper left corner; degrees are given.

        >>> Outline(360, 180, 180 / math.pi, 180, 90, "", "").place(0, 90)
        (270.0, 90.0)
        """
        across = self.x + self.scale * math.radians(longitude)
        down = self.y - self.scale * math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))
        return round(across, 1), round(down, 1)

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether the map shows the place."""
        across, down = self.place(latitude, longitude)
        return _EDGE <= across <= self.width - _EDGE and _EDGE <= down <= self.height - _EDGE


def read_outlines(file: Path = _FILE) -> Mapping[str, Outline]:
    """The maps by their names, the closest first; none where no bundle was built."""
    if not file.is_file():
        return {}
    return {name: Outline(**drawn) for name, drawn in json.loads(file.read_text(encoding="utf-8")).items()}
