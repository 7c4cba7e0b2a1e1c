"""Addresses and the integer positions that PostgreSQL keeps beside every event."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.db import connection
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mapgrid.core.errors import InvalidError
from mapgrid.core.tiles import WORLD_BITS, TileAddress, tile_at


@pytest.mark.parametrize(
    ("zoom", "x", "y"), [(-1, 0, 0), (23, 0, 0), (3, 8, 0), (3, 0, 8), (0, 1, 0), (10**9, 0, 0)]
)
def test_an_address_outside_the_pyramid_is_refused(zoom: int, x: int, y: int) -> None:
    with pytest.raises(InvalidError) as caught:
        TileAddress(zoom, x, y)
    assert caught.value.code == "tile.address"


def test_the_four_children_of_a_tile_share_out_its_range_of_keys() -> None:
    """::

    +---+---+
    | 0 | 1 |     the order of the keys
    +---+---+
    | 2 | 3 |
    +---+---+
    """
    parent = TileAddress(9, 417, 203)
    children = [
        TileAddress(10, 2 * parent.x + right, 2 * parent.y + down)
        for down in (0, 1)
        for right in (0, 1)
    ]
    ranges = [child.key_range for child in children]
    assert ranges[0][0] == parent.key_range[0]
    assert ranges[-1][1] == parent.key_range[1]
    assert all(a[1] + 1 == b[0] for a, b in pairwise(ranges))


@pytest.mark.django_db
@settings(max_examples=200, deadline=None)
@given(
    lon=st.floats(-179.999, 179.999),
    lat=st.floats(-85, 85),
    zoom=st.integers(0, 22),
)
@example(lon=0.0, lat=5e-324, zoom=0)
def test_a_stored_position_lies_in_the_range_of_the_tile_around_it(
    lon: float, lat: float, zoom: int
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT mapgrid_tile_x(p), mapgrid_tile_y(p),"
            " mapgrid_tile_key(mapgrid_tile_x(p), mapgrid_tile_y(p)),"
            " ST_X(ST_Transform(p, 3857)), ST_Y(ST_Transform(p, 3857))"
            " FROM (SELECT ST_SetSRID(ST_Point(%s, %s), 4326) AS p) AS q",
            [lon, lat],
        )
        x, y, key, x_m, y_m = cursor.fetchone()
    shift = WORLD_BITS - zoom
    first, last = TileAddress(zoom, x >> shift, y >> shift).key_range
    assert first <= key <= last
    side_m = 40_075_016.685578488
    assert abs((x_m / side_m + 0.5) * 2**WORLD_BITS - x) < 1.01
    assert abs((0.5 - y_m / side_m) * 2**WORLD_BITS - y) < 1.01


@pytest.mark.django_db
@pytest.mark.parametrize(("lat", "row"), [(90, 0), (-90, 2**WORLD_BITS - 1), (86, 0)])
def test_a_place_beyond_the_projection_is_kept_on_its_last_row(lat: float, row: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT mapgrid_tile_y(ST_SetSRID(ST_Point(0, %s), 4326)), mapgrid_tile_x(NULL)", [lat]
        )
        assert cursor.fetchone() == (row, None)
    assert tile_at(0, lat, 5).y in (0, 31)
