"""Reports and publications take turns: no event is stored under a replaced edition."""

from __future__ import annotations

from django.db import connection

_KEY = 720_001  # any fixed number; one for the installation


def hold_editions_still() -> None:
    """Take the shared lock until the transaction ends: editions cannot change meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_KEY])


def change_editions() -> None:
    """Take the exclusive lock until the transaction ends: nobody assigns meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_KEY])
