"""The tally behind the counts of low zooms: its triggers (``sql/0005…``) fill it, this folds it."""

from __future__ import annotations

from pathlib import Path

from django.db import connection

SQL = Path(__file__).parent / "sql" / "tally_fold.sql"


def tally_fold() -> int:
    """Put the rows of each day, square and street together again; return how many rows went.

    For a job that runs now and then. Rows that a writer has not committed yet are left alone, and a
    reader sees either all old rows or the one new row.
    """
    with connection.cursor() as cursor:
        cursor.execute(SQL.read_text(encoding="utf-8"))
        gone, made = cursor.fetchone()
    return int(gone - made)
