"""Waiting for another connection to wait: what tests of locks need to be certain, not lucky."""

from __future__ import annotations

import time

from django.db import connection

_WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND wait_event_type = 'Lock'
"""


def until_blocked(count: int = 1, seconds: float = 20.0) -> None:
    """Return once other connections of this database wait for a lock.

    Raises
    ------
    TimeoutError
        When fewer than ``count`` wait after ``seconds``.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(_WAITING)
            if cursor.fetchone()[0] >= count:
                return
        time.sleep(0.02)
    msg = f"No {count} connections waited for a lock within {seconds} s."
    raise TimeoutError(msg)
