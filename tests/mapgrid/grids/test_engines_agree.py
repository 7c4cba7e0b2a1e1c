"""PostGIS, the locator and exact arithmetic give the same cell, rule and runner-up.

The cells lie in a temporary table of the same shape as ``grids_cell``, which shadows it: Chicago is
measured in another metric system than the test database.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from django.db import connection

from geodata.coverage import LEVELS, CellTable
from geodata.crs import Projector
from geodata.locate import Locator, Rule
from geodata.synth import build_city
from tests.geodata.oracle import Oracle
from tests.geodata.points import hard_points
from tests.geodata.specimens import at, awkward, box, diagonal, mesh, one_level

EDITION = 7
INSERT = """
    INSERT INTO grids_cell VALUES (
        %s, %s, %s, %s, %s,
        ST_Multi(ST_SetSRID(ST_GeomFromWKB(%s), 4326)),
        ST_Multi(ST_SetSRID(ST_GeomFromWKB(%s), %s))
    )
"""
ASK = """
    SELECT found.cell_id, found.rule, found.distance_m, found.runner_up_id
    FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS place (lon, lat, number),
         mapgrid_locate(%s::bigint[], place.lon, place.lat) AS found
    ORDER BY place.number
"""


@pytest.fixture
def cells_in_postgis(db: None) -> Iterator[Any]:
    """Put a table of cells where ``mapgrid_locate`` looks for it; ids are row numbers."""
    with connection.cursor() as cursor:

        def fill(cells: CellTable, srid: int) -> None:
            cursor.execute(
                f"""
                CREATE TEMPORARY TABLE grids_cell (
                    id bigint PRIMARY KEY, edition_id bigint, code text COLLATE "C",
                    depth smallint, is_leaf boolean,
                    boundary geometry(MultiPolygon, 4326),
                    boundary_m geometry(MultiPolygon, {int(srid)})
                ) ON COMMIT DROP
                """
            )
            projected = Projector(srid).geometry(cells.geometries)
            rows = [
                (
                    row,
                    EDITION,
                    str(cells.codes[row]),
                    int(cells.levels[row]),
                    bool(cells.is_leaf[row]),
                    shapely.to_wkb(cells.geometries[row]),
                    shapely.to_wkb(projected[row]),
                    srid,
                )
                for row in range(len(cells))
            ]
            cursor.executemany(INSERT, rows)
            cursor.execute("CREATE INDEX ON pg_temp.grids_cell USING gist (boundary)")
            cursor.execute("CREATE INDEX ON pg_temp.grids_cell USING gist (boundary_m)")
            cursor.execute("ANALYZE pg_temp.grids_cell")

        yield fill
        cursor.execute("DROP TABLE IF EXISTS pg_temp.grids_cell")


def ask_postgis(lon: Any, lat: Any) -> list[tuple[int, int, int, float]]:
    """Answers as (cell, rule, runner-up, distance), with -1 and nan where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(ASK, [np.asarray(lon).tolist(), np.asarray(lat).tolist(), [EDITION]])
        return [
            (
                -1 if cell is None else cell,
                rule,
                -1 if runner_up is None else runner_up,
                np.nan if distance is None else distance,
            )
            for cell, rule, distance, runner_up in cursor.fetchall()
        ]


def ask_locator(cells: CellTable, srid: int, lon: Any, lat: Any) -> list[tuple[Any, ...]]:
    found = Locator(cells, srid).locate(lon, lat)
    columns = (found.cell, found.rule, found.runner_up, found.distance_m)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def assert_three_engines_agree(cells: CellTable, srid: int) -> None:
    lon, lat = hard_points(cells, 10_000, seed=11)
    assert len(lon) >= 10_000
    oracle = Oracle(cells, srid)
    located = ask_locator(cells, srid, lon, lat)
    stored = ask_postgis(lon, lat)
    wrong = []
    for i, place in enumerate(zip(lon.tolist(), lat.tolist(), strict=True)):
        expected = tuple(oracle.decide(*place))
        if not located[i][:3] == stored[i][:3] == expected[:3]:
            wrong.append((place, located[i], stored[i], expected))
        distances = [located[i][3], stored[i][3], expected[3]]
        if not max(distances) - min(distances) <= 1e-6:
            wrong.append((place, *distances))
    assert not wrong, wrong[:5]


def features(path: Path) -> tuple[list[dict[str, Any]], list[Any]]:
    collection = json.loads(path.read_text(encoding="utf-8"))["features"]
    shapes = [shapely.from_geojson(json.dumps(one["geometry"])) for one in collection]
    return [one["properties"] for one in collection], shapes


def chicago(data_dir: Path) -> tuple[CellTable, Any]:
    folder = data_dir / "events_chicago311"
    rows, shapes = features(folder / "chicago_community_areas_wgs84.geojson")
    codes = [str(row["community_area"]) for row in rows]
    return CellTable.from_sequences(codes, [2] * 77, [-1] * 77, shapes), rows


@pytest.mark.parametrize(
    "cells",
    [mesh(7, seed=21), mesh(5, seed=22, pieces=1), awkward()],
    ids=["mesh", "plain", "awkward"],
)
def test_three_engines_agree_on_ten_thousand_hard_points_of_nested_cells(cells, cells_in_postgis):
    cells_in_postgis(cells, 4547)
    assert_three_engines_agree(cells, 4547)


def test_three_engines_agree_on_the_demonstration(cells_in_postgis):
    city = build_city().cells
    row = {code: k for k, code in enumerate(city["code"])}
    cells = CellTable.from_sequences(
        city["code"].tolist(),
        [LEVELS.index(level) for level in city["level"]],
        [row.get(parent, -1) for parent in city["parent_code"]],
        city.geometry.tolist(),
    )
    cells_in_postgis(cells, 4547)
    assert_three_engines_agree(cells, 4547)


def test_three_engines_agree_on_chicago(data_dir, cells_in_postgis):
    cells, _ = chicago(data_dir)
    cells_in_postgis(cells, 32616)
    assert_three_engines_agree(cells, 32616)


def test_three_engines_agree_on_zhengzhou(data_dir, cells_in_postgis):
    path = data_dir / "zhengzhou/townships_2000/zhengzhou_townships_wgs84.geojson"
    rows, shapes = features(path)
    codes = [f"{row['gbcode']}-{k}" for k, row in enumerate(rows)]
    cells = CellTable.from_sequences(codes, [1] * 160, [-1] * 160, shapes)
    cells_in_postgis(cells, 4547)
    assert_three_engines_agree(cells, 4547)


def test_both_engines_are_exact_where_plain_floats_get_lost(cells_in_postgis):
    cells, lon, lat = diagonal()
    cells_in_postgis(cells, 32631)
    stored, located = ask_postgis(lon, lat), ask_locator(cells, 32631, lon, lat)
    assert [row[:3] for row in stored] == [row[:3] for row in located]
    assert [row[1] == Rule.BORDER for row in stored] == (lon == lat).tolist()


def test_what_is_no_place_or_too_far_is_near_to_nothing_in_both_engines(cells_in_postgis):
    cells = mesh(3)
    cells_in_postgis(cells, 4547)
    lon = [np.nan, np.inf, 0.0, -156.0, 113.6, 120.0, 118.59]
    lat = [34.7, 34.7, 0.0, 0.0, -np.inf, 34.7, 34.7]
    stored, located = ask_postgis(lon, lat), ask_locator(cells, 4547, lon, lat)
    assert [row[:3] for row in stored] == [row[:3] for row in located]
    assert [row[2] >= 0 for row in stored] == [False] * 6 + [True]


def test_an_edition_that_is_not_asked_does_not_answer(cells_in_postgis):
    cells_in_postgis(one_level(a=box(0, 0)), 4547)
    lon, lat = at(0.5, 0.5)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM mapgrid_locate(%s::bigint[], %s, %s)", [[1, 2], lon, lat])
        assert cursor.fetchone() == (None, Rule.OUTSIDE, None, None)
        cursor.execute("SELECT * FROM mapgrid_locate(%s::bigint[], %s, %s)", [[], lon, lat])
        assert cursor.fetchone() == (None, Rule.OUTSIDE, None, None)
        cursor.execute("SELECT * FROM mapgrid_locate(%s, %s, %s)", [[1, EDITION], lon, lat])
        assert cursor.fetchone()[:2] == (0, Rule.INSIDE)


@pytest.mark.parametrize(
    "value", [0.0, -0.0, 1.0, 113.6, -87.9, 2.0**-30, 5e-324, -2.2250738585072014e-308, 1e-5]
)
def test_a_double_becomes_the_whole_number_that_it_stands_for(db, value):
    with connection.cursor() as cursor:
        cursor.execute("SELECT mapgrid_whole(%s::float8)", [value])
        numerator, denominator = value.as_integer_ratio()
        assert int(cursor.fetchone()[0]) == numerator * (2**1074 // denominator)
