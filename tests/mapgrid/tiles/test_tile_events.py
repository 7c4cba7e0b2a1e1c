"""Events in tiles: points near by, counts further away, the same events in both."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.db.models import Avg
from django.utils import timezone

from mapgrid.core.errors import InvalidError
from mapgrid.core.tiles import TileAddress, tile_at
from mapgrid.events import tiles as event_tiles
from mapgrid.events.filters import EventFilter
from mapgrid.events.models import Event
from mapgrid.events.querysets import apply_filter, events_for, with_clock
from mapgrid.events.tally import tally_fold
from tests.cast import ROLES, Cast
from tests.tiles import MIDDLE, gather, scope, tile

CLOCKS = ("late", "soon", "ok", "still", "lost")
FILTERS: tuple[dict[str, str], ...] = (
    {},
    {"show": "all"},
    {"show": "closed"},
    {"show": "period", "from": "2020-01-01"},
    {"show": "period", "from": "2020-01-01", "to": "2020-02-01"},
    {"show": "all", "clock": "late,still"},
    {"show": "all", "clock": "late"},
    {"show": "closed", "clock": "late"},
    {"show": "all", "category": "incident:0110"},
    {"show": "all", "stage": "todo,closed"},
    {"show": "all", "stage": "in_hand"},
    {"show": "closed", "stage": "closed", "clock": "still"},
)


def expected(reader: Any, params: dict[str, str], now: dt.datetime) -> Counter[str]:
    """Count by the list's own filter and clock, one row at a time."""
    rows = events_for(reader).filter(point__isnull=False)
    rows = with_clock(apply_filter(rows, EventFilter.parse(params), now), now)
    return Counter(rows.values_list("clock", flat=True))


def counted(features: list[dict[str, Any]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for feature in features:
        numbers = feature["properties"]
        assert sum(numbers[clock] for clock in CLOCKS) == numbers["n"] > 0
        total.update({clock: numbers[clock] for clock in CLOCKS if numbers[clock]})
    return total


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("params", FILTERS, ids=str)
def test_counts_are_those_of_the_list_for_every_reader(
    cast: Cast, role: str, params: dict[str, str]
) -> None:
    now = timezone.now()
    reader = scope(cast, role)
    want = expected(reader, params, now)
    for zoom in (9, 12, 13):
        assert counted(gather("events", "event_counts", zoom, reader, now=now, **params)) == want


@pytest.mark.parametrize("role", ROLES)
def test_points_are_those_of_the_list_for_every_reader(cast: Cast, role: str) -> None:
    reader = scope(cast, role)
    found = gather("events", "events", 14, reader, show="all")
    rows = Event.objects.filter(point__isnull=False)
    numbers = {row.number for row in rows} & cast.events(role)
    assert {f["properties"]["n"] for f in found} == numbers
    assert not gather("events", "event_counts", 14, reader, show="all")


def test_a_point_tells_its_clock_its_stage_and_what_it_is_about(cast: Cast) -> None:
    event = Event.objects.get(number="T-111-2")
    found = {f["properties"]["n"]: f for f in gather("events", "events", 15)}["T-111-2"]
    assert found["id"] == event.pk
    assert found["properties"] == {
        "id": event.pk, "n": "T-111-2", "clock": "late", "stage": "in_hand",
        "title": "Missing", "category": "incident:0110",
        "due": int(event.deadline_at.timestamp()),
    }  # fmt: skip


def test_the_title_speaks_the_readers_language(cast: Cast) -> None:
    found = gather("events", "events", 15, language="zh-hans")
    assert {f["properties"]["title"] for f in found} == {"丢失"}


def test_a_count_stands_at_the_mean_of_its_points(cast: Cast) -> None:
    """::

    zoom 12: all of the small world falls into one square of 64 pixels
    """
    rows = Event.objects.filter(point__isnull=False, point__contained=_box())
    mean = rows.aggregate(x=Avg("tile_x"), y=Avg("tile_y"))
    params = {"show": "all", "bbox": ",".join(map(str, _box().extent))}
    address = tile_at(*MIDDLE, 12)
    (count,) = tile("events", address, **params)["event_counts"]
    assert count["properties"]["n"] == rows.count()
    side = 2 ** (26 - 12)
    want = ((mean["x"] / side - address.x) * 4096, (mean["y"] / side - address.y) * 4096)
    assert count["geometry"]["coordinates"] == pytest.approx(want, abs=1)


def _box() -> Any:
    from django.contrib.gis.geos import Polygon

    return Polygon.from_bbox((113.6, 34.75, 113.604, 34.752))


@pytest.mark.parametrize("zoom", [14, 16])
def test_too_many_points_become_counts_and_none_is_lost(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, zoom: int
) -> None:
    monkeypatch.setattr(event_tiles, "MOST_POINTS", 2)
    now = timezone.now()
    seen = [tile("events", address, now=now, show="all") for address in _tiles(zoom)]
    assert any("event_counts" in layers for layers in seen)
    for layers in seen:
        assert len(layers) <= 1
        assert len(layers.get("events", [])) <= 2
    total = counted([f for layers in seen for f in layers.get("event_counts", [])])
    alone = [f for layers in seen for f in layers.get("events", [])]
    assert sum(total.values()) + len(alone) >= Event.objects.filter(point__isnull=False).count()


def _tiles(zoom: int) -> list[TileAddress]:
    points = Event.objects.filter(point__isnull=False).values_list("point", flat=True)
    return sorted({tile_at(p.x, p.y, zoom) for p in points}, key=lambda a: (a.x, a.y))


@pytest.mark.parametrize("zoom", [19, 20, 22])
def test_the_nearest_zooms_still_show_the_event(cast: Cast, zoom: int) -> None:
    """::

    zoom 20 at 113.6 degrees east: column 855,230 times 4,096 units is beyond 2^31
    """
    event = Event.objects.get(number="T-111-2")
    address = tile_at(event.point.x, event.point.y, zoom)
    found = tile("events", address, show="all")["events"]
    assert "T-111-2" in {f["properties"]["n"] for f in found}


@pytest.mark.parametrize("zoom", [14, 20])
def test_counts_in_place_of_points_stand_inside_their_tile_at_every_zoom(
    cast: Cast, zoom: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_tiles, "MOST_POINTS", 0)
    event = Event.objects.get(number="T-111-2")
    address = tile_at(event.point.x, event.point.y, zoom)
    counts = tile("events", address, show="all")["event_counts"]
    assert counts
    for count in counts:
        assert all(0 <= unit <= 4096 for unit in count["geometry"]["coordinates"])


def test_a_bad_filter_is_refused(cast: Cast) -> None:
    with pytest.raises(InvalidError):
        tile("events", tile_at(*MIDDLE, 13), clock="yesterday")


Tally = dict[tuple[dt.date, int, str], tuple[int, int, int]]


def tallied() -> Tally:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT day, square, root, sum(n), sum(x), sum(y) FROM events_tile_tally"
            " GROUP BY 1, 2, 3 HAVING sum(n) <> 0"
        )
        return {(d, s, root): (int(n), int(x), int(y)) for d, s, root, n, x, y in cursor}


def recounted() -> Tally:
    total: Tally = {}
    rows = Event.objects.filter(state__in=("closed", "rejected"), tile_key__isnull=False)
    for event in rows:
        root = event.scope_path.split(".")[0]
        key = (timezone.localdate(event.reported_at), event.tile_key >> 22, root)
        n, x, y = total.get(key, (0, 0, 0))
        total[key] = (n + 1, x + event.tile_x, y + event.tile_y)
    return total


def test_the_tally_follows_every_change_of_an_event(cast: Cast) -> None:
    assert tallied() == recounted() != {}
    events = Event.objects.filter(origin="demo", point__isnull=False)
    events.filter(number__endswith="-1").update(state="closed", closed_at=timezone.now())
    assert tallied() == recounted()
    events.filter(number__endswith="-4").update(state="filed")  # reopened
    assert tallied() == recounted()
    events.filter(number="T-111-1").update(point=Point(113.9, 34.9, srid=4326))
    assert tallied() == recounted()
    events.filter(number="T-121-1").update(point=None)
    assert tallied() == recounted()
    events.filter(number="T-211-1").update(reported_at=timezone.now() - dt.timedelta(days=40))
    assert tallied() == recounted()
    events.filter(number="T-221-1").update(scope_path="410102000.")  # another street took it over
    assert tallied() == recounted()


def test_a_change_that_the_tally_does_not_count_adds_no_row_to_it(cast: Cast) -> None:
    before = tally_rows()
    Event.objects.update(note="anders")
    assert tally_rows() == before


def test_folding_the_tally_keeps_its_sums(cast: Cast) -> None:
    for state in ("closed", "filed", "closed"):
        Event.objects.filter(number__endswith="-1").update(state=state, closed_at=timezone.now())
    before, long = tallied(), tally_rows()
    assert tally_fold() > 0
    assert tallied() == before
    assert tally_rows() < long
    assert tally_fold() == 0


def tally_rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM events_tile_tally")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("role", ["administrator", "centre", "community"])
def test_the_tally_and_raw_rows_give_the_same_tile(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    days = {"show": "all", "from": (timezone.localdate() - dt.timedelta(days=2)).isoformat()}
    now, reader = timezone.now(), scope(cast, role)
    zooms = (8, 10, 12, 13)
    by_tally = [gather("events", "event_counts", z, reader, now=now, **days) for z in zooms]
    monkeypatch.setattr(event_tiles, "TALLY_TO_ZOOM", -1)
    raw = [gather("events", "event_counts", z, reader, now=now, **days) for z in zooms]
    assert by_tally == raw
    assert any(f["properties"]["still"] for f in raw[0])
