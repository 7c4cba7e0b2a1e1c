"""Points that are hard to locate, made from the cells that they are hard for."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

NUDGE_DEG = 1e-9


def hard_points(cells: Any, minimum: int = 10_000, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Make at least ``minimum`` points, shapes (n,), for any table of cells.

    ::

        v---e---v      v  vertices, those first where three and more cells meet
        |   |:  |      e  float-rounded positions on edges (shared, parents', holes', outer)
        e   e:  e      :  the same 1e-9 degrees and one float to either side
        | . |   |      .  anywhere, a third of it outside
        v---e---v         and in the thinnest cells and the thinnest corners
    """
    rng = np.random.default_rng(seed)
    edges, hole, parent = _edges(cells)
    share = max(1, minimum // 9 + 1)
    weight = 1.0 + 4.0 * hole + 2.0 * parent
    on_edges = _on(edges, rng, 2 * share, weight / weight.sum())
    corners = _corners(edges, rng, share)
    seeds = np.concatenate([on_edges[::2], corners])
    parts = [
        on_edges,
        corners,
        _nudged(seeds, rng, share, NUDGE_DEG),
        _next_floats(seeds, rng, share),
        _axis_nudged(seeds, rng, share),
        _thin(cells, rng, share),
        _anywhere(cells, rng, 2 * share),
    ]
    points = np.concatenate(parts)
    return points[:, 0].copy(), points[:, 1].copy()


def _edges(cells: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    has_children = np.zeros(len(cells.codes), dtype=bool)
    has_children[cells.parents[cells.parents >= 0]] = True
    rows, hole, parent = [], [], []
    for i, geometry in enumerate(cells.geometries):
        for part in shapely.get_parts(geometry):
            for k, ring in enumerate((part.exterior, *part.interiors)):
                corners = shapely.get_coordinates(ring)
                rows.append(np.hstack([corners[:-1], corners[1:]]))
                hole.append(np.full(len(corners) - 1, k > 0))
                parent.append(np.full(len(corners) - 1, has_children[i]))
    return np.concatenate(rows), np.concatenate(hole), np.concatenate(parent)


def _on(edges: np.ndarray, rng: Any, size: int, chance: np.ndarray) -> np.ndarray:
    chosen = edges[rng.choice(len(edges), size, p=chance)]
    t = rng.choice([0.5, 0.25, 1 / 3], size)
    t = np.where(rng.random(size) < 0.7, rng.random(size), t)[:, None]
    return chosen[:, :2] + t * (chosen[:, 2:] - chosen[:, :2])


def _corners(edges: np.ndarray, rng: Any, size: int) -> np.ndarray:
    corners, times = np.unique(edges[:, :2], axis=0, return_counts=True)
    busy = corners[np.argsort(-times, kind="stable")][:size]
    more = corners[rng.integers(0, len(corners), size - len(busy))]
    return np.concatenate([busy, more])


def _nudged(points: np.ndarray, rng: Any, size: int, by: float) -> np.ndarray:
    turn = rng.uniform(0, 2 * np.pi, size)
    base = points[rng.integers(0, len(points), size)]
    return base + by * np.column_stack([np.cos(turn), np.sin(turn)])


def _axis_nudged(points: np.ndarray, rng: Any, size: int) -> np.ndarray:
    steps = NUDGE_DEG * np.array([[1, 0], [-1, 0], [0, 1], [0, -1]])
    return points[rng.integers(0, len(points), size)] + steps[rng.integers(0, 4, size)]


def _next_floats(points: np.ndarray, rng: Any, size: int) -> np.ndarray:
    base = points[rng.integers(0, len(points), size)]
    return np.nextafter(base, base + rng.integers(-1, 2, (size, 2)))


def _thin(cells: Any, rng: Any, size: int) -> np.ndarray:
    """Inside the thinnest cells, and just inside the sharpest corners of all cells."""
    width = shapely.area(cells.geometries) / shapely.length(cells.geometries)
    thinnest = cells.geometries[np.argsort(width)[: max(1, len(width) // 10)]]
    rows, owner = shapely.get_coordinates(thinnest, return_index=True)
    first = np.flatnonzero(owner[2:] == owner[:-2])[
        rng.integers(0, max(1, len(rows) - 2 * len(thinnest)), size)
    ]
    t = rng.choice([0.5, 1e-3, 1e-7, 1e-12], size)[:, None]
    middle = (rows[first] + rows[first + 2]) / 2
    return rows[first + 1] + t * (middle - rows[first + 1])


def _anywhere(cells: Any, rng: Any, size: int) -> np.ndarray:
    west, south, east, north = shapely.total_bounds(cells.geometries)
    dx, dy = 0.1 * (east - west), 0.1 * (north - south)
    return rng.uniform((west - dx, south - dy), (east + dx, north + dy), (size, 2))
