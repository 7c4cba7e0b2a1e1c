"""GEOS (Django) <-> shapely (geodata): the one place where geometries cross over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point
from numpy.typing import NDArray

WGS84 = 4326


def to_shapely(geometry: GEOSGeometry) -> Any:
    """Return the same geometry for geodata; the SRID is the caller's to know."""
    return shapely.from_wkb(bytes(geometry.wkb))


def to_shapely_array(geometries: Iterable[GEOSGeometry | None]) -> NDArray[np.object_]:
    """Convert many at once; None stays None."""
    blobs = [None if g is None else bytes(g.wkb) for g in geometries]
    return np.asarray(shapely.from_wkb(np.array(blobs, dtype=object)))


def to_geos(geometry: Any, srid: int = WGS84) -> GEOSGeometry:
    """Return a Django geometry with its SRID."""
    return GEOSGeometry(memoryview(shapely.to_wkb(geometry)), srid=srid)


def to_multipolygon(geometry: Any, srid: int = WGS84) -> MultiPolygon:
    """Return a MultiPolygon, wrapping a single Polygon."""
    geos = to_geos(geometry, srid)
    return geos if isinstance(geos, MultiPolygon) else MultiPolygon(geos, srid=srid)


def point_lonlat(lon: float, lat: float) -> Point:
    """Return a stored point."""
    return Point(float(lon), float(lat), srid=WGS84)


def hex_ewkb(
    geometries: Sequence[Any] | NDArray[np.object_], srid: int = WGS84
) -> list[str | None]:
    """Return hexadecimal EWKB for COPY; None and empty become None."""
    array = np.asarray(geometries, dtype=object)
    blank = shapely.is_missing(array) | shapely.is_empty(array)
    text = shapely.to_wkb(shapely.set_srid(array, srid), hex=True, include_srid=True)
    return [None if empty else value for empty, value in zip(blank, text, strict=True)]
