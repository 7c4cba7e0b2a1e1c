"""The demonstration's cases: believable, consistent, reproducible."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from geodata.synth import ConditionSpec, build_city, build_events
from geodata.synth.checks import event_checks
from geodata.synth.lifecycle import STATE_AFTER
from geodata.synth.warp import to_metric
from geodata.synth.weather import rain_mm
from tests.geodata.synth.conftest import UNTIL, UNTIL_UTC, World, make_world

# What may follow what; "" is the beginning. The product has the same table in its workflow.
FOLLOWS = {
    "": {"report"},
    "report": {"accept", "return_result"},
    "accept": {"verify", "file", "reject", "mark_duplicate"},
    "verify": {"file", "reject", "mark_duplicate"},
    "file": {"dispatch"},
    "reopen": {"dispatch"},
    "dispatch": {"handle"},
    "handle": {"extend", "suspend", "return_result"},
    "extend": {"return_result"},
    "suspend": {"resume"},
    "resume": {"return_result"},
    "return_result": {"check"},
    "check": {"rework", "close"},
    "rework": {"handle"},
    "close": {"reopen"},
    "reject": set(),
    "mark_duplicate": set(),
}


def test_every_check_of_the_cases_passes(world: World) -> None:
    checks = event_checks(world.city, world.told, world.specs, UNTIL_UTC)
    assert [check for check in checks if not check.passed] == []


def test_steps_follow_each_other_in_time_and_by_the_rules(world: World) -> None:
    steps = world.told.steps
    same = steps["event_index"].diff() == 0
    assert (steps["at"].diff()[same] >= pd.Timedelta(0)).all()
    before = steps["action"].shift(1).where(same, "")
    pairs = set(zip(before, steps["action"], strict=True))
    assert all(after in FOLLOWS[first] for first, after in pairs)
    assert steps["at"].max() <= pd.Timestamp(UNTIL_UTC)
    assert (
        steps.groupby("event_index")["sequence"].last() == steps.groupby("event_index").size()
    ).all()


def test_the_state_is_what_the_last_step_left(world: World) -> None:
    steps = world.told.steps[world.told.steps["action"] != "extend"]
    last = steps.groupby("event_index")["action"].last().map(STATE_AFTER)
    assert (last.to_numpy() == world.told.events["state"].to_numpy()).all()
    first = world.told.steps.groupby("event_index")["at"].first()
    assert (first.to_numpy() == world.told.events["reported_at"].to_numpy()).all()


def test_a_duplicate_points_at_an_earlier_case_of_its_category_close_by(world: World) -> None:
    events = world.told.events
    rows = np.flatnonzero(events["duplicate_of"] >= 0)
    assert len(rows) > 50
    original = events["duplicate_of"].to_numpy()[rows]
    assert (
        events["reported_at"].to_numpy()[original] < events["reported_at"].to_numpy()[rows]
    ).all()
    condition = events["condition_index"].to_numpy()
    assert (condition[original] == condition[rows]).all()
    assert (events["outcome"].to_numpy()[original] != "duplicate").all()
    xy = to_metric(events[["lon", "lat"]].to_numpy())
    assert np.hypot(*(xy[original] - xy[rows]).T).max() < 120


def test_a_component_case_lies_at_a_component_of_its_category(world: World) -> None:
    events, components = world.told.events, world.city.components
    rows = np.flatnonzero(events["component_index"] >= 0)
    which = events["component_index"].to_numpy()[rows]
    codes = np.array([spec.category_code for spec in world.specs])
    assert (
        components["category_code"].to_numpy()[which] == codes[events["condition_index"]][rows]
    ).all()
    here = to_metric(events[["lon", "lat"]].to_numpy()[rows])
    there = to_metric(components[["lon", "lat"]].to_numpy()[which])
    assert np.hypot(*(here - there).T).max() < 40


def test_only_what_ended_has_an_outcome_and_only_what_was_dispatched_a_department(
    world: World,
) -> None:
    events = world.told.events
    ended = events["state"].isin(["closed", "rejected"])
    assert (events["outcome"][~ended] == "").all()
    assert (events["outcome"][ended] != "").all()
    dispatched = set(world.told.steps.loc[world.told.steps["action"] == "dispatch", "event_index"])
    assert set(np.flatnonzero(events["department_key"] != "")) == dispatched


def test_cases_come_out_the_same_again_and_different_with_another_seed(world: World) -> None:
    again = make_world()
    pd.testing.assert_frame_equal(again.told.events, world.told.events)
    pd.testing.assert_frame_equal(again.told.steps, world.told.steps)
    other = build_events(
        world.city, world.specs, UNTIL, lambda at, i: at + np.timedelta64(1, "D"), seed=4
    )
    assert set(other.events["event_uuid"]).isdisjoint(world.told.events["event_uuid"])


def test_twice_the_city_has_twice_the_cases_and_stays_believable() -> None:
    until = datetime.fromisoformat("2026-07-01T10:30:00+08:00")
    double = make_world(2, until)
    assert len(double.told.events) == 40_000
    end = np.datetime64("2026-07-01T02:30:00")
    checks = event_checks(double.city, double.told, double.specs, end)
    assert [check for check in checks if not check.passed] == []


def test_an_unknown_catalogue_still_gives_cases() -> None:
    specs = [ConditionSpec("component", "0999", "1"), ConditionSpec("incident", "9901", "a", True)]
    told = build_events(build_city(), specs, UNTIL, lambda at, i: at + np.timedelta64(8, "h"))
    assert set(told.events["condition_index"]) == {0, 1}
    assert (told.events["component_index"] == -1).all()


def test_a_moment_without_a_time_zone_is_refused(world: World) -> None:
    with pytest.raises(ValueError, match="aware"):
        build_events(world.city, world.specs, datetime(2026, 1, 1), lambda at, i: at)


def test_a_day_has_the_same_rain_in_every_period() -> None:
    year = np.arange(np.datetime64("2025-01-01"), np.datetime64("2026-01-01"))
    assert np.array_equal(rain_mm(7, year)[180:], rain_mm(7, year[180:]))
    with pytest.raises(ValueError, match="2015"):
        rain_mm(7, np.array([np.datetime64("2050-01-01")]))


def test_ten_summers_bring_more_rain_than_ten_winters() -> None:
    days = np.arange(np.datetime64("2016-01-01"), np.datetime64("2026-01-01"))
    month = days.astype("datetime64[M]").astype(int) % 12
    rain = rain_mm(7, days)
    assert rain[np.isin(month, [6, 7])].sum() > 6 * rain[np.isin(month, [11, 0])].sum()
    assert 550 < rain.sum() / 10 < 730
