"""Which cells of one level cover which points: exact, with a fast path for points off the border.

The fast path asks GEOS, whose answer is beyond doubt as long as a point is well away from every
edge; the others, and cells with invalid rings, are decided by :class:`geodata._exact.RingTable`.
"""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata._exact import INSIDE, Array, Indexes, RingTable, Signs

# A tenth of a millimetre: a million times the rounding of a coordinate (1e-14 degrees).
NEAR_DEG = 1e-9
# Below this many points setting up the fast path costs more than it saves.
_FEW = 256

Pairs = tuple[Indexes, Indexes, Signs]


class LevelDecider:
    """Covering pairs within one level.

    Parameters
    ----------
    geometries : ndarray of object
        All geometries of the table, EPSG:4326.
    rings : RingTable
        Their edges.
    cells : ndarray of int
        Indexes of the cells of this level.
    """

    def __init__(self, geometries: NDArray[Any], rings: RingTable, cells: Indexes) -> None:
        self.rings, self.cells = rings, cells
        self.geometries = geometries[cells]
        self.trusted = shapely.is_valid(self.geometries)
        self.tree = shapely.STRtree(self.geometries)
        self.edges = np.flatnonzero(np.isin(rings.owner, cells))
        self.edge_boxes = shapely.box(
            rings.low_x[self.edges] - NEAR_DEG,
            rings.low_y[self.edges] - NEAR_DEG,
            rings.high_x[self.edges] + NEAR_DEG,
            rings.high_y[self.edges] + NEAR_DEG,
        )

    def covering(self, x: Array, y: Array) -> Pairs:
        """Return the pairs of points and cells that cover them, and how (1 inside, 2 on a ring)."""
        points = shapely.points(x, y)
        if len(x) <= _FEW:
            return self._exactly(x, y, *self.tree.query(points))
        tree = shapely.STRtree(points)
        close = self._close_to_an_edge(tree, x, y)
        row, point = tree.query(self.geometries[self.trusted], predicate="intersects")
        sure = np.flatnonzero(~close[point])
        point, cell = point[sure], self.cells[self.trusted][row[sure]]
        parts = [
            (point, cell, np.full(len(point), INSIDE, dtype=np.int8)),
            self._among(x, y, np.flatnonzero(close), np.arange(len(self.cells))),
            self._among(x, y, np.flatnonzero(~close), np.flatnonzero(~self.trusted)),
        ]
        points_of, cells_of, how = (np.concatenate(column) for column in zip(*parts, strict=True))
        return points_of, cells_of, how

    def _among(self, x: Array, y: Array, chosen: Indexes, rows: Indexes) -> Pairs:
        """Decide chosen points against chosen cells exactly."""
        tree = self.tree if len(rows) == len(self.cells) else shapely.STRtree(self.geometries[rows])
        pairs = tree.query(shapely.points(x[chosen], y[chosen])) if len(rows) else _NO_PAIRS
        point, cell, how = self._exactly(x[chosen], y[chosen], pairs[0], rows[pairs[1]])
        return chosen[point], cell, how

    def _exactly(self, x: Array, y: Array, point: Indexes, row: Indexes) -> Pairs:
        cell = self.cells[row]
        how = self.rings.cover(x[point], y[point], cell)
        hit = np.flatnonzero(how)
        return point[hit], cell[hit], how[hit]

    def _close_to_an_edge(self, tree: Any, x: Array, y: Array) -> NDArray[np.bool_]:
        near, point = tree.query(self.edge_boxes)
        edge = self.edges[near]
        ax, ay = self.rings.ax[edge], self.rings.ay[edge]
        ux, uy = self.rings.bx[edge] - ax, self.rings.by[edge] - ay
        vx, vy = x[point] - ax, y[point] - ay
        length = np.hypot(ux, uy)
        # Distance to the line is enough: the box has already cut off what lies beyond the ends.
        off = np.abs(ux * vy - uy * vx) / np.where(length > 0, length, 1.0)
        close = np.zeros(len(x), dtype=np.bool_)
        close[point[off <= 2 * NEAR_DEG]] = True
        return close


_NO_PAIRS = np.empty((2, 0), dtype=np.int64)
