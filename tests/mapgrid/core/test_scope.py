"""A scope as a plain question, as a row filter and as SQL: three ways, one answer."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from mapgrid.assets.models import HazardPoint
from mapgrid.core.scope import NOBODY, SYSTEM, Scope, within
from mapgrid.core.tiles import cut_sql

# Codes that begin alike, hold wildcards of LIKE, and sort around the full stop.
CODES = st.sampled_from(["4", "41", "410", "41_", "4%", "5", "a", "A", "-", "/", "网"])
PATHS = st.lists(CODES, max_size=4).map(lambda codes: "".join(f"{code}." for code in codes))
SUBTREES = PATHS.filter(bool)
SCOPES = st.builds(
    Scope,
    everything=st.sampled_from([False, False, False, True]),
    paths=st.lists(SUBTREES, max_size=3).map(tuple),
    unassigned=st.booleans(),
)


@pytest.mark.django_db
@settings(max_examples=150, deadline=None)
@given(scope=SCOPES, paths=st.lists(PATHS, min_size=1, max_size=6))
def test_question_filter_and_sql_agree(scope: Scope, paths: list[str]) -> None:
    HazardPoint.objects.all().delete()
    HazardPoint.objects.bulk_create(
        HazardPoint(kind="other", name=str(i), scope_path=path, point=Point(0, 0, srid=4326))
        for i, path in enumerate(paths)
    )
    expected = [str(i) for i, path in enumerate(paths) if scope.covers(path)]
    asked = HazardPoint.objects.filter(within(scope)).order_by("pk").values_list("name", flat=True)
    assert list(asked) == expected
    cut, params = cut_sql(scope, "h")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name FROM assets_hazardpoint h WHERE {cut} ORDER BY id", params)
        assert [row[0] for row in cursor.fetchall()] == expected


def test_a_neighbour_whose_code_begins_alike_is_not_inside() -> None:
    assert not Scope(paths=("41.410.",)).covers("41.4102.")
    assert Scope(paths=("41.410.",)).covers("41.410.2.")


def test_the_unassigned_are_seen_by_their_keepers_only() -> None:
    assert not Scope(paths=("41.",)).covers("")
    assert Scope(unassigned=True).covers("")
    assert SYSTEM.covers("")
    assert not NOBODY.covers("41.")


def test_what_one_may_see_is_apart_from_what_one_may_do() -> None:
    scope = Scope(paths=("41.",), abilities=frozenset({"event.read"}))
    assert scope.can("event.read")
    assert not scope.can("event.move")
    assert not NOBODY.can("event.read")
    assert SYSTEM.can("anything")


@given(SCOPES, SCOPES, st.lists(PATHS, max_size=8))
def test_equal_keys_mean_equal_rows(one: Scope, other: Scope, paths: list[str]) -> None:
    if one.key == other.key:
        assert [one.covers(p) for p in paths] == [other.covers(p) for p in paths]


def test_different_scopes_have_different_keys() -> None:
    scopes = [
        SYSTEM, NOBODY, Scope(paths=("1.",)), Scope(paths=("1.", "2.")), Scope(unassigned=True),
        Scope(department_ids=(1,)), Scope(department_ids=(1, 2)), Scope(department_ids=(12,)),
    ]  # fmt: skip
    assert len({scope.key for scope in scopes}) == len(scopes)
