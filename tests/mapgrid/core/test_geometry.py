"""Geometries cross between GEOS and shapely without losing a bit."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from hypothesis import given
from hypothesis import strategies as st

from mapgrid.core.bulk import check_lonlat, point_geometries
from mapgrid.core.errors import InvalidError
from mapgrid.core.geometry import (
    hex_ewkb,
    point_lonlat,
    to_geos,
    to_multipolygon,
    to_shapely,
    to_shapely_array,
)

SPECIMENS = [
    "POINT (113.59999999999999 34.75)",
    "LINESTRING (0 0, 1 1, 2 0)",
    "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 2 1, 2 2, 1 2, 1 1))",
    "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))",
    "POLYGON EMPTY",
    "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 1))",
]


@pytest.mark.parametrize("wkt", SPECIMENS)
def test_there_and_back_is_the_same(wkt: str) -> None:
    shape = shapely.from_wkt(wkt)
    crossed = to_geos(shape, srid=4547)
    assert crossed.srid == 4547
    assert shapely.equals_identical(to_shapely(crossed), shape)


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_every_double_survives(lon: float, lat: float) -> None:
    point = point_lonlat(lon, lat)
    back = to_shapely(point)
    assert (back.x, back.y) == (lon, lat)
    assert GEOSGeometry(hex_ewkb([back])[0]).equals_exact(point)


def test_many_cross_at_once_and_none_stays_none() -> None:
    found = to_shapely_array([point_lonlat(1, 2), None])
    assert found[0] == shapely.Point(1, 2)
    assert found[1] is None
    assert to_shapely_array([]).shape == (0,)


def test_a_single_polygon_is_wrapped() -> None:
    wrapped = to_multipolygon(shapely.box(0, 0, 1, 1))
    assert isinstance(wrapped, MultiPolygon)
    assert (len(wrapped), wrapped.srid) == (1, 4326)
    assert len(to_multipolygon(shapely.from_wkt(SPECIMENS[3]))) == 2


def test_blank_geometries_are_null() -> None:
    assert hex_ewkb([None, shapely.Point()]) == [None, None]
    assert hex_ewkb(np.array([], dtype=object)) == []


def test_points_of_columns_skip_what_is_not_known() -> None:
    points = point_geometries(np.array([1.0, np.nan, 3.0]), np.array([2.0, 2.0, np.nan]))
    assert points[0] == shapely.Point(1, 2)
    assert points[1:].tolist() == [None, None]


@pytest.mark.parametrize(("lon", "lat"), [(180.1, 0), (0, -91), (np.inf, 0), (0, -np.inf)])
def test_no_place_on_earth_is_refused_with_its_row(lon: float, lat: float) -> None:
    with pytest.raises(InvalidError, match=r"import\.range") as caught:
        check_lonlat(np.array([0.0, lon]), np.array([0.0, lat]))
    assert "2" in caught.value.message
    check_lonlat(np.array([np.nan, 180.0]), np.array([0.0, -90.0]))
