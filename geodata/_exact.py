"""Exact point-in-polygon on float64 coordinates, vectorised over (point, cell) pairs.

The sign of an orientation is decided by the float determinant wherever its error bound allows, and
by integers for the few edges that are left (every float is an integer times a power of two). The
bound is that of J. R. Shewchuk, "Adaptive Precision Floating-Point Arithmetic and Fast Robust
Geometric Predicates", Discrete & Computational Geometry 18 (1997).
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Array = NDArray[np.float64]
Indexes = NDArray[np.int64]
Signs = NDArray[np.int8]

OUTSIDE, INSIDE, BORDER = 0, 1, 2

_UNIT = 2.0**-53
_BOUND = (3.0 + 16.0 * _UNIT) * _UNIT
# Products below this may have lost bits to underflow, which the relative bound does not see.
_TINY = 1e-280
_BLOCK_ROWS = 4_000_000


def orientation(ax: Array, ay: Array, bx: Array, by: Array, px: Array, py: Array) -> Signs:
    """Tell on which side of the line a-b the point p lies.

    Parameters
    ----------
    ax, ay, bx, by, px, py : ndarray of float64, shape (n,)
        Any finite coordinates.

    Returns
    -------
    ndarray of int8, shape (n,)
        1 left of a→b, -1 right of it, 0 exactly on the line.
    """
    ux, uy, vx, vy = ax - px, by - py, ay - py, bx - px
    left, right = ux * uy, vx * vy
    det = left - right
    total = np.abs(left) + np.abs(right)
    # A difference is 0 only if its terms are equal, so a product with such a factor is exactly 0
    # and the other one, if it did not underflow, is the whole determinant.
    one_zero = (ux == 0) | (uy == 0) | (vx == 0) | (vy == 0)
    decided = np.abs(det) > _BOUND * total + _TINY
    decided |= one_zero & (np.abs(det) > _TINY)
    decided |= ((ux == 0) | (uy == 0)) & ((vx == 0) | (vy == 0))
    sign = np.sign(det).astype(np.int8)
    for row in np.flatnonzero(~decided):
        sign[row] = _sign_by_integers(ax[row], ay[row], bx[row], by[row], px[row], py[row])
    return sign


def _sign_by_integers(*values: float) -> int:
    ratios = [float(value).as_integer_ratio() for value in values]
    # Denominators are powers of two, so the largest is a multiple of each.
    common = max(denominator for _, denominator in ratios)
    ax, ay, bx, by, px, py = (number * (common // denominator) for number, denominator in ratios)
    det = (ax - px) * (by - py) - (ay - py) * (bx - px)
    return (det > 0) - (det < 0)


class RingTable:
    """All edges of a table of polygons, ready for exact questions.

    Parameters
    ----------
    geometries : ndarray of Polygon or MultiPolygon, shape (n,)

    Notes
    -----
    "Covers" is defined on the edges alone: a point is on the border if it lies on any edge of any
    ring, and inside if a ray from it crosses an odd number of edges. For valid polygons this is the
    usual meaning; for invalid ones it is at least well defined.
    """

    def __init__(self, geometries: NDArray[Any]) -> None:
        self.ax, self.ay, self.bx, self.by, self.owner = edges_of(geometries)
        self.low_x, self.high_x = np.minimum(self.ax, self.bx), np.maximum(self.ax, self.bx)
        self.low_y, self.high_y = np.minimum(self.ay, self.by), np.maximum(self.ay, self.by)
        self.count = np.bincount(self.owner, minlength=len(geometries)).astype(np.int64)
        self.start = np.cumsum(self.count) - self.count

    def cover(self, x: Array, y: Array, cell: Indexes) -> Signs:
        """Decide exactly for each pair whether cell ``cell[i]`` covers the point ``x[i], y[i]``.

        Parameters
        ----------
        x, y : ndarray of float64, shape (n,)
        cell : ndarray of int, shape (n,)

        Returns
        -------
        ndarray of int8, shape (n,)
            0 outside, 1 inside, 2 on a ring.
        """
        answer = np.zeros(len(cell), dtype=np.int8)
        for part in blocks(self.count[cell], _BLOCK_ROWS):
            answer[part] = self._cover_block(x[part], y[part], cell[part])
        return answer

    def _cover_block(self, x: Array, y: Array, cell: Indexes) -> Signs:
        row, edge = ragged(self.start[cell], self.count[cell])
        py, px = y[row], x[row]
        level_with = (self.low_y[edge] <= py) & (py <= self.high_y[edge])
        kept = np.flatnonzero(level_with & (px <= self.high_x[edge]))
        row, edge, px, py = row[kept], edge[kept], px[kept], py[kept]
        ay, by = self.ay[edge], self.by[edge]
        # Half-open in y, so that a ray through a vertex counts each chain of edges once.
        crossing = (ay > py) != (by > py)
        unclear = np.flatnonzero(px >= self.low_x[edge])
        near = edge[unclear]
        side = orientation(
            self.ax[near], ay[unclear], self.bx[near], by[unclear], px[unclear], py[unclear]
        )
        crossing[unclear] &= (side > 0) == (by > ay)[unclear]
        crossings = np.bincount(row[crossing], minlength=len(cell))
        answer = (crossings & 1).astype(np.int8)
        answer[row[unclear[side == 0]]] = BORDER
        return answer


def edges_of(geometries: NDArray[Any]) -> tuple[Array, Array, Array, Array, Indexes]:
    """List the edges of all rings as ax, ay, bx, by and the index of their polygon, in order."""
    rings, polygon = shapely.get_rings(shapely.get_parts(geometries), return_index=True)
    owner = np.repeat(np.arange(len(geometries)), shapely.get_num_geometries(geometries))[polygon]
    rows, ring = shapely.get_coordinates(rings, return_index=True)
    first = np.flatnonzero(ring[1:] == ring[:-1])
    start, end = rows[first], rows[first + 1]
    return start[:, 0], start[:, 1], end[:, 0], end[:, 1], owner[ring[first]].astype(np.int64)


def ragged(start: Indexes, count: Indexes) -> tuple[Indexes, Indexes]:
    """Expand ranges: the row of each entry, and start[row], start[row] + 1, ... in it."""
    row = np.repeat(np.arange(len(count)), count)
    first = np.cumsum(count) - count
    return row, np.arange(len(row)) - first[row] + start[row]


def blocks(count: Indexes, most: int) -> Iterator[slice]:
    """Cut consecutive rows so that their counts add up to at most ``most`` (or are one row)."""
    total = np.cumsum(count)
    low = 0
    while low < len(count):
        before = total[low - 1] if low else 0
        high = max(low + 1, int(np.searchsorted(total, before + most, side="right")))
        yield slice(low, high)
        low = high
