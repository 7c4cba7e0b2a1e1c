"""Data versions: seen with the commit, by everybody, and never one that was seen before."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from mapgrid.core.changes import data_version, fold_changes
from mapgrid.core.models import DataChange
from mapgrid.ground.models import Street, Water

STREETS, WATERS = ["ground_street"], ["ground_water"]


def street(name: str = "路") -> Street:
    return Street.objects.create(name=name, line="SRID=4326;LINESTRING(113.6 34.7, 113.7 34.7)")


def elsewhere(ask: Callable[[], str]) -> str:
    """Ask over a connection of its own."""
    answers: list[str] = []

    def work() -> None:
        try:
            answers.append(ask())
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return answers[0]


@pytest.mark.django_db(transaction=True)
def test_others_see_a_new_version_with_the_commit_and_not_before() -> None:
    before = data_version(STREETS)
    with transaction.atomic():
        street()
        assert data_version(STREETS) != before  # the writer reads its own rows
        assert elsewhere(lambda: data_version(STREETS)) == before
    after = elsewhere(lambda: data_version(STREETS))
    assert after != before
    assert after == data_version(STREETS)


@pytest.mark.django_db(transaction=True)
def test_a_write_that_is_rolled_back_changes_nothing() -> None:
    before = data_version(STREETS)
    with transaction.atomic():
        street()
        transaction.set_rollback(True)
    assert data_version(STREETS) == before


@pytest.mark.django_db
def test_every_kind_of_write_counts_and_other_tables_do_not() -> None:
    seen = [data_version(STREETS)]
    row = street()
    seen.append(data_version(STREETS))
    Street.objects.filter(pk=row.pk).update(name="新")
    seen.append(data_version(STREETS))
    row.delete()
    seen.append(data_version(STREETS))
    assert len(set(seen)) == 4
    Water.objects.create(area="SRID=4326;POLYGON((0 0,0 1,1 1,0 0))")
    assert data_version(STREETS) == seen[-1]
    assert data_version(STREETS + WATERS) != data_version(STREETS)


@pytest.mark.django_db
def test_folding_leaves_one_row_a_table_and_keeps_what_is_young() -> None:
    with time_machine.travel(timezone.now() + dt.timedelta(hours=3), tick=False):
        for _ in range(4):
            street()
        Water.objects.create(area="SRID=4326;POLYGON((0 0,0 1,1 1,0 0))")
        assert fold_changes() > 0
        assert DataChange.objects.filter(table="ground_street").count() == 1
        waters = DataChange.objects.filter(table="ground_water").count()
        assert fold_changes() == 0
        assert DataChange.objects.filter(table="ground_water").count() == waters


@pytest.mark.django_db
def test_folding_spares_the_last_hour() -> None:
    street()
    street()
    assert fold_changes() == 0
    assert DataChange.objects.filter(table="ground_street").count() >= 2


@pytest.mark.django_db(transaction=True)
def test_a_version_never_comes_back_when_a_slow_writer_is_folded_away() -> None:
    """A slow writer takes a lower number and commits later. Its row is older than the newest one,
    so folding deletes it, and what remains must not look like the time before it."""
    street()
    hour = dt.timedelta(hours=1)
    slow = DataChange.objects.create(table="ground_street", at=timezone.now() - 3 * hour)
    DataChange.objects.create(table="ground_street", at=timezone.now() - 3 * hour)
    DataChange.objects.filter(at__gt=timezone.now() - hour).delete()
    slow_id = slow.pk
    slow.delete()
    seen = {data_version(STREETS)}  # the slow one is not committed yet
    DataChange.objects.create(id=slow_id, table="ground_street", at=timezone.now() - 3 * hour)
    seen.add(data_version(STREETS))
    fold_changes()
    assert data_version(STREETS) not in seen
