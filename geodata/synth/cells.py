"""Cells: the leaves of the plan as an exact coverage, and their parents as unions of them.

A point where cells meet is a vertex of every ring that passes through it::

    +-----+-----+
    |  a  |  b  |      * is a corner of a and b only, but c's ring
    +-----*-----+      has a vertex there too: the border is bit for bit
    |     c     |      the same line on both sides.
    +-----------+

The outer border of a subdistrict carries a vertex at every plan unit, so that a neighbour drawn
on its own has the same ones.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict

import geopandas as gpd
import numpy as np
import shapely

from geodata.synth.board import NORTH, SOUTH, UNIT_M, Box, Plan
from geodata.synth.model import STORE_CRS, Floats, Ints
from geodata.synth.names import AreaName
from geodata.synth.plan import SLOT_COMMUNITY
from geodata.synth.warp import Warp, to_lonlat

BEND_M = 40
DEDICATED_USES = frozenset({"industrial", "park", "school", "market", "commercial", "hospital"})


class _Corners:
    """Corners of all leaves, by the line that they lie on."""

    def __init__(self, plan: Plan) -> None:
        flat: dict[int, set[int]] = defaultdict(set)
        upright: dict[int, set[int]] = defaultdict(set)
        for leaf in plan.leaves:
            for x in (leaf.box.x0, leaf.box.x1):
                for y in (leaf.box.y0, leaf.box.y1):
                    flat[y].add(x)
                    upright[x].add(y)
        self.flat = {y: sorted(xs) for y, xs in flat.items()}
        self.upright = {x: sorted(ys) for x, ys in upright.items()}

    def along(self, sorted_corners: list[int], low: int, high: int, step: int) -> list[int]:
        """Return every vertex from low to high, both included: corners, and bends at each step."""
        first, last = bisect_left(sorted_corners, low), bisect_right(sorted_corners, high)
        bends = range(-(-low // step) * step, high + 1, step)
        return sorted({*sorted_corners[first:last], *bends, low, high})


def _ring(box: Box, corners: _Corners, outer: Box) -> list[tuple[int, int]]:
    def step(on_border: bool) -> int:
        return UNIT_M if on_border else BEND_M

    south = corners.along(corners.flat[box.y0], box.x0, box.x1, step(box.y0 == outer.y0))
    east = corners.along(corners.upright[box.x1], box.y0, box.y1, step(box.x1 == outer.x1))
    north = corners.along(corners.flat[box.y1], box.x0, box.x1, step(box.y1 == outer.y1))
    west = corners.along(corners.upright[box.x0], box.y0, box.y1, step(box.x0 == outer.x0))
    return [
        *((x, box.y0) for x in south[:-1]),
        *((box.x1, y) for y in east[:-1]),
        *((x, box.y1) for x in reversed(north[1:])),
        *((box.x0, y) for y in reversed(west)),
    ]


def leaf_polygons(plan: Plan, warp: Warp) -> tuple[np.ndarray, np.ndarray]:
    """Return the leaves as metric and as lon/lat polygons, in plan order."""
    south, north = plan.lines[SOUTH], plan.lines[NORTH]
    outer = Box(int(south.low), int(south.at), int(south.high), int(north.at), 0, 0, 0, 0)
    corners = _Corners(plan)
    rings = [_ring(leaf.box, corners, outer) for leaf in plan.leaves]
    metric = warp.metric(np.array([point for ring in rings for point in ring], dtype=float))
    index = np.repeat(np.arange(len(rings)), [len(ring) for ring in rings])
    return _polygons(metric, index), _polygons(to_lonlat(metric), index)


def _polygons(points: Floats, index: Ints) -> np.ndarray:
    return np.asarray(shapely.polygons(shapely.linearrings(points, indices=index)))


def _reading_order(x: Floats, y: Floats, band_m: float) -> Ints:
    """Order points north to south in bands, west to east within a band."""
    band = np.floor((y.max() - y) / band_m + 0.5)
    return np.lexsort([x, band])


def build_cells(
    plan: Plan,
    lonlat: np.ndarray,
    area: AreaName,
    communities: tuple[AreaName, ...],
    special_names: dict[int, str],
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Number, name and join the cells of one subdistrict.

    Returns
    -------
    cells : GeoDataFrame
        One street, then its communities, grids and micro-grids.
    leaf_codes : list of str
        18-digit code of every leaf, in plan order.
    """
    rows: list[tuple[str, str, str, str, str, bool, shapely.Geometry]] = []
    leaf_codes = [""] * len(plan.leaves)
    street = shapely.coverage_union_all(lonlat)
    rows.append((area.code, "street", "basic", area.name, "", area.official, street))
    for slot, which in enumerate(SLOT_COMMUNITY):
        community = communities[which]
        members = [i for i, leaf in enumerate(plan.leaves) if leaf.community == slot]
        shape = shapely.coverage_union_all(lonlat[members])
        rows.append(
            (
                community.code,
                "community",
                "basic",
                community.name,
                area.code,
                community.official,
                shape,
            )
        )
        rows += _grids(plan, lonlat, community, members, special_names, leaf_codes)
    rows.sort(key=lambda row: (len(row[0]), row[0]))
    columns = ["code", "level", "kind", "name", "parent_code", "official", "geometry"]
    data = {name: [row[i] for row in rows] for i, name in enumerate(columns)}
    return gpd.GeoDataFrame(data, geometry="geometry", crs=STORE_CRS), leaf_codes


def _grids(
    plan: Plan,
    lonlat: np.ndarray,
    community: AreaName,
    members: list[int],
    special_names: dict[int, str],
    leaf_codes: list[str],
) -> list[tuple[str, str, str, str, str, bool, shapely.Geometry]]:
    """Number the grids of a community, then its micro-grids grid by grid, running on."""
    by_grid: dict[int, list[int]] = defaultdict(list)
    for i in members:
        by_grid[plan.leaves[i].grid].append(i)
    centre = np.array(
        [
            np.mean([_centre(plan.leaves[i].box) for i in leaves], axis=0)
            for leaves in by_grid.values()
        ]
    )
    numbers = list(by_grid)
    rows: list[tuple[str, str, str, str, str, bool, shapely.Geometry]] = []
    running = 0
    for place, which in enumerate(_reading_order(centre[:, 0], centre[:, 1], 200.0), 1):
        leaves = by_grid[numbers[which]]
        code, name = f"{community.code}{place:03d}", f"{community.short}-{place:02d}"
        shape = shapely.coverage_union_all(lonlat[leaves])
        rows.append((code, "grid", "basic", name, community.code, False, shape))
        inner = np.array([_centre(plan.leaves[i].box) for i in leaves])
        for k in _reading_order(inner[:, 0], inner[:, 1], 60.0):
            leaf = leaves[k]
            running += 1
            leaf_codes[leaf] = f"{code}{running:03d}"
            kind = "dedicated" if plan.leaves[leaf].use in DEDICATED_USES else "basic"
            label = special_names.get(leaf, f"{name}-{running:03d}")
            rows.append((leaf_codes[leaf], "micro", kind, label, code, False, lonlat[leaf]))
    return rows


def _centre(box: Box) -> tuple[float, float]:
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
