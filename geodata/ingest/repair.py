"""Geometries made fit for use, each change noted: arrays in, arrays out, input untouched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from .report import RowNote

_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_LINES = (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING)
Areas = Callable[[NDArray[Any]], NDArray[np.float64]]


@np.errstate(over="ignore", invalid="ignore")  # absurd coordinates are refused, not warned of
def repair(
    geometry: NDArray[Any],
    rows: NDArray[np.int64],
    areas_m2: Areas,
    *,
    max_vertices: int,
) -> tuple[NDArray[Any], NDArray[np.bool_], list[RowNote], list[RowNote]]:
    """Drop Z and M, repeated vertices and self-crossings; refuse what cannot be used.

    Parameters
    ----------
    geometry : array of object, shape (n,)
        shapely geometries in any one CRS; None and empty ones pass untouched (as None).
    rows : array of int64, shape (n,)
        Row numbers for the notes.
    areas_m2 : callable
        Areas in square metres of an array of polygons in that CRS, invalid ones included.
    max_vertices : int
        A geometry with more is refused.

    Returns
    -------
    tuple of (geometries, keep, refused, repaired)
        New array; where to keep the row; notes on refused rows; notes on changed ones.

    Notes
    -----
    Polygons are rebuilt by the ``structure`` method of GEOS: rings are made valid first and
    holes cut afterwards, so a ring that crosses itself keeps the area that it encloses instead
    of turning parts of it into holes.
    """
    shapes = np.array(geometry, dtype=object, copy=True)
    shapes[shapely.is_empty(shapes)] = None
    refused = _unusable(shapes, rows, max_vertices)
    keep = ~np.isin(rows, [note.row for note in refused])
    shapes[~keep] = None
    repaired: list[RowNote] = []
    for step in (_flatten, _thin):
        shapes, notes = step(shapes, rows)
        repaired += notes
    shapes, more_repaired, more_refused = _rebuild(shapes, rows, areas_m2)
    refused += more_refused
    keep &= ~np.isin(rows, [note.row for note in more_refused])
    return shapes, keep, refused, repaired + more_repaired


def _unusable(shapes: NDArray[Any], rows: NDArray[np.int64], most: int) -> list[RowNote]:
    notes: list[RowNote] = []
    counts = shapely.get_num_coordinates(shapes)
    for at in np.flatnonzero(counts > most):
        reason = f"{counts[at]:,} vertices, at most {most:,} are read."
        notes.append(RowNote(int(rows[at]), "too_many_vertices", reason))
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    for at in np.unique(owner[~np.isfinite(points).all(axis=1)]):
        if counts[at] <= most:
            reason = "A coordinate is not a finite number."
            notes.append(RowNote(int(rows[at]), "not_finite", reason))
    return notes


def _flatten(shapes: NDArray[Any], rows: NDArray[np.int64]) -> tuple[NDArray[Any], list[RowNote]]:
    solid = shapely.has_z(shapes) | shapely.has_m(shapes)
    shapes[solid] = shapely.force_2d(shapes[solid])
    reason = "Heights or measures were dropped; the map is two-dimensional."
    return shapes, [RowNote(int(row), "dimension_dropped", reason) for row in rows[solid]]


def _thin(shapes: NDArray[Any], rows: NDArray[np.int64]) -> tuple[NDArray[Any], list[RowNote]]:
    lines = np.isin(shapely.get_type_id(shapes), [int(kind) for kind in (*_POLYGONS, *_LINES)])
    before = shapely.get_num_coordinates(shapes)
    thinned = shapes.copy()
    thinned[lines] = shapely.remove_repeated_points(shapes[lines])
    fewer = before - shapely.get_num_coordinates(thinned)
    notes = [
        RowNote(int(rows[at]), "vertices_repeated", f"{fewer[at]} repeated vertices removed.")
        for at in np.flatnonzero(fewer)
    ]
    shapes[fewer > 0] = thinned[fewer > 0]
    return shapes, notes


def _rebuild(
    shapes: NDArray[Any], rows: NDArray[np.int64], areas_m2: Areas
) -> tuple[NDArray[Any], list[RowNote], list[RowNote]]:
    broken = np.flatnonzero(~shapely.is_valid(shapes) & ~shapely.is_missing(shapes))
    if not len(broken):
        return shapes, [], []
    before = shapes[broken]
    polygon = np.isin(shapely.get_type_id(before), [int(kind) for kind in _POLYGONS])
    after = before.copy()
    after[polygon] = shapely.make_valid(before[polygon], method="structure", keep_collapsed=False)
    lost = ~polygon | shapely.is_empty(after) | shapely.is_missing(after)
    reasons = shapely.is_valid_reason(before)
    refused = [
        RowNote(int(rows[broken[at]]), "geometry_collapsed", f"Nothing is left: {reasons[at]}.")
        for at in np.flatnonzero(lost)
    ]
    whole = np.flatnonzero(~lost)
    old, new = areas_m2(before[whole]), areas_m2(after[whole])
    repaired = [
        RowNote(
            int(rows[broken[at]]), "polygon_rebuilt", f"{reasons[at]}.",
            area_before_m2=float(old[k]), area_after_m2=float(new[k]),
        )
        for k, at in enumerate(whole)
    ]  # fmt: skip
    after[lost] = None
    shapes[broken] = after
    return shapes, repaired, refused
