"""Small geometry makers: rectangles with wings, blobs, lines cut into pieces."""

from __future__ import annotations

import numpy as np
import shapely

from geodata.synth.model import Floats, Ints

# Outlines in a unit square around the origin, counter-clockwise, closed.
_U = [
    (-0.5, -0.5),
    (-0.22, -0.5),
    (-0.22, 0.1),
    (0.22, 0.1),
    (0.22, -0.5),
    (0.5, -0.5),
    (0.5, 0.5),
    (-0.5, 0.5),
]
_L = [(-0.5, -0.5), (-0.18, -0.5), (-0.18, 0.0), (0.5, 0.0), (0.5, 0.5), (-0.5, 0.5)]
_H = [
    (-0.5, -0.5),
    (-0.25, -0.5),
    (-0.25, -0.14),
    (0.25, -0.14),
    (0.25, -0.5),
    (0.5, -0.5),
    (0.5, 0.5),
    (0.25, 0.5),
    (0.25, 0.14),
    (-0.25, 0.14),
    (-0.25, 0.5),
    (-0.5, 0.5),
]
_T = [
    (-0.5, 0.1),
    (-0.16, 0.1),
    (-0.16, -0.5),
    (0.16, -0.5),
    (0.16, 0.1),
    (0.5, 0.1),
    (0.5, 0.5),
    (-0.5, 0.5),
]
_RECT = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]
OUTLINES = {
    name: np.array([*points, points[0]])
    for name, points in {"rect": _RECT, "l": _L, "u": _U, "h": _H, "t": _T}.items()
}
OUTLINE_NAMES = tuple(OUTLINES)


def footprints(outline: Ints, centre: Floats, axis: Floats, size_m: Floats) -> np.ndarray:
    """Place outlines on the ground.

    Parameters
    ----------
    outline : array of int, shape (n,)
        Index into ``OUTLINE_NAMES``.
    centre, axis : array, shape (n, 2)
        Metric centre and unit vector of the long side.
    size_m : array, shape (n, 2)
        Width along the axis and depth across it.

    Returns
    -------
    array of shapely polygons, shape (n,), in the CRS of ``centre``.
    """
    result = np.empty(len(outline), dtype=object)
    across = np.column_stack([-axis[:, 1], axis[:, 0]])
    for i, name in enumerate(OUTLINE_NAMES):
        rows = np.flatnonzero(outline == i)
        if not len(rows):
            continue
        local = OUTLINES[name][None, :, :] * size_m[rows, None, :]
        points = (
            centre[rows, None, :]
            + local[:, :, :1] * axis[rows, None, :]
            + local[:, :, 1:] * across[rows, None, :]
        )
        result[rows] = shapely.polygons(points)
    return result


def blob(
    rng: np.random.Generator, centre: Floats, radius_m: float, stretch: float
) -> shapely.Polygon:
    """Return a smooth pond-like outline around a metric centre."""
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    radius = np.full_like(angle, radius_m)
    for order, size in ((2, 0.2), (3, 0.14), (5, 0.05)):
        radius *= 1 + size * np.sin(order * angle + rng.uniform(0, 2 * np.pi))
    turn = rng.uniform(-0.5, 0.5)
    x, y = stretch * radius * np.cos(angle), radius * np.sin(angle)
    points = np.column_stack(
        [np.cos(turn) * x - np.sin(turn) * y, np.sin(turn) * x + np.cos(turn) * y]
    )
    return shapely.Polygon(centre + points)
