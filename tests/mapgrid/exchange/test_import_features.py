"""A file becomes rows: everything or nothing, once and only once, with an account of it.

The little world of these tests, four grids below one street::

    34.752 +--------+--------+
           |   g3   |   g4   |
    34.751 +--------+--------+
           |   g1   |   g2   |
    34.750 +--------+--------+
         113.600  113.601  113.602
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import random
from io import StringIO
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from django.core.management import CommandError, call_command

from geodata.crs import Datum, from_wgs84
from mapgrid.assets.models import Component
from mapgrid.catalogue.loading import catalogue_load
from mapgrid.core.errors import InvalidError, NotFoundError
from mapgrid.events.models import Event, EventStep
from mapgrid.exchange.models import ImportRun
from mapgrid.exchange.plan import plan_from
from mapgrid.exchange.profiles import profile_named, profile_names, profile_save
from mapgrid.exchange.services import import_features
from mapgrid.grids.models import Cell, Edition
from mapgrid.ground.models import Street, Water
from mapgrid.register.models import Building

pytestmark = pytest.mark.django_db

CELLS = {
    "target": "cells",
    "source": "squares",
    "datum": "wgs84",
    "key": ["code"],
    "fields": {"code": "code", "name": "name"},
    "cells": {
        "level": "grid",
        "root_code": "s",
        "root_name": "Street",
        "root_level": "street",
        "effective_from": dt.date(2020, 1, 1),
    },
}
EVENTS = {
    "target": "events",
    "source": "requests",
    "crs": 4326,
    "datum": "wgs84",
    "key": ["number"],
    "order_by": ["closed"],
    "fields": {
        "reported_at": "opened",
        "closed_at": "closed",
        "state": "state",
        "note": "note",
        "stated_grid": "area",
    },
    "values": {"state": {"Completed": "closed", "Open": "reported"}},
}
REQUESTS = [
    # number, opened, closed, state, note, area, lon, lat
    ("7", "2021-03-01", "2021-03-04", "Completed", "first", "g1", 113.6002, 34.7502),
    ("7", "2021-03-01", "2021-04-01", "Completed", "second", "g1", 113.6002, 34.7502),
    ("8", "2021-03-02", "", "Open", "states the neighbour", "g2", 113.60095, 34.7505),
    ("9", "2021-03-03", "", "Open", "no place", "g3", "", ""),
    ("10", "2021-03-03", "", "Open", "far away", "g4", 113.7, 34.75),
]
HEADING = ("number", "opened", "closed", "state", "note", "area", "lon", "lat")


def squares(folder: Path, name: str = "squares.geojson", grow: float = 0.0) -> Path:
    cells = [
        shapely.box(
            113.600 + 0.001 * x, 34.750 + 0.001 * y, 113.601 + 0.001 * x, 34.751 + 0.001 * y
        )
        for y in (0, 1)
        for x in (0, 1)
    ]
    cells[0] = shapely.buffer(cells[0], grow, join_style="mitre") if grow else cells[0]
    frame = gpd.GeoDataFrame(
        {"code": ["g1", "g2", "g3", "g4"], "name": ["一", "二", "三", "四"]},
        geometry=cells,
        crs=4326,
    )
    path = folder / name
    frame.to_file(path, COORDINATE_PRECISION=15)
    return path


def requests(folder: Path, rows=REQUESTS, name: str = "requests.csv") -> Path:
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADING)
        writer.writerows(rows)
    return path


def points(folder: Path, lonlat, **columns) -> Path:
    frame = gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(*lonlat), crs=4326)
    path = folder / "points.geojson"
    frame.to_file(path, COORDINATE_PRECISION=12)
    return path


@pytest.fixture
def grids(tmp_path):
    import_features(path=squares(tmp_path), plan=plan_from(CELLS))


def stored() -> list[tuple]:
    return list(
        Event.objects.order_by("id").values_list(
            "id", "number", "source_id", "state", "grid__code", "reported_at", "closed_at", "note"
        )
    )


def test_polygons_become_a_published_edition_below_a_made_root(tmp_path):
    run = import_features(path=squares(tmp_path), plan=plan_from(CELLS))
    edition = Edition.objects.get()
    assert edition.state == "published"
    assert edition.root.code == "s"
    # The first of January begins in Shanghai while it is still the last of December in UTC.
    assert edition.effective_from == dt.datetime(2019, 12, 31, 16, tzinfo=dt.UTC)
    assert set(Cell.objects.values_list("path", flat=True)) == {
        "s.", "s.g1.", "s.g2.", "s.g3.", "s.g4.",
    }  # fmt: skip
    assert (run.rows_added, run.state) == (4, "done")


def test_the_same_polygons_in_another_order_are_the_same_edition(tmp_path, grids):
    shuffled = gpd.read_file(squares(tmp_path)).iloc[[2, 0, 3, 1]]
    shuffled.to_file(tmp_path / "other.geojson", COORDINATE_PRECISION=15)
    run = import_features(path=tmp_path / "other.geojson", plan=plan_from(CELLS))
    assert (run.rows_added, run.rows_known) == (0, 4)
    assert Edition.objects.count() == 1


def test_overlapping_polygons_are_refused_and_nothing_stays(tmp_path):
    with pytest.raises(InvalidError) as caught:
        import_features(path=squares(tmp_path, grow=0.0001), plan=plan_from(CELLS))
    assert caught.value.code == "edition.has_problems"
    assert Edition.objects.count() == 0
    run = ImportRun.objects.get()
    assert (run.state, run.error_code) == ("failed", "edition.has_problems")


def test_requests_become_events_with_their_two_dates(tmp_path, grids):
    import_features(path=requests(tmp_path), plan=plan_from(EVENTS))
    event = Event.objects.get(source_id="7")
    assert event.origin == "imported"
    assert event.note == "first"
    assert event.grid.code == "g1"
    # Days are local: midnight in Shanghai is 16:00 UTC of the day before.
    assert event.reported_at == dt.datetime(2021, 2, 28, 16, tzinfo=dt.UTC)
    assert event.closed_at == dt.datetime(2021, 3, 3, 16, tzinfo=dt.UTC)
    steps = EventStep.objects.filter(event=event).values_list("action", "before", "after", "at")
    assert list(steps) == [
        ("import", "", "reported", event.reported_at),
        ("import", "reported", "closed", event.closed_at),
    ]


def test_a_repeated_number_is_told_apart_by_its_completion(tmp_path, grids):
    run = import_features(path=requests(tmp_path), plan=plan_from(EVENTS))
    assert Event.objects.get(source_id="7#2").note == "second"
    assert run.report["mapped"]["repeated"] == ["7"]


def test_rows_without_a_place_are_kept_and_in_no_grid(tmp_path, grids):
    run = import_features(path=requests(tmp_path), plan=plan_from(EVENTS))
    lost, far = Event.objects.get(source_id="9"), Event.objects.get(source_id="10")
    assert (lost.point, lost.grid) == (None, None)
    assert (far.grid, far.rule) == (None, "outside")
    assert far.border_m > 1_000
    assert run.report["written"]["without_place"] == 1


def test_the_stated_grid_is_compared_and_the_distance_said(tmp_path, grids):
    stated = import_features(path=requests(tmp_path), plan=plan_from(EVENTS)).report["written"][
        "stated"
    ]
    assert (stated["located"], stated["agree"], stated["in_no_grid"], stated["differ"]) == (
        4,
        2,
        1,
        1,
    )
    assert stated["differ_bins"] == {"<= 5 m": 1}  # 0.00005 degrees west of g2
    assert stated["median_m"] == pytest.approx(4.58, abs=0.05)


def test_importing_twice_or_shuffled_changes_nothing(tmp_path, grids):
    import_features(path=requests(tmp_path), plan=plan_from(EVENTS))
    before = stored()
    again = import_features(path=requests(tmp_path), plan=plan_from(EVENTS))
    rows = list(REQUESTS)
    random.Random(3).shuffle(rows)
    shuffled = import_features(path=requests(tmp_path, rows, "b.csv"), plan=plan_from(EVENTS))
    assert (again.rows_added, shuffled.rows_added) == (0, 0)
    assert (again.rows_known, shuffled.rows_known) == (5, 5)
    assert stored() == before


def test_the_order_of_a_first_import_leaves_no_trace(tmp_path, grids):
    import_features(path=requests(tmp_path), plan=plan_from(EVENTS))
    first = [row[1:] for row in stored()]
    other = plan_from({**EVENTS, "source": "other"})
    import_features(path=requests(tmp_path, REQUESTS[::-1], "c.csv"), plan=other)
    second = [row[1:] for row in stored()][5:]
    assert [row[1:] for row in second] == [row[1:] for row in first]


def test_a_rehearsal_stores_nothing_but_its_account(tmp_path, grids):
    run = import_features(path=requests(tmp_path), plan=plan_from(EVENTS), dry_run=True)
    assert Event.objects.count() == EventStep.objects.count() == 0
    stored_run = ImportRun.objects.get(pk=run.pk)
    assert (stored_run.state, stored_run.rows_added) == ("rehearsed", 5)
    assert len(stored_run.sha256) == 64


def test_a_bad_row_late_in_the_file_leaves_nothing_behind(tmp_path, grids):
    rows = [*REQUESTS, ("11", "2021-03-05", "2021-03-01", "Completed", "", "g1", 113.6002, 34.7502)]
    with pytest.raises(InvalidError) as caught:
        import_features(path=requests(tmp_path, rows), plan=plan_from(EVENTS))
    assert caught.value.code == "import.rows"
    assert Event.objects.count() == 0


def test_a_text_without_mapping_is_an_error_that_names_it(tmp_path, grids):
    rows = [*REQUESTS, ("11", "2021-03-05", "", "Pending", "", "g1", 113.6002, 34.7502)]
    with pytest.raises(InvalidError, match="Pending") as caught:
        import_features(path=requests(tmp_path, rows), plan=plan_from(EVENTS))
    assert caught.value.code == "import.values"


@pytest.mark.parametrize(
    ("where", "taken"),
    [
        (["state=Open"], 3),
        (["state!=Open"], 2),
        (["closed"], 2),
        (["!closed", "area=g2|g3"], 2),
    ],
)
def test_rows_can_be_chosen(where, taken, tmp_path, grids):
    run = import_features(path=requests(tmp_path), plan=plan_from({**EVENTS, "where": where}))
    assert run.rows_added == taken
    assert run.report["mapped"]["skipped"] == 5 - taken


def test_covers_in_gcj02_land_where_they_are_and_keep_their_raw_values(tmp_path, grids):
    catalogue_load()
    lon, lat = from_wgs84(np.array([113.6005]), np.array([34.7505]), Datum.GCJ02)
    path = points(tmp_path, (lon, lat), id=["c1"], kind=["sewage"])
    plan = {
        "target": "components", "source": "covers", "datum": "gcj02", "key": ["id"],
        "fields": {"category": "kind"}, "values": {"category": {"sewage": "component:0102"}},
    }  # fmt: skip
    import_features(path=path, plan=plan_from(plan))
    cover = Component.objects.get()
    assert cover.grid.code == "g1"
    assert cover.datum == "gcj02"
    assert cover.category.code == "0102"
    assert cover.point.x == pytest.approx(113.6005, abs=1e-9)
    assert cover.raw_x == pytest.approx(float(lon[0]), abs=1e-9)


def test_longitudes_without_a_declared_datum_are_refused(tmp_path):
    path = points(tmp_path, ([113.6], [34.75]), id=["p"], name=["x"])
    with pytest.raises(InvalidError) as caught:
        import_features(path=path, plan=plan_from({"target": "places", "source": "p"}))
    assert caught.value.code == "read.datum_undeclared"


def test_lines_buildings_and_water_reach_their_tables(tmp_path):
    lines = gpd.GeoDataFrame(
        {"id": ["a"], "name": ["桐柏路"], "class": ["primary"]},
        geometry=[
            shapely.MultiLineString([[(113.6, 34), (113.7, 34)], [(113.7, 35), (113.8, 35)]])
        ],
        crs=4326,
    )
    lines.to_file(tmp_path / "lines.gpkg")
    plan = {
        "target": "streets", "source": "s", "datum": "wgs84", "key": ["id"],
        "fields": {"name": "name", "rank": "class"}, "values": {"rank": {"primary": "major"}},
    }  # fmt: skip
    import_features(path=tmp_path / "lines.gpkg", plan=plan_from(plan))
    assert sorted(Street.objects.values_list("source_id", "name", "rank")) == [
        ("a/1", "桐柏路", "major"),
        ("a/2", "桐柏路", "major"),
    ]
    house = {
        "target": "buildings", "source": "s", "datum": "wgs84", "key": ["code"],
        "fields": {"name": "name", "address": "code+name"}, "constants": {"kind": "shop"},
    }  # fmt: skip
    import_features(path=squares(tmp_path), plan=plan_from(house))
    assert Building.objects.get(source_id="g1").address == "g1 一"
    lake = {"target": "water", "source": "s", "datum": "wgs84", "constants": {"kind": "lake"}}
    import_features(path=squares(tmp_path), plan=plan_from(lake))
    again = import_features(path=squares(tmp_path), plan=plan_from(lake))
    assert (Water.objects.count(), again.rows_added) == (4, 0)  # named by their content


def test_a_geometry_that_the_target_cannot_hold_is_refused_by_row(tmp_path):
    shapes = [shapely.Point(113.6, 34.75), shapely.box(113.6, 34.7, 113.7, 34.8)]
    frame = gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=shapes, crs=4326)
    frame.to_file(tmp_path / "mixed.geojson")
    plan = plan_from({"target": "places", "source": "p", "datum": "wgs84", "key": ["id"]})
    run = import_features(path=tmp_path / "mixed.geojson", plan=plan)
    assert (run.rows_added, run.rows_refused) == (1, 1)
    assert run.report["mapped"]["refused"][0]["code"] == "geometry_type"


def test_data_of_another_part_of_the_world_is_refused_with_a_better_system(tmp_path):
    path = points(tmp_path, ([-87.6, -87.7], [41.8, 41.9]), id=["a", "b"])
    plan = plan_from({"target": "places", "source": "p", "datum": "wgs84", "key": ["id"]})
    with pytest.raises(InvalidError, match="32616") as caught:
        import_features(path=path, plan=plan)
    assert caught.value.code == "import.metric"


def test_a_profile_of_another_city_is_refused():
    plan = plan_from({**profile_named("chicago-areas")})
    with pytest.raises(InvalidError) as caught:
        import_features(path=Path("any.geojson"), plan=plan)
    assert caught.value.code == "import.city"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"target": "people"}, "plan.target"),
        ({"source": ""}, "plan.source"),
        ({"fields": {"reported_at": "opened", "colour": "x"}}, "plan.field"),
        ({"fields": {}, "values": {}}, "plan.missing"),
        ({"datum": "nad27"}, "plan.datum"),
        ({"shape": 1}, "plan.unknown_key"),
        ({"cells": {"level": "planet"}}, "plan.level"),
    ],
)
def test_a_plan_that_cannot_work_says_why_before_any_file_is_read(change, code):
    with pytest.raises(InvalidError) as caught:
        plan_from({**EVENTS, **change})
    assert caught.value.code == code


def test_every_shipped_profile_is_a_valid_plan():
    shipped = profile_names()
    assert {"chicago-areas", "chicago-requests", "helsinki-manholes", "wuhan-streets",
            "zhengzhou-townships"} <= set(shipped)  # fmt: skip
    for name in shipped:
        assert plan_from(profile_named(name)).source, name


def test_a_saved_profile_comes_back_as_the_same_plan():
    for name, mapping in (("mine", EVENTS), ("ours", CELLS)):
        profile_save(name=name, mapping=mapping)
        assert plan_from(profile_named(name)) == plan_from(mapping)
    with pytest.raises(NotFoundError):
        profile_named("../settings")


def test_the_command_maps_reports_and_says_what_happened(tmp_path, grids):
    out, report = StringIO(), tmp_path / "report.json"
    call_command(
        "import_features", str(requests(tmp_path)), "--to", "events", "--source", "r",
        "--crs", "4326", "--datum", "wgs84", "--id", "number", "--order-by", "closed",
        "--map", "reported_at=opened", "note=note", "--where", "state=Open",
        "--report", str(report), stdout=out,
    )  # fmt: skip
    assert Event.objects.count() == 3
    written = json.loads(report.read_text(encoding="utf-8"))
    assert (written["rows_read"], written["rows_added"]) == (5, 3)
    assert written["read"]["counts"] == {"no_coordinates": 1}
    assert "requests.csv" in out.getvalue()


def test_the_command_ends_with_one_clear_line_when_it_fails(tmp_path):
    with pytest.raises(CommandError, match=r"read\.crs_undeclared"):
        call_command(
            "import_features", str(requests(tmp_path)), "--to", "events", "--source", "r",
            "--map", "reported_at=opened",
        )  # fmt: skip
    with pytest.raises(CommandError, match=r"read\.file_missing"):
        call_command("import_features", str(tmp_path / "no.csv"), "--to", "places", "--source", "r")
