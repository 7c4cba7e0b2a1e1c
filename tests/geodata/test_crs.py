"""Datums and metric systems."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata import _datum
from geodata.crs import (
    Datum,
    Projector,
    check_metric,
    from_wgs84,
    invert,
    is_metric,
    suggest_metric_srid,
    to_wgs84,
)
from geodata.errors import CRSError

SHIFTED = [Datum.GCJ02, Datum.BD09]
M_PER_DEGREE = 111_320.0


def metres_between(lon, lat, other_lon, other_lat):
    east = (other_lon - lon) * np.cos(np.radians(lat)) * M_PER_DEGREE
    return np.hypot(east, (other_lat - lat) * M_PER_DEGREE)


def over_china(count=200_000):
    rng = np.random.default_rng(1)
    return rng.uniform(73.5, 135.1, count), rng.uniform(18.0, 53.6, count)


def test_the_forward_formulas_give_the_values_in_general_circulation():
    """The figures that the best known packages print for a place in Beijing."""
    place = np.array(116.404), np.array(39.915)
    gcj = from_wgs84(*place, Datum.GCJ02)
    assert np.allclose(gcj, (116.41024449916938, 39.91640428150164), rtol=0, atol=1e-13)
    bd = _datum.gcj02_to_bd09(*place)
    assert np.allclose(bd, (116.41036949371029, 39.92133699351021), rtol=0, atol=1e-13)
    assert np.allclose(from_wgs84(*place, Datum.BD09), _datum.gcj02_to_bd09(*gcj), rtol=0, atol=0)


@pytest.mark.parametrize("datum", SHIFTED)
def test_a_round_trip_over_china_stays_within_a_micrometre(datum):
    lon, lat = over_china()
    back = to_wgs84(*from_wgs84(lon, lat, datum), datum)
    assert metres_between(lon, lat, *back).max() < 1e-6


def test_one_inverse_step_is_metres_wrong_and_five_are_as_good_as_floats():
    lon, lat = over_china()
    shifted = _datum.wgs84_to_gcj02(lon, lat)
    one, five = (invert(_datum.wgs84_to_gcj02, *shifted, steps=steps) for steps in (1, 5))
    assert 3 < metres_between(lon, lat, *one).max() < 6
    assert metres_between(lon, lat, *five).max() < 2e-8


def test_the_shift_is_tens_to_hundreds_of_metres():
    lon, lat = over_china()
    shift_m = metres_between(lon, lat, *from_wgs84(lon, lat, "gcj02"))
    assert 10 < shift_m.min() < 50
    assert 600 < shift_m.max() < 800


@pytest.mark.parametrize("datum", SHIFTED)
@settings(max_examples=60, deadline=None)
@given(lon=st.floats(-180, 180), lat=st.floats(-90, 90))
def test_outside_the_box_nothing_moves(datum, lon, lat):
    west, south, east, north = _datum.BOX_LONLAT
    if west < lon < east and south < lat < north:
        return
    assert from_wgs84(lon, lat, datum) == (lon, lat)
    assert to_wgs84(lon, lat, datum) == (lon, lat)


@pytest.mark.parametrize("datum", SHIFTED)
def test_the_round_trip_holds_across_the_sides_of_the_box(datum):
    """
    ---------+
      shift  |taper| none      points are strewn over all three
    ---------+
    """
    west, south, east, north = _datum.BOX_LONLAT
    rng = np.random.default_rng(2)
    across, along_x = rng.uniform(-0.2, 0.2, 50_000), rng.uniform(west, east, 50_000)
    along_y = rng.uniform(south, north, 50_000)
    for lon, lat in (
        (west + across, along_y),
        (east + across, along_y),
        (along_x, south + across),
        (along_x, north + across),
    ):
        back = to_wgs84(*from_wgs84(lon, lat, datum), datum)
        assert metres_between(lon, lat, *back).max() < 1e-6


def test_wgs84_and_cgcs2000_are_taken_as_they_are():
    for datum in ("wgs84", "cgcs2000"):
        assert from_wgs84(113.6, 34.7, datum) == (113.6, 34.7)
        assert to_wgs84(113.6, 34.7, datum) == (113.6, 34.7)


def test_missing_positions_stay_missing_and_shapes_are_kept():
    lon, _ = to_wgs84([[113.6, np.nan]], [[34.7, 34.7]], "gcj02")
    assert lon.shape == (1, 2)
    assert np.isnan(lon[0, 1])
    assert np.isfinite(lon[0, 0])
    assert to_wgs84([], [], "bd09")[0].shape == (0,)


def test_an_unknown_datum_is_refused_with_the_known_ones():
    with pytest.raises(CRSError, match="wgs84, cgcs2000, gcj02, bd09") as caught:
        to_wgs84(113.6, 34.7, "wgs-84")
    assert caught.value.code == "datum_unknown"


def test_only_projected_systems_in_metres_are_metric():
    assert is_metric(4547)
    assert is_metric(32616)
    assert not is_metric(4326)
    assert not is_metric(3435)  # US feet
    assert not is_metric(999_999)


@pytest.mark.parametrize(
    ("bounds", "srid"),
    [
        ((112.7, 34.2, 114.3, 35.0), 4547),  # Zhengzhou, 114 E
        ((121.2, 31.1, 121.6, 31.3), 4549),  # Shanghai, 120 E
        ((121.5, 31.1, 121.5, 31.3), 4550),  # on the zones' border, 123 E
        ((73.6, 39.0, 75.0, 40.0), 4534),  # the far west, 75 E
        ((134.0, 48.0, 135.0, 48.4), 4554),  # the far east, 135 E
        ((-87.95, 41.6, -87.5, 42.1), 32616),  # Chicago
        ((24.8, 60.1, 25.3, 60.3), 32635),  # Helsinki
        ((151.0, -34.0, 151.3, -33.7), 32756),  # Sydney
        ((179.0, 70.0, 180.0, 71.0), 32660),
        ((0.0, 85.0, 10.0, 89.0), 32661),
    ],
)
def test_the_suggested_system_is_metric_and_fits(bounds, srid):
    assert suggest_metric_srid(bounds) == srid
    check_metric(srid, bounds)


@pytest.mark.parametrize(
    ("srid", "code"), [(4326, "crs_not_metric"), (3857, "crs_distorts"), (32616, "crs_distorts")]
)
def test_a_system_that_does_not_fit_is_refused_and_a_better_one_named(srid, code):
    with pytest.raises(CRSError, match="EPSG:4547 would do") as caught:
        check_metric(srid, (112.7, 34.2, 114.3, 35.0))
    assert caught.value.code == code


def test_bounds_that_are_none_are_refused():
    for bounds in ((114.0, 34.0, 113.0, 35.0), (np.nan, 34.0, 113.0, 35.0), (0, 0, 0, 5e6)):
        with pytest.raises(CRSError, match="not bounds in degrees"):
            suggest_metric_srid(bounds)


def test_projecting_keeps_shapes_and_comes_back():
    project = Projector(4547)
    lon, lat = np.array([113.6, 113.7]), np.array([34.7, 34.8])
    x_m, y_m = project.forward(lon, lat)
    assert (np.abs(x_m - 500_000) < 50_000).all()
    assert np.allclose(project.inverse(x_m, y_m), (lon, lat), rtol=0, atol=1e-11)
    box = shapely.box(113.6, 34.7, 113.601, 34.701)
    assert shapely.area(project.geometry(box)) == pytest.approx(91.6 * 110.9, rel=0.01)
    assert len(project.geometry(np.array([box, box]))) == 2
