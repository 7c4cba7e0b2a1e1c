"""Data versions: a short text that changes whenever a committed write touched a named table."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from mapgrid.core.models import DataChange

TRIGGER_SQL = """
CREATE TRIGGER {table}_data_change
AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION mapgrid_note_change();
"""


def version_sql(table: str) -> str:
    """Return the trigger that makes a table versioned, for a migration to run."""
    return TRIGGER_SQL.format(table=table)


def data_version(tables: Sequence[str]) -> str:
    """Return the version of several tables together, as seen by this transaction.

    Count and newest id together change even when a transaction with a lower id commits later.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT "table", count(*), max(id) FROM core_datachange WHERE "table" = ANY(%s)'
            ' GROUP BY "table" ORDER BY "table"',
            [list(tables)],
        )
        rows = cursor.fetchall()
    return hashlib.blake2b(repr(rows).encode(), digest_size=8).hexdigest()


def fold_changes(*, keep_hours: int = 1) -> int:
    """Delete all but the newest old row of each table; return how many went."""
    old = timezone.now() - timedelta(hours=keep_hours)
    newest = DataChange.objects.order_by("table", "-id").distinct("table").values("id")
    deleted, _ = DataChange.objects.filter(at__lt=old).exclude(id__in=newest).delete()
    return deleted
