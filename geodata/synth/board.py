"""The drawing board of one subdistrict: lines, boxes and leaves, straight and in metres.

``warp`` bends the board onto the ground later. All coordinates of boxes are multiples of eight
metres, so that borders meet exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

UNIT_M = 8
WIDTH_M = 1640
HEIGHT_M = 1240
# Half of what a line takes from the land on either side, in metres.
INSET_M = {"major": 16.0, "minor": 9.5, "alley": 5.0, "wall": 1.6, "river": 46.0, "rail": 15.0}
# The first lines of a plan: four north-south, then south border, river, middle, rail, north border.
SPINES = 9
SOUTH, RIVER, MIDDLE, RAIL, NORTH = 4, 5, 6, 7, 8
EAST = 3
RIVER_HALF_M = 15.0
RIVERSIDE_ROAD_M = 38.0


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line on the board; ``kind`` is a key of ``INSET_M``."""

    vertical: bool
    at: float
    low: float
    high: float
    kind: str
    name: str = ""


class Box(NamedTuple):
    """A rectangle and the lines (indices) on its west, south, east and north side."""

    x0: int
    y0: int
    x1: int
    y1: int
    west: int
    south: int
    east: int
    north: int

    @property
    def width(self) -> int:
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        return self.y1 - self.y0

    @property
    def area(self) -> int:
        return self.width * self.height


@dataclass(frozen=True, slots=True)
class Leaf:
    """A micro-grid on the board."""

    box: Box
    community: int
    grid: int
    compound: int
    use: str


@dataclass
class Plan:
    """One subdistrict on the board. ``compounds`` holds (box, use, community)."""

    lines: list[Line] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    compounds: list[tuple[Box, str, int]] = field(default_factory=list)
    grids: int = 0

    def add(self, line: Line) -> int:
        self.lines.append(line)
        return len(self.lines) - 1

    def cut(self, box: Box, vertical: bool, at: int, kind: str) -> tuple[Box, Box]:
        """Cut a box in two by a new line; west or south part first."""
        low, high = (box.y0, box.y1) if vertical else (box.x0, box.x1)
        line = self.add(Line(vertical, at, low, high, kind))
        if vertical:
            return box._replace(x1=at, east=line), box._replace(x0=at, west=line)
        return box._replace(y1=at, north=line), box._replace(y0=at, south=line)

    def inner(self, box: Box) -> tuple[float, float, float, float]:
        """Return the box without streets, banks and walls: x0, y0, x1, y1."""
        west, south, east, north = (INSET_M[self.lines[i].kind] for i in box[4:])
        return box.x0 + west, box.y0 + south, box.x1 - east, box.y1 - north


def snap(value: float) -> int:
    """Return the nearest multiple of the board's unit."""
    return round(value / UNIT_M) * UNIT_M
