"""COPY writes what an INSERT would have written, whatever stands in the columns."""

from __future__ import annotations

import datetime as dt
import json
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
import shapely
from django.db import connection, models
from hypothesis import given, settings
from hypothesis import strategies as st

from mapgrid.core.copy import copy_columns, take_ids
from mapgrid.core.geometry import hex_ewkb
from mapgrid.ground.models import Street

pytestmark = pytest.mark.django_db
SAMPLE = cast(type[models.Model], SimpleNamespace(_meta=SimpleNamespace(db_table="sample")))


@pytest.fixture
def _table(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE sample (id serial, word text, number double precision,"
            " whole integer, flag boolean, moment timestamptz, day date, data jsonb, geom geometry,"
            " preset text NOT NULL DEFAULT 'given') ON COMMIT DROP"
        )


def stored(column: str, values: Any) -> list[Any]:
    copy_columns(SAMPLE, {column: values})
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM sample ORDER BY id")
        found = [row[0] for row in cursor.fetchall()]
        cursor.execute("TRUNCATE sample")
    return found


HOSTILE = [
    "", " ", "NULL", "\\N", "\\.", 'say "no"', "a,b", "line\nbreak", "line\r\nbreak", "tab\there",
    "中文，全角", "😀", "'; DROP TABLE sample; --", "\\", "%s", "nan", "None",
]  # fmt: skip


@pytest.mark.usefixtures("_table")
@pytest.mark.parametrize("shape", [list, np.array, pd.Series, lambda v: np.array(v, dtype=object)])
def test_texts_arrive_unchanged(shape: Any) -> None:
    assert stored("word", shape(HOSTILE)) == HOSTILE


@pytest.mark.usefixtures("_table")
def test_a_missing_text_is_null_and_an_empty_one_is_empty() -> None:
    assert stored("word", ["", None, "x"]) == ["", None, "x"]
    assert stored("word", np.array(["", None, np.nan], dtype=object)) == ["", None, None]
    assert stored("word", pd.Series(["", None, pd.NA], dtype=object)) == ["", None, None]


@pytest.mark.usefixtures("_table")
def test_numbers_keep_every_digit_and_nan_is_null() -> None:
    values = [0.1, 1e-300, 1.7976931348623157e308, -0.0, 113.59999999999999, np.nan]
    assert stored("number", np.array(values)) == [*values[:-1], None]
    assert stored("number", [1.5, None]) == [1.5, None]
    assert stored("whole", np.array([1, -2])) == [1, -2]
    assert stored("whole", np.array([1.0, np.nan])) == [1, None]
    assert stored("whole", pd.Series([1, None], dtype="Int64")) == [1, None]
    assert stored("whole", np.array([1, None], dtype=object)) == [1, None]


@pytest.mark.usefixtures("_table")
def test_truth_values_may_be_unknown() -> None:
    assert stored("flag", np.array([True, False])) == [True, False]
    assert stored("flag", np.array([True, None, False], dtype=object)) == [True, None, False]
    assert stored("flag", [None, None]) == [None, None]


@pytest.mark.usefixtures("_table")
def test_moments_are_the_same_moment_however_they_are_given() -> None:
    moment = dt.datetime(2026, 3, 2, 1, 2, 3, 456789, tzinfo=dt.UTC)
    naive_utc = np.array(["2026-03-02T01:02:03.456789", "NaT"], dtype="datetime64[us]")
    local = pd.Series([pd.Timestamp(moment).tz_convert("Asia/Shanghai"), pd.NaT])
    python = [moment.astimezone(ZoneInfo("America/Chicago")), None]
    for given_as in (naive_utc, naive_utc.astype("datetime64[ns]"), local, python):
        assert stored("moment", given_as) == [moment, None]


@pytest.mark.usefixtures("_table")
def test_days_and_documents() -> None:
    day = dt.date(2026, 3, 2)
    assert stored("day", [day, None]) == [day, None]
    assert stored("day", ["2026-03-02", None]) == [day, None]
    document = {"a": [1, None, 'quote "'], "中": "文\n"}
    copy_columns(SAMPLE, {"data": [json.dumps(document), "{}"]})
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM sample ORDER BY id")
        assert [json.loads(row[0]) for row in cursor.fetchall()] == [document, {}]


@pytest.mark.usefixtures("_table")
def test_geometries_carry_their_system_and_blank_ones_are_null() -> None:
    points = [shapely.Point(113.6, 34.75), None, shapely.Point()]
    copy_columns(SAMPLE, {"geom": hex_ewkb(points)})
    with connection.cursor() as cursor:
        cursor.execute("SELECT ST_AsEWKT(geom) FROM sample ORDER BY id")
        assert [row[0] for row in cursor.fetchall()] == ["SRID=4326;POINT(113.6 34.75)", None, None]


@pytest.mark.usefixtures("_table")
def test_columns_left_out_take_the_tables_default() -> None:
    assert copy_columns(SAMPLE, {"word": ["a", "b"]}) == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT preset FROM sample")
        assert cursor.fetchall() == [("given",), ("given",)]


@pytest.mark.usefixtures("_table")
def test_nothing_in_is_nothing_written() -> None:
    assert copy_columns(SAMPLE, {"word": [], "number": np.array([])}) == 0


@pytest.mark.usefixtures("_table")
@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_any_text_comes_back(values: list[str]) -> None:
    assert stored("word", values) == values


def test_ids_are_taken_once(db: None) -> None:
    first, second = take_ids(Street, 3), take_ids(Street, 2)
    assert len(set(first.tolist()) | set(second.tolist())) == 5
    made = Street.objects.create(line="SRID=4326;LINESTRING(113.6 34.7, 113.7 34.7)")
    assert made.pk not in {*first.tolist(), *second.tolist()}
    assert take_ids(Street, 0).shape == (0,)
