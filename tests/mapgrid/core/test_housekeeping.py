"""Housekeeping: chores are done by the worker, and the next round is always waiting."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from mapgrid.core.changes import data_version
from mapgrid.core.housekeeping import do_chores, housekeep, schedule_housekeeping
from mapgrid.core.models import DataChange


def note(table: str, hours_ago: int) -> DataChange:
    return DataChange.objects.create(table=table, at=timezone.now() - dt.timedelta(hours=hours_ago))


@pytest.mark.django_db
def test_old_changes_are_folded_into_one_row_a_table() -> None:
    DataChange.objects.all().delete()
    kept = [note("a", 0), note("b", 5)]
    for _ in range(3):
        note("c", 9)
    note("c", 8)
    done = do_chores()
    assert done["data changes"] == 3
    left = dict(DataChange.objects.values_list("table", "pk"))
    assert DataChange.objects.count() == 3
    assert [left["a"], left["b"]] == [row.pk for row in kept]


@pytest.mark.django_db
def test_a_version_never_returns_after_folding() -> None:
    seen = {data_version(["a"])}
    for hours_ago in (5, 4, 3):
        note("a", hours_ago)
        seen.add(data_version(["a"]))
    do_chores()
    seen.add(data_version(["a"]))
    note("a", 0)
    seen.add(data_version(["a"]))
    assert len(seen) == 6


@pytest.mark.django_db(transaction=True)
def test_one_round_waits_and_each_round_asks_for_the_next() -> None:
    assert schedule_housekeeping()
    assert not schedule_housekeeping()
    DBTaskResult.objects.update(run_after=timezone.now() - dt.timedelta(minutes=1))
    call_command("worker", batch=True, startup_delay=False, verbosity=0)
    done = DBTaskResult.objects.get(task_path=housekeep.module_path, finished_at__isnull=False)
    assert done.status == "SUCCESSFUL"
    assert "event tally" in done.return_value
    waiting = DBTaskResult.objects.get(task_path=housekeep.module_path, finished_at__isnull=True)
    assert waiting.run_after > timezone.now()
    connection.close()
