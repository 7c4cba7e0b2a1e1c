"""Points to cells: exact, vectorised, with THE tie rule and its explanation.

The tie rule: a point belongs to the deepest level that covers it, borders included; on a shared
border to the smallest code compared as bytes; outside everything it is unassigned, and the nearest
leaf cell and its distance are named.

Whether a cell covers a point is decided exactly, on the stored float64 degrees with edges straight
in the longitude-latitude plane. Distances are measured in the metric system, between the projected
point and edges that are straight between projected vertices.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geodata._cells import CellTable
from geodata._decide import LevelDecider
from geodata._exact import BORDER, Array, Indexes, RingTable, Signs
from geodata._measure import TIE_M, LevelMeasure
from geodata.crs import Projector
from geodata.errors import CRSError

__all__ = ["REACH_DEG", "TIE_M", "Located", "LocatedPoint", "Locator", "Rule"]

Progress = Callable[[int, int], None]

# Farther than this from the box of all cells nothing is measured: a "nearest grid" at 600 km
# explains nothing, and projections give nonsense far from home.
REACH_DEG = 5.0
_CHUNK = 131_072


class Rule(IntEnum):
    """Why a point was given to its cell."""

    INSIDE = 0
    BORDER = 1
    OUTSIDE = 2


class LocatedPoint(NamedTuple):
    """Answer for one point, see :class:`Located`."""

    cell: int
    rule: Rule
    distance_m: float
    runner_up: int


@dataclass(frozen=True, eq=False)
class Located:
    """Answers in the order of the points, all of shape (n,).

    Attributes
    ----------
    cell : ndarray of int32
        Index of the cell in the table, -1 outside everything.
    rule : ndarray of uint8
        A :class:`Rule`: strictly inside, exactly on a ring of the cell, or outside everything.
    distance_m : ndarray of float64
        Metres to the border of the cell (0.0 on it); outside to the nearest leaf cell; nan if
        there is no position, no cell, or more than ``REACH_DEG`` degrees between them.
    runner_up : ndarray of int32
        Who would have been next, -1 if nobody. On a shared border the next smallest code among the
        cells of the level that cover the point; else the nearest other cell of that level; outside
        the nearest leaf cell. Cells within ``TIE_M`` of the nearest count as equally near, and the
        smallest code wins.
    """

    cell: NDArray[np.int32]
    rule: NDArray[np.uint8]
    distance_m: NDArray[np.float64]
    runner_up: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.cell)


class Locator:
    """Answers which cell a point belongs to, and why.

    Building it indexes the table once; afterwards nothing changes, so that threads may share it.
    A pickled locator carries the table and is indexed again where it is loaded.

    Parameters
    ----------
    cells : CellTable
        Cells of all levels of one or more editions.
    srid : int
        Metric system for distances.

    Raises
    ------
    CRSError
        If the SRID is not a metric system or cannot show all cells.
    """

    def __init__(self, cells: CellTable, srid: int) -> None:
        self.cells, self.srid = cells, srid
        self._projector = Projector(srid)
        self._rings = RingTable(cells.geometries)
        self._rank = cells.rank.astype(np.int64)
        self._box = _box(self._rings)
        geometries_m = self._projected(cells.geometries)
        self._levels: list[tuple[LevelDecider, LevelMeasure]] = []
        for level in sorted(set(cells.levels.tolist()), reverse=True):
            chosen = np.flatnonzero(cells.levels == level)
            decider = LevelDecider(cells.geometries, self._rings, chosen)
            measure = LevelMeasure(geometries_m[chosen], chosen, self._rank)
            self._levels.append((decider, measure))
        leaves = np.flatnonzero(cells.is_leaf)
        self._leaves = LevelMeasure(geometries_m[leaves], leaves, self._rank)

    def __getstate__(self) -> tuple[CellTable, int]:
        return self.cells, self.srid

    def __setstate__(self, state: tuple[CellTable, int]) -> None:
        Locator.__init__(self, *state)

    def locate(self, lon: ArrayLike, lat: ArrayLike, progress: Progress | None = None) -> Located:
        """Locate many points.

        Parameters
        ----------
        lon, lat : array_like of float, shape (n,)
            EPSG:4326 degrees. What is not finite is outside everything and near to nothing.
        progress : callable, optional
            Called with (points done, points in all) after every chunk.

        Returns
        -------
        Located
            Same order; empty input gives empty arrays.
        """
        x = np.atleast_1d(np.asarray(lon, dtype=np.float64))
        y = np.atleast_1d(np.asarray(lat, dtype=np.float64))
        if x.shape != y.shape or x.ndim != 1:
            raise ValueError(f"lon and lat must be equally long, got {x.shape} and {y.shape}")
        located = _unassigned(len(x))
        for low in range(0, len(x), _CHUNK):
            part = slice(low, low + _CHUNK)
            self._locate_chunk(x[part], y[part], _view(located, part))
            if progress is not None:
                progress(min(low + _CHUNK, len(x)), len(x))
        return located

    def one(self, lon: float, lat: float) -> LocatedPoint:
        """Locate one point."""
        found = self.locate([lon], [lat])
        return LocatedPoint(
            int(found.cell[0]),
            Rule(int(found.rule[0])),
            float(found.distance_m[0]),
            int(found.runner_up[0]),
        )

    def _locate_chunk(self, x: Array, y: Array, out: Located) -> None:
        west, south, east, north = self._box
        # nan compares false, so that a missing position drops out here too.
        here = (x >= west) & (x <= east) & (y >= south) & (y <= north)
        rest = np.flatnonzero(here)
        if not len(rest):
            return
        x_m, y_m = (np.full(len(x), np.nan) for _ in range(2))
        x_m[rest], y_m[rest] = self._projector.forward(x[rest], y[rest])
        for decider, measure in self._levels:
            point, cell, how = decider.covering(x[rest], y[rest])
            settled, alone = self._assign(rest[point], cell, how, out)
            winner = out.cell[alone].astype(np.int64)
            own, runner_up = measure.neighbours(x_m[alone], y_m[alone], winner)
            out.runner_up[alone] = runner_up
            inside = out.rule[alone] == Rule.INSIDE
            out.distance_m[settled] = 0.0
            out.distance_m[alone[inside]] = own[inside]
            rest = rest[out.cell[rest] < 0]
            if not len(rest):
                return
        out.runner_up[rest], out.distance_m[rest] = self._leaves.nearest(x_m[rest], y_m[rest])

    def _projected(self, geometries: NDArray[Any]) -> NDArray[Any]:
        projected = self._projector.geometry(geometries)
        if not np.all(np.isfinite(shapely.get_coordinates(projected))):
            raise CRSError(
                f"EPSG:{self.srid} cannot show all of these cells.",
                code="crs_distorts",
                hint="Choose a metric system made for their area.",
            )
        return np.asarray(projected, dtype=object)

    def _assign(
        self, point: Indexes, cell: Indexes, how: Signs, out: Located
    ) -> tuple[Indexes, Indexes]:
        """Give points to the smallest code that covers them; say which still lack a runner-up."""
        order = np.lexsort((self._rank[cell], point))
        point, cell, how = point[order], cell[order], how[order]
        settled, first = np.unique(point, return_index=True)
        out.cell[settled] = cell[first]
        on_border = how[first] == BORDER
        out.rule[settled] = np.where(on_border, Rule.BORDER, Rule.INSIDE)
        shared = on_border & (np.diff(np.append(first, len(point))) > 1)
        out.runner_up[settled[shared]] = cell[first[shared] + 1]
        return settled, settled[~shared]


def _box(rings: RingTable) -> tuple[float, float, float, float]:
    if not len(rings.ax):
        return np.inf, np.inf, -np.inf, -np.inf
    return (
        float(rings.low_x.min()) - REACH_DEG,
        float(rings.low_y.min()) - REACH_DEG,
        float(rings.high_x.max()) + REACH_DEG,
        float(rings.high_y.max()) + REACH_DEG,
    )


def _unassigned(size: int) -> Located:
    return Located(
        cell=np.full(size, -1, dtype=np.int32),
        rule=np.full(size, Rule.OUTSIDE, dtype=np.uint8),
        distance_m=np.full(size, np.nan),
        runner_up=np.full(size, -1, dtype=np.int32),
    )


def _view(located: Located, part: slice) -> Located:
    return Located(
        located.cell[part], located.rule[part], located.distance_m[part], located.runner_up[part]
    )
