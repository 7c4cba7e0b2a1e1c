"""Distances in metres to the edges of one set of cells, and who is nearest under the tie rule."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata._exact import edges_of

Array = NDArray[np.float64]
Indexes = NDArray[np.int64]

# Cells whose distances differ by less count as equally near: far above float noise (1e-9 m), far
# below anything that can be surveyed. All engines use it, so that they agree at shared vertices.
TIE_M = 1e-6


class EdgeSet:
    """Edges in metric coordinates with the cell that each belongs to."""

    def __init__(self, ax: Array, ay: Array, bx: Array, by: Array, owner: Indexes) -> None:
        self.ax, self.ay, self.bx, self.by, self.owner = ax, ay, bx, by, owner
        ends = np.stack([np.column_stack([ax, ay]), np.column_stack([bx, by])], axis=1)
        self.tree = shapely.STRtree(shapely.linestrings(ends))

    @classmethod
    def of_cells(cls, geometries_m: NDArray[Any], cells: Indexes) -> "EdgeSet":
        """Take all edges of projected polygons; ``cells`` are their indexes in the table."""
        ax, ay, bx, by, owner = edges_of(geometries_m)
        return cls(ax, ay, bx, by, cells[owner])

    def subset(self, chosen: Indexes) -> "EdgeSet":
        """Take some of the edges."""
        columns = (self.ax, self.ay, self.bx, self.by)
        ax, ay, bx, by = (column[chosen] for column in columns)
        return EdgeSet(ax, ay, bx, by, self.owner[chosen])

    def near(self, x: Array, y: Array) -> tuple[Indexes, Indexes, Array, Array]:
        """Find all edges that are within three ties of the nearest one.

        Returns
        -------
        point, cell, distance_m : ndarray, shape (m,)
            One row per point and edge.
        nearest_m : ndarray of float64, shape (n,)
            Distance to the nearest edge of all.
        """
        points = np.atleast_1d(shapely.points(x, y))
        _, nearest_m = self.tree.query_nearest(points, all_matches=False, return_distance=True)
        point, edge = self.tree.query(points, predicate="dwithin", distance=nearest_m + 3 * TIE_M)
        return point, self.owner[edge], self._distance(x[point], y[point], edge), nearest_m

    def _distance(self, x: Array, y: Array, edge: Indexes) -> Array:
        ux, uy = self.bx[edge] - self.ax[edge], self.by[edge] - self.ay[edge]
        vx, vy = x - self.ax[edge], y - self.ay[edge]
        length2 = ux * ux + uy * uy
        along = (vx * ux + vy * uy) / np.where(length2 > 0, length2, 1.0)
        along = np.clip(along, 0.0, 1.0)
        return np.hypot(vx - along * ux, vy - along * uy)


class LevelMeasure:
    """Metric answers within one set of cells (a level, or the leaves)."""

    def __init__(self, geometries_m: NDArray[Any], cells: Indexes, rank: NDArray[Any]) -> None:
        self.geometries_m, self.cells, self.rank = geometries_m, cells, rank
        self.edges = EdgeSet.of_cells(geometries_m, cells)
        self.boxes = shapely.bounds(geometries_m)
        self.cell_tree = shapely.STRtree(geometries_m)
        self.cell_of_rank = np.argsort(rank).astype(np.int64)

    def nearest(self, x: Array, y: Array) -> tuple[Indexes, Array]:
        """Name the nearest cell of all and its distance (0 inside), shapes (n,)."""
        point, cell, distance, _ = self.edges.near(x, y)
        inside_point, inside_cell = self._covering(x, y)
        return self._first(
            len(x),
            np.concatenate([point, inside_point]),
            np.concatenate([cell, inside_cell]),
            np.concatenate([distance, np.zeros(len(inside_point))]),
        )

    def neighbours(self, x: Array, y: Array, winner: Indexes) -> tuple[Array, Indexes]:
        """Measure to the winner's own border and name the nearest other cell (-1 if none)."""
        point, cell, distance, nearest_m = self.edges.near(x, y)
        own = np.full(len(x), np.inf)
        mine = cell == winner[point]
        np.minimum.at(own, point[mine], distance[mine])
        inside_point, inside_cell = self._covering(x, y)
        others = np.flatnonzero(inside_cell != winner[inside_point])
        runner_up, runner_m = self._first(
            len(x),
            np.concatenate([point[~mine], inside_point[others]]),
            np.concatenate([cell[~mine], inside_cell[others]]),
            np.concatenate([distance[~mine], np.zeros(len(others))]),
        )
        # Seen were all edges up to three ties beyond the nearest: enough only for what is close.
        far = (runner_m > nearest_m + 1.5 * TIE_M) | ~np.isfinite(own)
        self._settle(x, y, winner, np.flatnonzero(far), own, runner_up)
        return own, runner_up

    def _covering(self, x: Array, y: Array) -> tuple[Indexes, Indexes]:
        """Pairs of points and cells whose projected polygon covers them (distance 0)."""
        points = shapely.points(x, y)
        if len(x) > len(self.cells):
            row, point = shapely.STRtree(points).query(self.geometries_m, predicate="intersects")
        else:
            point, row = self.cell_tree.query(points, predicate="intersects")
        return point, self.cells[row]

    def _settle(
        self, x: Array, y: Array, winner: Indexes, rows: Indexes, own: Array, runner_up: Indexes
    ) -> None:
        """Measure the points whose nearest border has nobody behind it, one winner at a time."""
        order = rows[np.argsort(winner[rows], kind="stable")]
        cuts = np.flatnonzero(np.diff(winner[order])) + 1
        for group in np.split(order, cuts) if len(order) else ():
            cell, gx, gy = int(winner[group[0]]), x[group], y[group]
            if not np.all(np.isfinite(own[group])):
                mine = self.edges.subset(np.flatnonzero(self.edges.owner == cell))
                own[group] = mine.near(gx, gy)[3]
            others = self._edges_around(gx, gy, cell)
            if others is not None:
                point, owner, distance, _ = others.near(gx, gy)
                runner_up[group] = self._first(len(group), point, owner, distance)[0]

    def _edges_around(self, x: Array, y: Array, cell: int) -> EdgeSet | None:
        """Edges of all other cells that can be nearest to one of the points; None without any.

        From anywhere in the points' box B the cell with box C is at most ``reach`` away, so edges
        farther than the smallest reach from B cannot win.

            +----B----+        +--C--+
            | .  .    |        |     |
            +---------+        +-----+
            |<-------- reach ------->|
        """
        low_x, low_y, high_x, high_y = self.boxes[self.cells != cell].T
        if not len(low_x):
            return None
        dx = np.maximum(high_x - x.min(), x.max() - low_x)
        dy = np.maximum(high_y - y.min(), y.max() - low_y)
        reach = float(np.min(np.hypot(dx, dy))) + TIE_M
        around = shapely.box(x.min() - reach, y.min() - reach, x.max() + reach, y.max() + reach)
        close = self.edges.tree.query(around)
        return self.edges.subset(close[self.edges.owner[close] != cell])

    def _first(
        self, size: int, point: Indexes, cell: Indexes, distance: Array
    ) -> tuple[Indexes, Array]:
        """Per point the smallest code among the equally near, and the distance of the nearest."""
        least = np.full(size, np.inf)
        np.minimum.at(least, point, distance)
        equal = distance <= least[point] + TIE_M
        best = np.full(size, len(self.cell_of_rank), dtype=np.int64)
        np.minimum.at(best, point[equal], self.rank[cell[equal]])
        named = np.append(self.cell_of_rank, -1)
        return named[best], least
