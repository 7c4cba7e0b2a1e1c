"""Source IDs must not depend on the order in which a file happens to stand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import ReadError
from geodata.ingest import Match, compare_names, occurrence_ids
from geodata.ingest.dates import parse_dates


def frame(*rows):
    return pd.DataFrame(rows, columns=["number", "done", "note"], dtype=object)


def test_the_earlier_completion_keeps_the_plain_number():
    table = frame(("7", "2013-02-01", "a"), ("8", "", "b"), ("7", "2012-01-01", "c"))
    found = occurrence_ids(table, "number", "done")
    assert found.ids.tolist() == ["7#2", "8", "7"]
    assert found.repeated == ("7",)


def test_a_missing_date_comes_last_and_the_whole_row_breaks_ties():
    table = frame(("7", "", "a"), ("7", "2012", "z"), ("7", "2012", "b"))
    assert occurrence_ids(table, "number", "done").ids.tolist() == ["7#3", "7#2", "7"]


@given(
    rows=st.lists(
        st.tuples(st.sampled_from("123"), st.sampled_from(["", "2012", "2013"]), st.text("ab")),
        max_size=12,
    ),
    data=st.data(),
)
def test_any_order_of_rows_and_columns_gives_each_row_the_same_id(rows, data):
    table = frame(*rows)
    order = data.draw(st.permutations(range(len(rows))))
    shuffled = table.iloc[order].reset_index(drop=True)[["note", "number", "done"]]
    first = occurrence_ids(table, "number", "done")
    second = occurrence_ids(shuffled, "number", "done")
    pairs = sorted(zip(first.ids, map(tuple, table.to_numpy()), strict=True))
    again = sorted(
        zip(second.ids, map(tuple, shuffled[list(table.columns)].to_numpy()), strict=True)
    )
    assert pairs == again
    assert len(set(first.ids)) == len(rows)


def test_several_columns_make_one_key_and_numbers_read_as_integers():
    table = pd.DataFrame({"u": [1.0, 1.0], "v": [2, 3]})
    assert occurrence_ids(table, ["u", "v"]).ids.tolist() == ["1-2", "1-3"]


def test_no_row_needs_no_name():
    found = occurrence_ids(pd.DataFrame({"number": [1.5], "at": ["x"]}).iloc[:0], "number", "at")
    assert (list(found.ids), found.repeated, found.identical) == ([], (), 0)


def test_identical_rows_are_counted():
    assert occurrence_ids(frame(("7", "x", "y"), ("7", "x", "y")), "number").identical == 1


@pytest.mark.parametrize(
    ("number", "code"), [("", "id_missing"), (None, "id_missing"), ("7#2", "id_marked")]
)
def test_keys_that_cannot_serve_are_refused(number, code):
    with pytest.raises(ReadError) as caught:
        occurrence_ids(frame(("7", "", ""), (number, "", "")), "number")
    assert caught.value.code == code


def test_dates_are_read_and_the_unreadable_named():
    values = ["2012-07-06", "2012/7/6 08:30", "2024年3月5日", "", None, "yesterday", "31.02.2012",
              pd.Timestamp("2020-01-01 10:00"), "2012-07-06T08:00:00Z"]  # fmt: skip
    parsed, notes = parse_dates(values, range(1, 10), "opened")
    assert parsed[0] == np.datetime64("2012-07-06")
    assert parsed[1] == np.datetime64("2012-07-06T08:30")
    assert parsed[2] == np.datetime64("2024-03-05")
    assert parsed[7] == np.datetime64("2020-01-01T10:00")
    assert np.isnat(parsed[[3, 4, 5, 6, 8]]).all()
    assert [note.row for note in notes] == [6, 7, 9]


def test_day_and_month_are_told_apart_only_by_a_declared_pattern():
    assert np.isnat(parse_dates(["03/04/2012"], [1], "d")[0][0])
    assert parse_dates(["03/04/2012"], [1], "d", ["%m/%d/%Y"])[0][0] == np.datetime64("2012-03-04")


def test_names_are_set_beside_the_official_ones():
    official = {"1": "广武镇", "2": "南关街道"}
    found = compare_names(["1", "2", "2", "3"], ["光武镇", "南关街道", "Nanguan", "x"], official)
    assert [row.match for row in found] == [
        Match.DIFFERS, Match.SAME, Match.OTHER_SCRIPT, Match.NOT_LISTED,
    ]  # fmt: skip
