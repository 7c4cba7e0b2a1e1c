"""How fast points find their cell, here and in two widely used packages.

    python benchmarks/locate.py             # the locator, shapely's tree, geopandas
    DATABASE_URL=... python benchmarks/locate.py     # and one point in PostGIS

The locator also names the rule, the distance to the border and the runner-up; the others only the
cell, and not exactly. Every row is checked: how many points got another cell than the locator's.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import psycopg2
import shapely

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from geodata.coverage import CellTable  # noqa: E402
from geodata.crs import Projector  # noqa: E402
from geodata.locate import Locator  # noqa: E402
from tests.geodata.specimens import mesh  # noqa: E402

SRID = 4547
# (cells on a side, points, seconds that must not be passed)
SIZES = ((18, 20_000, 0.5), (100, 1_000_000, 60.0))
POSTGIS_BAR_MS = 5.0


def main() -> int:
    missed = 0
    for side, count, bar_s in SIZES:
        cells = mesh(side, pieces=5)
        lon, lat = scattered(cells, count)
        seconds, locator = timed(lambda cells=cells: Locator(cells, SRID))
        report(f"index of {len(cells):,} cells", seconds)
        seconds, found = timed(lambda loc=locator, x=lon, y=lat: loc.locate(x, y))
        missed += seconds > bar_s
        report(f"{count:,} points: locator", seconds, count, f"bar {bar_s} s")
        compare("shapely tree", by_tree, cells, lon, lat, found.cell)
        compare("geopandas sjoin", by_sjoin, cells, lon, lat, found.cell)
        each = single(lambda x, y, loc=locator: loc.one(x, y), lon, lat)
        print(f"{'one point: locator':44} median {each:8.3f} ms")
        if side < 50 and os.environ.get("DATABASE_URL"):
            each = in_postgis(cells, lon, lat, found)
            missed += each > POSTGIS_BAR_MS
            print(f"{'one point: PostGIS':44} median {each:8.3f} ms  bar {POSTGIS_BAR_MS} ms")
    return missed


def scattered(cells: CellTable, count: int) -> tuple[Any, Any]:
    west, south, east, north = shapely.total_bounds(cells.geometries)
    rng = np.random.default_rng(1)
    edge = 0.01 * (east - west)
    lon = rng.uniform(west - edge, east + edge, count)
    return lon, rng.uniform(south - edge, north + edge, count)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def report(what: str, seconds: float, count: int = 0, note: str = "") -> None:
    rate = f"{count / seconds / 1e3:8.0f} thousand/s" if count else ""
    print(f"{what:44} {seconds:8.3f} s {rate}  {note}")


def compare(
    name: str,
    method: Callable[[CellTable, Any, Any], Any],
    cells: CellTable,
    lon: Any,
    lat: Any,
    expected: Any,
) -> None:
    seconds, cell = timed(lambda: method(cells, lon, lat))
    deepest = (expected < 0) | (cells.levels[expected] == 4)
    different = int((cell[deepest] != expected[deepest]).sum())
    report(f"{len(lon):,} points: {name}", seconds, len(lon), f"{different} differ")


def by_tree(cells: CellTable, lon: Any, lat: Any) -> Any:
    leaves = np.flatnonzero(cells.is_leaf & (cells.levels == 4))
    points = shapely.points(lon, lat)
    row, point = shapely.STRtree(points).query(cells.geometries[leaves], predicate="intersects")
    cell = np.full(len(lon), -1)
    cell[point] = leaves[row]
    return cell


def by_sjoin(cells: CellTable, lon: Any, lat: Any) -> Any:
    leaves = np.flatnonzero(cells.is_leaf & (cells.levels == 4))
    polygons = gpd.GeoDataFrame({"row": leaves}, geometry=cells.geometries[leaves], crs=4326)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326)
    joined = gpd.sjoin(points, polygons, predicate="intersects")
    cell = np.full(len(lon), -1)
    cell[joined.index] = joined["row"]
    return cell


def single(ask: Callable[[float, float], Any], lon: Any, lat: Any, times: int = 300) -> float:
    taken = [timed(lambda i=i: ask(float(lon[i]), float(lat[i])))[0] for i in range(times)]
    return statistics.median(taken) * 1e3


def in_postgis(cells: CellTable, lon: Any, lat: Any, found: Any) -> float:
    """Median milliseconds of one question, round trip included; answers are compared."""
    with psycopg2.connect(os.environ["DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        cursor.execute((ROOT / "mapgrid/grids/sql/locate.sql").read_text(encoding="utf-8"))
        fill(cursor, cells)

        def ask(x: float, y: float) -> tuple[Any, ...]:
            cursor.execute("SELECT * FROM mapgrid_locate(ARRAY[1]::bigint[], %s, %s)", (x, y))
            return cursor.fetchone()

        for i in range(300):
            cell, rule, _, runner_up = ask(float(lon[i]), float(lat[i]))
            answer = (-1 if cell is None else cell, rule, runner_up)
            if answer != (found.cell[i], found.rule[i], found.runner_up[i]):
                raise AssertionError(f"PostGIS disagrees at {lon[i]!r}, {lat[i]!r}")
        each = single(ask, lon, lat)
        connection.rollback()
    return each


def fill(cursor: Any, cells: CellTable) -> None:
    cursor.execute(
        f"""
        CREATE TEMPORARY TABLE grids_cell (
            id bigint PRIMARY KEY, edition_id bigint, code text COLLATE "C", depth smallint,
            is_leaf boolean, boundary geometry(MultiPolygon, 4326),
            boundary_m geometry(MultiPolygon, {SRID})
        )
        """
    )
    projected = Projector(SRID).geometry(cells.geometries)
    for row in range(len(cells)):
        cursor.execute(
            """
            INSERT INTO grids_cell VALUES (
                %s, 1, %s, %s, %s,
                ST_Multi(ST_GeomFromWKB(%s, 4326)), ST_Multi(ST_GeomFromWKB(%s, %s))
            )
            """,
            (
                row,
                str(cells.codes[row]),
                int(cells.levels[row]),
                bool(cells.is_leaf[row]),
                psycopg2.Binary(shapely.to_wkb(cells.geometries[row])),
                psycopg2.Binary(shapely.to_wkb(projected[row])),
                SRID,
            ),
        )
    cursor.execute("CREATE INDEX ON pg_temp.grids_cell USING gist (boundary)")
    cursor.execute("CREATE INDEX ON pg_temp.grids_cell USING gist (boundary_m)")
    cursor.execute("ANALYZE pg_temp.grids_cell")


if __name__ == "__main__":
    sys.exit(main())
