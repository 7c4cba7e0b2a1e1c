"""Overlay of neighbouring polygons, with numerical noise told apart from real defects.

Overlays are made in the longitude-latitude plane, because there the edges of stored cells are
straight; a projected overlay would invent gaps along long edges with a vertex on one side only.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Geometries = NDArray[Any]

_POLYGON = 3
METRES_PER_DEGREE = 111_320.0


def polygons_of(geometry: Any) -> Geometries:
    """Take the polygons out of any geometry; lines and points of an overlay are dropped."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return np.asarray(parts[shapely.get_type_id(parts) == _POLYGON], dtype=object)


def thick_parts(geometry: Any, width_m: float) -> list[Any]:
    """Keep the polygons into which a disc of the given width fits somewhere; order kept."""
    parts = polygons_of(geometry)
    return list(parts[~_thin(parts, width_m)])


def thin_parts(geometry: Any, width_m: float) -> list[Any]:
    """Keep the polygons into which no disc of the given width fits."""
    parts = polygons_of(geometry)
    return list(parts[_thin(parts, width_m)])


def _thin(parts: Geometries, width_m: float) -> NDArray[np.bool_]:
    # A linear stretch to local metres keeps straight edges straight and is true to about 0.5 %.
    shrunk = shapely.buffer(_stretched(parts), -width_m / 2, quad_segs=2)
    return np.asarray(shapely.is_empty(shrunk), dtype=np.bool_)


def _stretched(parts: Geometries) -> Geometries:
    rows, owner = shapely.get_coordinates(parts, return_index=True)
    if not len(rows):
        return parts
    # Near its own corner a polygon has small numbers, and small numbers have small rounding.
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    origin = rows[first][owner]
    scale = np.column_stack([np.cos(np.radians(origin[:, 1])), np.ones(len(rows))])
    local = (rows - origin) * scale * METRES_PER_DEGREE
    return np.asarray(shapely.set_coordinates(np.array(parts), local), dtype=object)


def repaired(geometries: Geometries) -> Geometries:
    """Make invalid polygons valid for the sake of further checks; valid ones stay as they are."""
    result = np.array(geometries)
    for row in np.flatnonzero(~shapely.is_valid(geometries)):
        result[row] = shapely.union_all(polygons_of(shapely.make_valid(geometries[row])))
    return result


def overlapping_pairs(geometries: Geometries, width_m: float) -> Iterator[tuple[int, int, Any]]:
    """Find pairs whose insides share more than noise: (low row, high row, shared area)."""
    tree = shapely.STRtree(geometries)
    first, second = tree.query(geometries, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    # Borders that merely touch are the rule; this asks for common insides only.
    common = shapely.relate_pattern(geometries[first], geometries[second], "T********")
    for a, b in zip(first[common], second[common], strict=True):
        shared = thick_parts(shapely.intersection(geometries[a], geometries[b]), width_m)
        if shared:
            yield int(a), int(b), merged(shared)


def merged(parts: list[Any]) -> Any:
    """Return one polygon as it is and several as a multipolygon."""
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def holes_between(geometries: Geometries) -> Any:
    """Area enclosed by the polygons together that belongs to none of them."""
    union = shapely.union_all(geometries)
    shells = shapely.polygons(shapely.get_exterior_ring(polygons_of(union)))
    return shapely.difference(shapely.union_all(shells), union)
