"""Real public files through the command, each in the database of its own city."""

from __future__ import annotations

import dataclasses
import gzip
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from mapgrid.exchange.plan import plan_from
from mapgrid.exchange.profiles import profile_named
from mapgrid.exchange.services import import_features
from mapgrid.grids.models import Cell, Edition
from mapgrid.ground.models import Street

pytestmark = pytest.mark.long


class City:
    """A database of its own in the same cluster; a city's metric system cannot be changed later."""

    def __init__(self, name: str, folder: Path) -> None:
        self.folder = folder
        self.name = name
        self.database = f"{connection.settings_dict['NAME']}_{name}"
        self.env = {**os.environ, "MAPGRID_CITY": name, "MAPGRID_SECRET_KEY": "only-for-tests"}
        here = urlsplit(os.environ.get("DATABASE_URL", "postgres:///mapgrid"))
        self.env["DATABASE_URL"] = urlunsplit(here._replace(path=f"/{self.database}"))

    def psql(self, sql: str, *, database: str | None = None) -> list[tuple]:
        params = {**connection.get_connection_params(), "dbname": database or self.database}
        link = psycopg2.connect(**params)
        link.autocommit = True
        try:
            with link.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else []
        finally:
            link.close()

    def manage(self, *args: str) -> str:
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *args]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def imported(self, file: Path, profile: str) -> dict:
        report = self.folder / "report.json"
        self.manage("import_features", str(file), "--profile", profile, "--report", str(report))
        return json.loads(report.read_text(encoding="utf-8"))


def opened(name: str, folder: Path) -> Iterator[City]:
    city = City(name, folder)
    city.psql(f'DROP DATABASE IF EXISTS "{city.database}"', database="postgres")
    city.psql(f'CREATE DATABASE "{city.database}"', database="postgres")
    try:
        city.psql("CREATE EXTENSION postgis")
        city.manage("migrate", "-v0")
        city.manage("load_catalogue")
        yield city
    finally:
        city.psql(f'DROP DATABASE "{city.database}" WITH (FORCE)', database="postgres")


@pytest.fixture
def chicago(db, data_dir, tmp_path):
    yield from opened("chicago", tmp_path)


@pytest.fixture
def helsinki(db, data_dir, tmp_path):
    yield from opened("helsinki", tmp_path)


def shuffled(file: Path, folder: Path) -> Path:
    with gzip.open(file, "rt", newline="") as stream:
        heading, *rows = stream.readlines()
    random.Random(5).shuffle(rows)
    path = folder / "shuffled.csv.gz"
    with gzip.open(path, "wt", newline="") as stream:
        stream.writelines([heading, *rows])
    return path


def test_chicago_requests_fall_into_the_areas_that_they_state(chicago, data_dir):
    folder = data_dir / "events_chicago311"
    areas = chicago.imported(folder / "chicago_community_areas_wgs84.geojson", "chicago-areas")
    assert areas["written"]["problems"] == []
    assert areas["written"]["state"] == "published"
    file = folder / "chicago_311_sanitation_code.csv.gz"
    report = chicago.imported(file, "chicago-requests")
    assert (report["rows_read"], report["rows_added"], report["rows_refused"]) == (
        74_401,
        74_401,
        0,
    )
    assert report["mapped"]["repeated_count"] == len(report["mapped"]["repeated"]) == 371
    stated = report["written"]["stated"]
    assert (stated["located"], stated["without_place"]) == (74_377, 24)
    assert stated["in_no_grid"] == 199
    assert (stated["agree"], stated["differ"]) == (73_004, 1_174)
    # Nine in ten of the others lie within a metre of the area that they state.
    near = stated["differ_bins"]["<= 0.001 m"] + stated["differ_bins"]["<= 1 m"]
    assert near == 1_065
    assert stated["most_m"] < 250
    fingerprint = "SELECT md5(string_agg(e::text, '|' ORDER BY id)) FROM events_event e"
    before = chicago.psql(fingerprint)
    again = chicago.imported(file, "chicago-requests")
    assert (again["rows_added"], again["rows_known"]) == (0, 74_401)
    assert chicago.psql(fingerprint) == before
    other = chicago.imported(shuffled(file, chicago.folder), "chicago-requests")
    assert (other["rows_added"], other["rows_known"]) == (0, 74_401)
    assert chicago.psql(fingerprint) == before


def test_helsinki_becomes_buildings_streets_and_components(helsinki, data_dir):
    extract = data_dir / "osm_helsinki/helsinki.osm.pbf"
    buildings = helsinki.imported(extract, "helsinki-buildings")
    assert (buildings["rows_read"], buildings["rows_added"]) == (494, 482)
    streets = helsinki.imported(extract, "helsinki-streets")
    assert streets["rows_added"] == 2_591
    assert helsinki.imported(extract, "helsinki-rails")["rows_added"] == 318
    assert helsinki.imported(extract, "helsinki-water")["rows_added"] == 13
    covers = data_dir / "manholes_helsinki/helsinki_osm_manholes.geojson"
    assert helsinki.imported(covers, "helsinki-manholes")["rows_added"] == 397
    by_state = "SELECT state, count(*) FROM assets_component GROUP BY state ORDER BY state"
    assert helsinki.psql(by_state) == [("in_use", 382), ("missing", 15)]


@pytest.mark.django_db
def test_zhengzhou_townships_become_an_edition_under_official_codes(data_dir):
    plan = dataclasses.replace(plan_from(profile_named("zhengzhou-townships")), city="")
    path = data_dir / "zhengzhou/townships_2000/zhengzhou_townships.shp"
    run = import_features(path=path, plan=plan)
    assert run.report["written"]["problems"] == []
    assert Edition.objects.get().state == "published"
    assert Cell.objects.filter(depth=1).count() == 160
    names = run.report["names"]
    assert (names["listed"], len(names["rows"])) == (109, 160)
    shown = {row[1]: row[2] for row in names["rows"] if row[3] == "differs"}
    assert shown == {"南关街道": "南关街街道", "光武镇": "广武镇"}
    streets = Cell.objects.filter(depth=1)
    assert sum(streets.values_list("population", flat=True)) == 6_656_759
    assert Cell.objects.get(depth=0).population == 6_656_759
    assert import_features(path=path, plan=plan).rows_added == 0


@pytest.mark.django_db
def test_wuhan_segments_become_streets(data_dir):
    plan = dataclasses.replace(plan_from(profile_named("wuhan-streets")), city="")
    run = import_features(path=data_dir / "roads_wuhan/wuhan_streets_original.parquet", plan=plan)
    assert run.rows_added == Street.objects.count() == 92_667
