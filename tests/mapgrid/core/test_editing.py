"""Edits never overwrite somebody else's."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from mapgrid.core.editing import change, lock_version
from mapgrid.core.errors import ConflictError, InvalidError, NotFoundError
from mapgrid.people.models import Department
from tests.waiting import until_blocked

pytestmark = pytest.mark.django_db


def department(**values: str) -> Department:
    return Department.objects.create(**{"key": "roads", "name": "市政", **values})


def test_an_edit_raises_the_version() -> None:
    row = lock_version(Department.objects.all(), department().pk, 1)
    assert change(row, {"name": "市政处"}).version == 2
    assert Department.objects.get().name == "市政处"


def test_an_edit_of_an_older_version_is_refused_and_says_which_is_newer() -> None:
    row = department()
    change(row, {"name": "新"})
    with pytest.raises(ConflictError, match=r"row\.changed") as caught:
        lock_version(Department.objects.all(), row.pk, 1)
    assert caught.value.data == {"version": 2}
    assert Department.objects.get().name == "新"


def test_what_the_reader_may_not_see_is_missing_not_forbidden() -> None:
    row = department()
    for rows, pk in ((Department.objects.none(), row.pk), (Department.objects.all(), row.pk + 1)):
        with pytest.raises(NotFoundError, match=r"row\.missing"):
            lock_version(rows, pk, 1)


def test_a_wrong_value_is_told_by_field_and_not_stored() -> None:
    row = department()
    with pytest.raises(InvalidError) as caught:
        change(row, {"kind": "circus", "name": ""})
    assert set(caught.value.fields) == {"kind", "name"}
    row.refresh_from_db()
    assert (row.kind, row.name, row.version) == ("other", "市政", 1)


@pytest.mark.django_db(transaction=True)
def test_of_two_edits_at_once_the_second_is_told() -> None:
    row = department()
    told: list[Exception] = []

    def second() -> None:
        try:
            with transaction.atomic():
                change(lock_version(Department.objects.all(), row.pk, 1), {"name": "二"})
        except ConflictError as error:
            told.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    with transaction.atomic():
        mine = lock_version(Department.objects.all(), row.pk, 1)
        thread.start()
        until_blocked()
        change(mine, {"name": "一"})
    thread.join()
    assert len(told) == 1
    assert Department.objects.get().name == "一"
