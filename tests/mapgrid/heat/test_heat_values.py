"""The heat against a brute-force sum of its own: the same places and events, nothing shared."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pyproj
import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from mapgrid.core.errors import InvalidError
from mapgrid.core.scope import NOBODY, SYSTEM, Scope
from mapgrid.core.tiles import TileAddress, tile_at
from mapgrid.events.models import Event
from mapgrid.heat.asked import HeatAsked
from mapgrid.heat.selectors import (
    HeatSurface,
    corner_lonlat,
    heat_legend,
    heat_question,
    heat_surface,
    heat_tile,
    heat_value,
    nice_step,
)
from tests.cast import ROLES, Cast
from tests.tiles import MIDDLE, scope

TO_METRES = pyproj.Transformer.from_crs(4326, 4547, always_xy=True)


def surface(reader: Scope = SYSTEM, **params: str) -> HeatSurface:
    now = timezone.now()
    question = heat_question(reader, HeatAsked.parse(params, now), now)
    return heat_surface(question, question.version())


def brute_force(points: list[Any], lon: float, lat: float, h: float) -> float:
    """Sum 3/(pi h²)(1 - d²/h²)² over all events within h, in events per km²; one by one."""
    x, y = TO_METRES.transform(lon, lat)
    total = 0.0
    for point in points:
        ex, ey = TO_METRES.transform(point.x, point.y)
        d2 = (ex - x) ** 2 + (ey - y) ** 2
        if d2 < h * h:
            total += (1 - d2 / (h * h)) ** 2
    return total * 3 / (math.pi * h * h) * 1e6


@pytest.fixture
def crowd(cast: Cast) -> list[Any]:
    """Three hundred more events, half of them in two hot spots."""
    rng = np.random.default_rng(11)
    category = cast.conditions["component"].category
    lon = np.r_[rng.uniform(113.599, 113.605, 150), rng.normal(113.601, 0.0002, 150)]
    lat = np.r_[rng.uniform(34.749, 34.753, 150), rng.normal(34.751, 0.0002, 150)]
    now = timezone.now()
    Event.objects.bulk_create(
        Event(
            number=f"H-{i}", category=category, origin="demo", state="closed", closed_at=now,
            reported_at=now - dt.timedelta(days=i % 25), point=Point(x, y, srid=4326),
        )
        for i, (x, y) in enumerate(zip(lon.tolist(), lat.tolist(), strict=True))
    )  # fmt: skip
    return list(Event.objects.filter(point__isnull=False).values_list("point", flat=True))


@pytest.mark.parametrize("bandwidth_m", [100, 150, 300])
def test_values_equal_a_brute_force_sum_at_a_thousand_places(
    cast: Cast, crowd: list[Any], bandwidth_m: int
) -> None:
    """Places of tiles at every zoom and any place between them, as they arrive: float32."""
    heat = surface(bandwidth_m=str(bandwidth_m))
    rng = np.random.default_rng(bandwidth_m)
    checked = above = 0
    for zoom in (12, 14, 15, 16, 17, 18):
        address = tile_at(*MIDDLE, zoom)
        values = heat_tile(heat, address)
        lon, lat = corner_lonlat(address)
        for row, column in rng.integers(0, 65, (50, 2)).tolist():
            want = brute_force(crowd, lon[column], lat[row], bandwidth_m)
            assert values[row, column] == pytest.approx(want, rel=1e-4, abs=1e-6)
            checked, above = checked + 1, above + (want > 0)
    for _ in range(34):
        place = rng.uniform(113.599, 113.605), rng.uniform(34.749, 34.753)
        assert heat_value(heat, *place) == pytest.approx(
            brute_force(crowd, *place, bandwidth_m), rel=1e-9
        )
        checked += 1
    assert checked * 3 >= 1000
    assert above > 100


def test_the_value_of_a_place_is_the_same_at_every_zoom(cast: Cast, crowd: list[Any]) -> None:
    """::

    zoom 15  +-------+-------+     every second corner of the four children
             |   |   |   |   |     is a corner of their parent
    zoom 16  +---+---+---+---+
    """
    heat = surface()
    for zoom in (12, 14, 16):
        parent = tile_at(*MIDDLE, zoom)
        wide = heat_tile(heat, parent)
        for right, down in ((0, 0), (1, 0), (0, 1), (1, 1)):
            child = TileAddress(zoom + 1, 2 * parent.x + right, 2 * parent.y + down)
            quarter = wide[32 * down : 32 * down + 33, 32 * right : 32 * right + 33]
            assert np.array_equal(heat_tile(heat, child)[::2, ::2], quarter)
    assert heat_tile(heat, tile_at(*MIDDLE, 14)).max() > 0


@pytest.mark.parametrize("zoom", [13, 15, 17, 18])
def test_neighbouring_tiles_agree_on_their_shared_edge(
    cast: Cast, crowd: list[Any], zoom: int
) -> None:
    """::

    +---+---+
    | a | b |     a's east = b's west, a's south = c's north
    +---+---+
    | c |
    +---+
    """
    heat = surface()
    middle = tile_at(*MIDDLE, zoom)
    a = heat_tile(heat, middle)
    b = heat_tile(heat, TileAddress(zoom, middle.x + 1, middle.y))
    c = heat_tile(heat, TileAddress(zoom, middle.x, middle.y + 1))
    assert np.array_equal(a[:, -1], b[:, 0])
    assert np.array_equal(a[-1], c[0])
    assert a.max() > 0


def test_rows_run_from_the_north_and_columns_from_the_west(cast: Cast) -> None:
    Event.objects.update(point=None)
    address = tile_at(*MIDDLE, 16)
    lon, lat = corner_lonlat(address)
    assert lon[0] < lon[-1]
    assert lat[0] > lat[-1]
    Event.objects.filter(number="T-111-1").update(point=Point(lon[60], lat[3], srid=4326))
    assert np.unravel_index(heat_tile(surface(), address).argmax(), (65, 65)) == (3, 60)


@pytest.mark.parametrize("role", ROLES)
def test_events_outside_the_area_add_nothing(cast: Cast, role: str) -> None:
    """Every reader's heat is the sum over the events of that reader's own list."""
    heat = surface(scope(cast, role))
    own = Event.objects.filter(number__in=cast.events(role), point__isnull=False)
    points = list(own.values_list("point", flat=True))
    rng = np.random.default_rng(5)
    for _ in range(25):
        place = rng.uniform(113.599, 113.607), rng.uniform(34.749, 34.753)
        assert heat_value(heat, *place) == pytest.approx(brute_force(points, *place, 150), rel=1e-9)
    assert len(heat.density) == len(points)


def test_nobody_sees_no_heat_at_all(cast: Cast) -> None:
    heat = surface(NOBODY)
    assert heat_tile(heat, tile_at(*MIDDLE, 14)).max() == 0
    assert heat_legend(heat).stops == (0.0,)


def test_all_events_of_the_period_count_open_or_not_and_no_others(cast: Cast) -> None:
    placed = Event.objects.filter(point__isnull=False)
    assert len(surface().density) == placed.count()
    Event.objects.filter(number="T-111-1").update(
        reported_at=timezone.now() - dt.timedelta(days=31)
    )
    assert len(surface().density) == placed.count() - 1
    only = placed.filter(category__code="0110", category__kind="incident").count()
    assert len(surface(category="incident:0110").density) == only


def test_the_period_is_thirty_days_unless_it_is_said(cast: Cast) -> None:
    now = timezone.now()
    assert HeatAsked.parse({}, now).period_days == 30
    assert HeatAsked.parse({"from": "2026-03-01", "to": "2026-03-07"}, now).period_days == 7
    assert HeatAsked.parse({"to": "2026-03-07"}, now).first_day == dt.date(2026, 2, 6)


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"bandwidth_m": "151"}, "heat.bandwidth"),
        ({"bandwidth_m": "nan"}, "heat.bandwidth"),
        ({"from": "2026-03-08", "to": "2026-03-07"}, "heat.period"),
        ({"from": "March"}, "filter.from"),
    ],
)
def test_what_makes_no_sense_is_refused(params: dict[str, str], code: str) -> None:
    with pytest.raises(InvalidError) as caught:
        HeatAsked.parse(params, timezone.now())
    assert caught.value.code == code


def test_the_legend_covers_the_highest_value_with_even_steps(cast: Cast, crowd: list[Any]) -> None:
    heat = surface()
    legend = heat_legend(heat)
    highest = max(brute_force(crowd, p.x, p.y, 150) for p in crowd)
    assert legend.highest == pytest.approx(highest)
    steps = np.diff(legend.stops)
    assert np.allclose(steps, steps[0])
    assert legend.stops[0] == 0
    assert legend.stops[-2] < highest <= legend.maximum
    assert 3 <= len(legend.stops) <= 6


@pytest.mark.parametrize(
    ("least", "step"), [(1, 1), (1.01, 2), (2.1, 2.5), (2.6, 5), (501, 1000), (0.03, 0.05)]
)
def test_steps_are_round_numbers(least: float, step: float) -> None:
    assert nice_step(least) == pytest.approx(step)
