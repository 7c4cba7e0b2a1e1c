"""Data versions: a short text that changes whenever a committed write touched a named table."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Count, Min
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


@transaction.atomic
def fold_changes(*, keep_hours: int = 1) -> int:
    """Put the old rows of each table together; return how many rows fewer there are.

    Each table that is folded gets a fresh row, so that no version that was ever seen comes back,
    not even where a slow writer's row with a low id arrived in between.
    """
    old = timezone.now() - timedelta(hours=keep_hours)
    crowded = (
        DataChange.objects.values("table")
        .annotate(rows=Count("id"), first=Min("at"))
        .filter(rows__gt=1, first__lt=old)
    )
    tables = list(crowded.values_list("table", flat=True))
    DataChange.objects.bulk_create(DataChange(table=name, at=timezone.now()) for name in tables)
    deleted, _ = DataChange.objects.filter(table__in=tables, at__lt=old).delete()
    return deleted - len(tables)
