"""Metres between a place and stored points: measured in METRIC_SRID, found by index in degrees."""

from __future__ import annotations

import math
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import Transform
from django.contrib.gis.geos import Polygon
from django.db.models import F, FloatField, Func, Model, QuerySet, Value

from mapgrid.core.geometry import WGS84, point_lonlat

Row = TypeVar("Row", bound=Model)

# A degree of latitude is never shorter than this, and no metric system here stretches by 5 %.
_METRES_PER_DEGREE = 110_574.0
_SLACK = 1.05
# Far from the city its projection has no answer; nothing stored is that far either.
_REACH_DEG = 5.0


def within_metres(
    rows: QuerySet[Row], lon: float, lat: float, radius_m: float, *, field: str = "point"
) -> QuerySet[Row]:
    """Return the rows within a radius of a place, nearest first, with ``distance_m``.

    Parameters
    ----------
    rows : queryset
        Already cut to the reader's scope.
    lon, lat : float
        EPSG:4326 degrees. A place far from the city has no neighbours.
    radius_m : float
        Metres in METRIC_SRID, border included.
    field : str
        A point column in EPSG:4326.

    Notes
    -----
    ::

        +-----------+   the box in degrees is a little wider than the circle: the index finds
        |  .-----.  |   candidates in it, and the distance in metres decides
        | (   x   ) |
        |  '-----'  |
        +-----------+
    """
    west, south, east, north = settings.CITY.bounds_lonlat
    if not (
        west - _REACH_DEG <= lon <= east + _REACH_DEG
        and max(south - _REACH_DEG, -89) <= lat <= min(north + _REACH_DEG, 89)
    ):
        return rows.none()
    dlat = radius_m / _METRES_PER_DEGREE * _SLACK
    dlon = dlat / math.cos(math.radians(min(89.5, abs(lat) + dlat)))
    box = Polygon.from_bbox((lon - dlon, lat - dlat, lon + dlon, lat + dlat))
    box.srid = WGS84
    near: Any = rows.filter(**{f"{field}__bboverlaps": box})
    found: QuerySet[Row] = (
        near.annotate(distance_m=distance_m(lon, lat, field))
        .filter(distance_m__lte=radius_m)
        .order_by("distance_m", "pk")
    )
    return found


def distance_m(lon: float, lat: float, field: str = "point") -> Any:
    """Return the expression for the metres between a column of points and a place."""
    place = Value(point_lonlat(lon, lat), output_field=GeometryField(srid=WGS84))
    srid = settings.METRIC_SRID
    return Func(
        Transform(F(field), srid),
        Transform(place, srid),
        function="ST_Distance",
        output_field=FloatField(),
    )
