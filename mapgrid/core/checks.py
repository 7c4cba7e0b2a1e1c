"""What must hold before the product starts; each message says how to mend it."""

from __future__ import annotations

import importlib.util
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Critical, Error, Tags, register
from django.db import connection

from geodata.crs import check_metric
from geodata.errors import GeodataError


@register(Tags.database)
def check_driver(**kwargs: Any) -> list[CheckMessage]:
    """Django would silently prefer psycopg 3, which this code was not tested with."""
    if importlib.util.find_spec("psycopg") is not None:
        return [
            Critical(
                "psycopg 3 is installed beside psycopg2.",
                hint="Run: pip uninstall psycopg psycopg-binary",
                id="mapgrid.E001",
            )
        ]
    return []


@register(Tags.compatibility)
def check_metric_srid(**kwargs: Any) -> list[CheckMessage]:
    """METRIC_SRID must be in metres and cover the city."""
    try:
        check_metric(settings.METRIC_SRID, settings.CITY.bounds_lonlat)
    except GeodataError as error:
        return [Error(str(error), hint=error.hint, id="mapgrid.E002")]
    return []


@register(Tags.database)
def check_stored_srid(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Boundaries measured in another system than the one set would give wrong distances."""
    if not databases:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('geometry_columns')")
        if cursor.fetchone() == (None,):
            return []  # before the first migration there is nothing to compare
        cursor.execute(
            "SELECT srid FROM geometry_columns"
            " WHERE f_table_name = 'grids_cell' AND f_geometry_column = 'boundary_m'"
        )
        row = cursor.fetchone()
    if row and row[0] != settings.METRIC_SRID:
        return [
            Critical(
                f"The database measures in EPSG:{row[0]},"
                f" the settings say EPSG:{settings.METRIC_SRID}.",
                hint="One database is one city:"
                " set the METRIC_SRID it was made with, or make a new one.",
                id="mapgrid.E003",
            )
        ]
    return []
