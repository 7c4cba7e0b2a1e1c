"""The settings of an installation: its libraries, its driver, its city and what they refuse."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg2
import pyogrio
import pytest
import shapely
from django.conf import settings
from django.contrib.gis.gdal import gdal_version
from django.contrib.gis.gdal.libgdal import lgdal
from django.contrib.gis.geos import geos_version
from django.core.checks import run_checks
from django.db import connection

from geodata.crs import check_metric
from mapgrid.cities import read_city
from mapgrid.core.checks import check_driver, check_metric_srid, check_stored_srid
from mapgrid.wheels import library_paths

ROOT = Path(settings.BASE_DIR)
CITIES = sorted(path.stem for path in (ROOT / "cities").glob("*.toml"))


# --- libraries ----------------------------------------------------------------------------------


def test_gdal_and_geos_come_from_the_wheels() -> None:
    assert Path(settings.GDAL_LIBRARY_PATH).parent.name == "pyogrio.libs"
    assert Path(settings.GEOS_LIBRARY_PATH).parent.name == "shapely.libs"
    assert lgdal._name == settings.GDAL_LIBRARY_PATH
    assert gdal_version().decode() == pyogrio.__gdal_version_string__
    assert geos_version().decode().startswith(shapely.geos_version_string)
    assert (Path(library_paths()["PROJ_DATA"]) / "proj.db").is_file()
    assert (Path(os.environ["GDAL_DATA"]) / "gdalvrt.xsd").is_file()


def test_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GDAL_LIBRARY_PATH", "/opt/own/libgdal.so")
    assert library_paths()["GDAL_LIBRARY_PATH"] == "/opt/own/libgdal.so"
    assert "shapely.libs" in library_paths()["GEOS_LIBRARY_PATH"]


def test_a_missing_wheel_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(RuntimeError, match="requirements"):
        library_paths()


# --- the driver ---------------------------------------------------------------------------------


def test_the_driver_is_psycopg2() -> None:
    assert check_driver() == []
    assert connection.Database is psycopg2


def test_psycopg_3_beside_it_is_an_error_that_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "psycopg").mkdir()
    (tmp_path / "psycopg" / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    (found,) = check_driver()
    assert found.id == "mapgrid.E001"
    assert found.is_serious()
    assert "uninstall psycopg" in str(found.hint)


# --- the metric system --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("srid", "says"),
    [(4326, "does not measure in metres"), (2277, "does not measure in metres"), (3857, "wrong")],
)
def test_a_system_that_does_not_measure_is_refused_and_one_that_does_is_named(
    settings: Any, srid: int, says: str
) -> None:
    """Degrees, feet, and the web's metres, which are 21 % too long here."""
    settings.METRIC_SRID = srid
    (found,) = check_metric_srid()
    assert found.id == "mapgrid.E002"
    assert says in found.msg
    better = int("".join(ch for ch in str(found.hint) if ch.isdigit()))
    settings.METRIC_SRID = better
    assert check_metric_srid() == []


@pytest.mark.django_db
def test_a_database_that_measures_otherwise_is_not_opened(settings: Any) -> None:
    assert check_stored_srid(databases=["default"]) == []
    settings.METRIC_SRID = 26916
    (found,) = check_stored_srid(databases=["default"])
    assert found.id == "mapgrid.E003"
    assert "4547" in found.msg
    assert "26916" in found.msg
    assert check_stored_srid(databases=None) == []


@pytest.mark.django_db
def test_this_installation_passes_its_own_checks() -> None:
    serious = [f for f in run_checks(include_deployment_checks=False) if f.is_serious()]
    assert serious == []


# --- cities -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CITIES)
def test_every_city_measures_its_ground_and_keeps_its_time(name: str) -> None:
    city = read_city(name, [ROOT / "cities"])
    check_metric(city.metric_srid, city.bounds_lonlat)
    assert ZoneInfo(city.time_zone)
    west, south, east, north = city.bounds_lonlat
    assert west < east
    assert south < north
    assert city.title
    assert city.title_en.isascii()
    assert city.event_prefix.isupper()


def test_the_cities_are_known_apart_by_their_numbers() -> None:
    assert {"demo", "zhengzhou", "wuhan", "chicago", "helsinki"} <= set(CITIES)
    cities = [read_city(name, [ROOT / "cities"]) for name in CITIES]
    assert len({city.event_prefix for city in cities}) == len(cities)
    assert [city.name for city in cities if city.demonstration] == ["demo"]


def test_an_unknown_city_is_told_which_are_known() -> None:
    with pytest.raises(RuntimeError, match="chicago, demo"):
        read_city("atlantis", [ROOT / "cities"])


def test_the_first_folder_wins(tmp_path: Path) -> None:
    text = (ROOT / "cities" / "demo.toml").read_text(encoding="utf-8")
    (tmp_path / "demo.toml").write_text(text.replace('"ZY"', '"XX"'), encoding="utf-8")
    assert read_city("demo", [tmp_path, ROOT / "cities"]).event_prefix == "XX"


@pytest.mark.parametrize("change", [("metric_srid", "metric_sird"), ("bounds_lonlat", "bounds")])
def test_a_misspelt_line_of_a_city_is_named(tmp_path: Path, change: tuple[str, str]) -> None:
    text = (ROOT / "cities" / "demo.toml").read_text(encoding="utf-8")
    (tmp_path / "demo.toml").write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(RuntimeError, match=r"cities/demo\.toml.*(metric_sird|bounds_lonlat)"):
        read_city("demo", [tmp_path])


_ASK = """
import json, django
django.setup()
from django.conf import settings
from django.contrib.gis.geos import Point
from mapgrid.core.checks import check_metric_srid
from mapgrid.grids.models import Cell
place = Point(-87.65, 41.85, srid=4326)
place.transform(settings.METRIC_SRID)
print(json.dumps({
    "srid": settings.METRIC_SRID, "zone": settings.TIME_ZONE, "prefix": settings.CITY.event_prefix,
    "field": Cell._meta.get_field("boundary_m").srid, "problems": len(check_metric_srid()),
    "x": place.x, "driver": "psycopg" in __import__("sys").modules,
}))
"""


def test_another_city_is_another_installation() -> None:
    """Chicago beside the demonstration: nothing in code or migrations names a metric system."""
    own = {"MAPGRID_CITY": "chicago", "DJANGO_SETTINGS_MODULE": "mapgrid.settings"}
    env = {k: v for k, v in os.environ.items() if not k.startswith("MAPGRID_METRIC")} | own
    done = subprocess.run(
        [sys.executable, "-c", _ASK], cwd=ROOT, env=env | {"MAPGRID_SECRET_KEY": "x"},
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    found = json.loads(done.stdout.splitlines()[-1])
    x = found.pop("x")
    assert found == {
        "srid": 26916, "zone": "America/Chicago", "prefix": "CH", "field": 26916, "problems": 0,
        "driver": False,
    }  # fmt: skip
    assert x == pytest.approx(446_000, abs=2_000)  # metres east of the false origin of zone 16
    assert settings.METRIC_SRID == 4547
