"""Which database serves the project, and how it is addressed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import environ
import psycopg2.extensions
import pytest

from scripts.setup import cluster, database, debian
from scripts.setup.database import Source, choose_source


def never() -> bool:
    raise AssertionError("nobody may be asked for a password here")


@pytest.mark.parametrize(
    ("url", "installed", "unpacked", "has_apt", "may_be_root", "is_root", "expected"),
    [
        ("postgres://x/y", True, True, True, never, True, Source.SERVER),
        ("", True, True, True, never, False, Source.INSTALLED),
        ("", False, True, True, never, False, Source.UNPACKED),
        ("", False, False, True, lambda: True, True, Source.INSTALL),
        ("", False, False, True, lambda: True, False, Source.INSTALL),
        ("", False, False, True, lambda: False, False, Source.UNPACK),
        ("", False, False, True, lambda: False, True, Source.NONE),
        ("", False, False, False, never, False, Source.NONE),
    ],
)
def test_the_first_way_to_a_database_that_works_is_taken(
    url: str,
    installed: bool,
    unpacked: bool,
    has_apt: bool,
    may_be_root: Callable[[], bool],
    is_root: bool,
    expected: Source,
) -> None:
    chosen = choose_source(
        database_url=url,
        installed=installed,
        unpacked=unpacked,
        has_apt=has_apt,
        may_be_root=may_be_root,
        is_root=is_root,
    )
    assert chosen is expected


def test_the_demonstration_uses_the_named_database_and_a_city_its_own() -> None:
    url = "postgres://someone:secret@db.example:5433/office?sslmode=require"
    assert database.address_for_city(url, "demo") == url
    assert database.address_for_city(url, "chicago") == (
        "postgres://someone:secret@db.example:5433/mapgrid_chicago?sslmode=require"
    )


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgres://me:secret/with:@all@db/x", "postgres://me:***@db/x"),
        ("postgres://me:secret@db/x", "postgres://me:***@db/x"),
        ("postgres://me@db/x", "postgres://me@db/x"),
        ("postgres://mapgrid@/x?host=%2Frun", "postgres://mapgrid@/x?host=%2Frun"),
    ],
)
def test_a_password_is_never_shown(url: str, shown: str) -> None:
    assert "secret" not in database.hide_password(url)
    assert database.hide_password(url) == shown


def test_django_and_libpq_read_the_same_address_of_the_private_cluster() -> None:
    folder = Path("/run/User/with space & umläut")
    url = cluster.url(folder, "mapgrid_demo")

    for_django = environ.Env.db_url_config(url)
    assert for_django["NAME"] == "mapgrid_demo"
    assert for_django["USER"] == cluster.SUPERUSER
    assert for_django["OPTIONS"]["host"] == str(folder)

    for_libpq = psycopg2.extensions.parse_dsn(url)
    assert for_libpq["host"] == str(folder)
    assert for_libpq["dbname"] == "mapgrid_demo"


def test_the_newest_postgresql_with_postgis_is_installed() -> None:
    listed = (
        "postgresql-9-postgis-3 - old\npostgresql-15-postgis-3 - Geographic objects\n"
        "postgresql-15-postgis-3-scripts - more\npostgresql-13-postgis-3 - older\n"
    )
    assert debian.newest_postgis(listed) == "postgresql-15-postgis-3"
    assert debian.newest_postgis("postgresql-15 - no spatial package\n") is None


def test_package_lists_are_fetched_again_after_some_hours(tmp_path: Path) -> None:
    assert not debian.lists_are_fresh(tmp_path)
    listed = tmp_path / "mirror_dists_stable_main_binary-amd64_Packages"
    listed.write_text("")
    fetched_s = max(listed.stat().st_mtime, tmp_path.stat().st_mtime)
    assert debian.lists_are_fresh(tmp_path, now_s=fetched_s + 60)
    assert not debian.lists_are_fresh(tmp_path, now_s=fetched_s + debian.LISTS_FRESH_S + 1)
