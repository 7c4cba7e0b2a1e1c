"""The tie rule once more, slowly and exactly, with fractions: what the engines are compared with.

Written from the rule alone; it shares no code with ``geodata.locate``. Floats are only used to skip
what cannot matter: a comparison of two floats is exact, and a distance is settled in fractions for
every edge that is within a millimetre of the nearest.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pyproj
import shapely

TIE_M = 1e-6
OUTSIDE, INSIDE, BORDER = 0, 1, 2
RULE_INSIDE, RULE_BORDER, RULE_OUTSIDE = 0, 1, 2


class Answer(NamedTuple):
    cell: int
    rule: int
    runner_up: int
    distance_m: float


class Shape:
    """Edges of one (multi)polygon in one plane, shape (n, 4): ax, ay, bx, by."""

    def __init__(self, geometry: Any) -> None:
        rows = []
        for part in shapely.get_parts(geometry):
            for ring in (part.exterior, *part.interiors):
                corners = [tuple(map(float, corner[:2])) for corner in ring.coords]
                rows += [(*a, *b) for a, b in pairwise(corners)]
        self.edges = np.array(rows, dtype=float)
        low = np.minimum(self.edges[:, :2], self.edges[:, 2:])
        high = np.maximum(self.edges[:, :2], self.edges[:, 2:])
        self.low_y, self.high_y = low[:, 1], high[:, 1]
        self.box = (*low.min(axis=0), *high.max(axis=0))

    def covers(self, x: float, y: float) -> int:
        west, south, east, north = self.box
        if not (west <= x <= east and south <= y <= north):
            return OUTSIDE
        passing = self.edges[(self.low_y <= y) & (y <= self.high_y)]
        px, py = Fraction(x), Fraction(y)
        inside = False
        for ax, ay, bx, by in (tuple(map(Fraction, edge)) for edge in passing.tolist()):
            if ay == by:
                if min(ax, bx) <= px <= max(ax, bx):
                    return BORDER
                continue
            # Where the edge passes the latitude of the point, exactly.
            at = ax + (py - ay) * (bx - ax) / (by - ay)
            if at == px:
                return BORDER
            inside ^= at > px and (ay <= py) != (by <= py)
        return INSIDE if inside else OUTSIDE

    def about(self, x: float, y: float) -> np.ndarray:
        """Distances to all edges in floats, good to far better than a millimetre."""
        ax, ay, bx, by = self.edges.T
        ux, uy, vx, vy = bx - ax, by - ay, x - ax, y - ay
        length2 = np.where(ux * ux + uy * uy > 0, ux * ux + uy * uy, 1.0)
        t = np.clip((ux * vx + uy * vy) / length2, 0, 1)
        return np.hypot(vx - t * ux, vy - t * uy)

    def to_border(self, x: float, y: float) -> float:
        about = self.about(x, y)
        near = self.edges[about <= about.min() + 1e-3]
        return math.sqrt(min(_distance2(Fraction(x), Fraction(y), edge) for edge in near.tolist()))

    def to_area(self, x: float, y: float) -> float:
        return 0.0 if self.covers(x, y) else self.to_border(x, y)


def _distance2(px: Fraction, py: Fraction, edge: list[float]) -> Fraction:
    ax, ay, bx, by = map(Fraction, edge)
    ux, uy = bx - ax, by - ay
    length2 = ux * ux + uy * uy
    t = ((px - ax) * ux + (py - ay) * uy) / length2 if length2 else Fraction(0)
    t = min(max(t, Fraction(0)), Fraction(1))
    return (ax + t * ux - px) ** 2 + (ay + t * uy - py) ** 2


class Oracle:
    def __init__(self, cells: Any, srid: int) -> None:
        self.codes = [str(code).encode() for code in cells.codes]
        self.levels = [int(level) for level in cells.levels]
        parents = {int(parent) for parent in cells.parents}
        self.leaves = [i for i in range(len(self.codes)) if i not in parents]
        self.project = pyproj.Transformer.from_crs(4326, srid, always_xy=True).transform
        self.shapes = [Shape(geometry) for geometry in cells.geometries]
        self.shapes_m = [Shape(self._projected(geometry)) for geometry in cells.geometries]
        self.boxes_m = np.array([shape.box for shape in self.shapes_m]).reshape(-1, 4)

    def _projected(self, geometry: Any) -> Any:
        return shapely.transform(
            geometry, lambda rows: np.column_stack(self.project(rows[:, 0], rows[:, 1]))
        )

    def decide(self, lon: float, lat: float) -> Answer:
        if not (math.isfinite(lon) and math.isfinite(lat)):
            return Answer(-1, RULE_OUTSIDE, -1, math.nan)
        found = [(i, shape.covers(lon, lat)) for i, shape in enumerate(self.shapes)]
        covering = [(i, how) for i, how in found if how]
        x, y = self.project(lon, lat)
        if not covering:
            nearest, distance_m = self._nearest(self.leaves, x, y)
            return Answer(-1, RULE_OUTSIDE, nearest, distance_m)
        level = max(self.levels[i] for i, _ in covering)
        deepest = sorted((self.codes[i], i, how) for i, how in covering if self.levels[i] == level)
        _, cell, how = deepest[0]
        if how == BORDER and len(deepest) > 1:
            return Answer(cell, RULE_BORDER, deepest[1][1], 0.0)
        others = [i for i, at in enumerate(self.levels) if at == level and i != cell]
        runner_up, _ = self._nearest(others, x, y)
        if how == BORDER:
            return Answer(cell, RULE_BORDER, runner_up, 0.0)
        return Answer(cell, RULE_INSIDE, runner_up, self.shapes_m[cell].to_border(x, y))

    def _nearest(self, among: list[int], x: float, y: float) -> tuple[int, float]:
        if not among:
            return -1, math.nan
        west, south, east, north = self.boxes_m[among].T
        dx = np.maximum(np.maximum(west - x, x - east), 0)
        dy = np.maximum(np.maximum(south - y, y - north), 0)
        least = np.hypot(dx, dy)
        order = np.argsort(least)
        distances: list[tuple[float, int]] = []
        for k in order:
            if distances and least[k] > min(distances)[0] + 1e-3:
                break
            distances.append((self.shapes_m[among[k]].to_area(x, y), among[k]))
        best = min(distances)[0]
        equal = [i for distance, i in distances if distance <= best + TIE_M]
        return min(equal, key=lambda i: (self.codes[i], i)), best
