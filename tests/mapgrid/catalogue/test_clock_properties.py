"""Laws of the working clock, and a slow clock that looks at every minute as its oracle."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mapgrid.catalogue.clocks import CalendarRules, WorkClock, deadline, deadlines

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
ZONES = ("Asia/Shanghai", "America/Chicago", "Europe/Helsinki", "Asia/Kathmandu")


@st.composite
def calendars(draw: st.DrawFn) -> CalendarRules:
    """Any week with work in it, one to three sessions on quarter hours, some days turned round.

    Sessions keep clear of the hours in which clocks change, which have tests of their own.
    """
    count = draw(st.integers(1, 3))
    marks = draw(st.sets(st.integers(20, 96), min_size=2 * count, max_size=2 * count))
    edges = [15 * mark for mark in sorted(marks)]
    days = draw(st.dictionaries(st.dates(FIRST, LAST), st.booleans(), max_size=12))
    return CalendarRules(
        time_zone=draw(st.sampled_from(ZONES)),
        weekdays=draw(st.frozensets(st.integers(1, 7), min_size=1)),
        sessions=tuple(zip(edges[::2], edges[1::2], strict=True)),
        exceptions=tuple(sorted(days.items())),
    )


moments = st.datetimes(
    datetime(2026, 1, 3), datetime(2026, 9, 30), timezones=st.just(UTC)
)  # the clock's year has room for the limits below
limits = st.integers(0, 900)


def year_of(rules: CalendarRules) -> WorkClock:
    return WorkClock.build(rules, FIRST, date(2027, 12, 31))


def oracle(rules: CalendarRules, start: datetime, minutes: int) -> datetime:
    """Walk minute by minute on the wall and count those that are worked."""
    zone, changed = ZoneInfo(rules.time_zone), dict(rules.exceptions)
    now, left = start, minutes
    while left:
        wall = now.astimezone(zone)
        worked = changed.get(wall.date(), wall.isoweekday() in rules.weekdays)
        minute = wall.hour * 60 + wall.minute
        left -= worked and any(opens <= minute < closes for opens, closes in rules.sessions)
        now += timedelta(minutes=1)
    return now


@settings(max_examples=60, deadline=None)
@given(calendars(), moments, st.integers(1, 600))
def test_the_deadline_is_the_one_that_a_minute_by_minute_walk_finds(
    rules: CalendarRules, start: datetime, minutes: int
) -> None:
    start = start.replace(second=0, microsecond=0)
    assert year_of(rules).deadline(start, minutes) == oracle(rules, start, minutes)


@settings(max_examples=150, deadline=None)
@given(calendars(), moments, limits)
def test_the_work_between_start_and_deadline_is_the_limit(
    rules: CalendarRules, start: datetime, minutes: int
) -> None:
    clock = year_of(rules)
    assert clock.worked_minutes(start, clock.deadline(start, minutes)) == minutes


@settings(max_examples=150, deadline=None)
@given(calendars(), moments, moments, limits, limits)
def test_a_later_start_or_a_longer_limit_never_ends_earlier(
    rules: CalendarRules, one: datetime, other: datetime, short: int, long: int
) -> None:
    clock = year_of(rules)
    early, late = sorted((one, other))
    short, long = sorted((short, long))
    assert clock.deadline(early, long) <= clock.deadline(late, long) or long == 0
    assert clock.deadline(early, short) <= clock.deadline(early, long)


@settings(max_examples=100, deadline=None)
@given(calendars(), st.lists(st.tuples(moments, st.integers(1, 40), st.booleans()), max_size=12))
def test_many_at_once_equal_one_by_one(
    rules: CalendarRules, cases: list[tuple[datetime, int, bool]]
) -> None:
    starts = np.array([c[0].replace(tzinfo=None) for c in cases], dtype="datetime64[us]")
    minutes = np.array([c[1] for c in cases], dtype=np.int64) * 60
    found = deadlines(rules, starts, minutes, np.array([c[2] for c in cases], dtype=bool))
    for at, (start, hours, emergency) in zip(found.at, cases, strict=True):
        unit = "emergency_hours" if emergency else "working_hours"
        single = deadline(rules, start, hours, unit).at
        assert at == np.datetime64(single.replace(tzinfo=None), "us")


@settings(max_examples=100, deadline=None)
@given(calendars(), moments, moments, moments)
def test_worked_time_adds_up(rules: CalendarRules, a: datetime, b: datetime, c: datetime) -> None:
    clock = year_of(rules)
    parts = clock.worked_minutes(a, b) + clock.worked_minutes(b, c)
    assert abs(parts - clock.worked_minutes(a, c)) < 1e-6
    many = clock.worked_minutes_between(
        np.array([a.replace(tzinfo=None)], dtype="datetime64[us]"),
        np.array([c.replace(tzinfo=None)], dtype="datetime64[us]"),
    )
    assert many[0] == clock.worked_minutes(a, c)
