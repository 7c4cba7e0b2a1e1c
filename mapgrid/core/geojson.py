"""Strict GeoJSON: a geometry from outside is taken as it was meant, or refused by name.

Positions are longitude, latitude in EPSG:4326 (RFC 7946). Nothing is repaired or dropped silently:
a third dimension, an unclosed ring or swapped axes come back as a message that says what to do.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from itertools import chain
from typing import Any

import shapely
from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext as _

from mapgrid.core.errors import InvalidError
from mapgrid.core.geometry import to_geos

# How deep the positions of each type lie: a Point is one position.
_DEPTH = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
POSITIONS_MAX = 20_000
POLYGONS = ("Polygon", "MultiPolygon")


def _refuse(code: str, message: str) -> InvalidError:
    return InvalidError(f"geometry.{code}", message)


def parse_geojson(value: Any, types: Collection[str] = POLYGONS) -> GEOSGeometry:
    """Read one GeoJSON geometry object.

    Parameters
    ----------
    value : object
        Decoded JSON: ``{"type": …, "coordinates": …}``.
    types : collection of str
        The geometry types that the caller can store.

    Returns
    -------
    GEOSGeometry
        EPSG:4326, two dimensions, valid, not empty.

    Raises
    ------
    InvalidError
        ``geometry.shape`` (no GeoJSON), ``geometry.type``, ``geometry.position`` (not two finite
        numbers), ``geometry.dimension``, ``geometry.range``, ``geometry.swapped``,
        ``geometry.size``, ``geometry.ring`` (open or too short), ``geometry.invalid`` (crosses
        itself).
    """
    if not isinstance(value, Mapping) or not isinstance(value.get("type"), str):
        raise _refuse("shape", _("Give a GeoJSON geometry: an object with a type and coordinates."))
    kind = value["type"]
    if kind not in types or kind not in _DEPTH:
        raise _refuse(
            "type",
            _("Geometry type “%(type)s” is not possible here. Give: %(types)s.")
            % {"type": kind[:40], "types": ", ".join(sorted(types))},
        )
    count = _check_positions(value.get("coordinates"), _DEPTH[kind])
    if count == 0:
        raise _refuse("position", _("The geometry has no positions."))
    if kind in POLYGONS:
        polygons = [value["coordinates"]] if kind == "Polygon" else value["coordinates"]
        _check_rings(list(chain(*polygons)))
    return _checked(_build(kind, value["coordinates"]))


def _check_positions(coordinates: Any, depth: int) -> int:
    """Walk to the positions without recursion; return how many there are."""
    layer = [coordinates]
    for _level in range(depth):
        if not all(isinstance(part, list) for part in layer):
            raise _refuse("shape", _("The coordinates are not nested as this geometry type needs."))
        layer = [inner for part in layer for inner in part]
        if len(layer) > POSITIONS_MAX:
            raise _refuse(
                "size", _("The geometry has more than %(n)d positions.") % {"n": POSITIONS_MAX}
            )
    for position in layer:
        _check_position(position)
    return len(layer)


def _check_position(position: Any) -> None:
    if not isinstance(position, list) or not position or not all(map(_is_number, position)):
        raise _refuse("position", _("Each position is a list of two finite numbers."))
    if len(position) > 2:
        raise _refuse(
            "dimension",
            _("Positions have two numbers, longitude and latitude; leave the height out."),
        )
    if len(position) < 2:
        raise _refuse("position", _("Each position is a list of two finite numbers."))
    lon, lat = position
    if abs(lon) <= 180 and abs(lat) <= 90:
        return
    if abs(lat) <= 180 and abs(lon) <= 90:
        raise _refuse("swapped", _("Longitude comes first, latitude second; these look swapped."))
    raise _refuse("range", _("Longitude runs from −180 to 180, latitude from −90 to 90."))


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number too long for a float
        return False


def _check_rings(rings: list[list[list[float]]]) -> None:
    for ring in rings:
        if len(ring) < 4 or ring[0] != ring[-1]:
            raise _refuse(
                "ring", _("A ring has four positions or more, and its last one repeats the first.")
            )


def _build(kind: str, coordinates: Any) -> Any:
    try:
        return shapely.geometry.shape({"type": kind, "coordinates": coordinates})
    except (ValueError, TypeError, IndexError, shapely.errors.ShapelyError):
        raise _refuse("shape", _("The coordinates do not make a geometry of this type.")) from None


def _checked(geometry: Any) -> GEOSGeometry:
    if shapely.is_empty(geometry):
        raise _refuse("position", _("The geometry has no positions."))
    if not shapely.is_valid(geometry):
        raise _refuse(
            "invalid",
            _("The geometry crosses itself or has no area: %(why)s.")
            % {"why": shapely.is_valid_reason(geometry)},
        )
    _refuse_swapped(geometry)
    return to_geos(geometry)


def _refuse_swapped(geometry: Any) -> None:
    """Axes that stay within the world when swapped are told by the city's own bounds."""
    west, south, east, north = settings.CITY.bounds_lonlat
    x0, y0, x1, y1 = shapely.bounds(geometry)
    here = west <= x1 and x0 <= east and south <= y1 and y0 <= north
    swapped = west <= y1 and y0 <= east and south <= x1 and x0 <= north
    if swapped and not here:
        raise _refuse("swapped", _("Longitude comes first, latitude second; these look swapped."))
