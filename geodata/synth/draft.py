"""Buildings on the board, not yet bent: columns that the layouts fill."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from geodata.synth.parcels import Rect
from geodata.synth.shapes import OUTLINE_NAMES

RECT, EL, U, H, TEE = (OUTLINE_NAMES.index(name) for name in ("rect", "l", "u", "h", "t"))


@dataclass
class Draft:
    """Columns of buildings not yet bent. ``quarter`` turns by 90 degrees, ``tilt`` by radians."""

    leaf: list[int] = field(default_factory=list)
    x: list[float] = field(default_factory=list)
    y: list[float] = field(default_factory=list)
    width_m: list[float] = field(default_factory=list)
    depth_m: list[float] = field(default_factory=list)
    tilt: list[float] = field(default_factory=list)
    outline: list[int] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)
    entrances: list[int] = field(default_factory=list)
    floors: list[int] = field(default_factory=list)

    def add(
        self,
        leaf: int,
        centre: tuple[float, float],
        size_m: tuple[float, float],
        kind: str,
        *,
        tilt: float = 0.0,
        outline: int = RECT,
        entrances: int = 1,
        floors: int = 1,
    ) -> None:
        """Add one building; ``floors`` of housing are set later, to suit the households wanted."""
        self.leaf.append(leaf)
        self.x.append(centre[0])
        self.y.append(centre[1])
        self.width_m.append(size_m[0])
        self.depth_m.append(size_m[1])
        self.tilt.append(tilt)
        self.outline.append(outline)
        self.kind.append(kind)
        self.entrances.append(entrances)
        self.floors.append(floors)


Layout = Callable[[Draft, np.random.Generator, int, Rect, float], None]
