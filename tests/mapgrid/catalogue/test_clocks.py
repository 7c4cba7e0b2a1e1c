"""The working clock: named days whose deadlines anybody can check on a wall calendar."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from mapgrid.catalogue.clocks import (
    CalendarRules,
    ClockError,
    ClockSpanError,
    LimitUnit,
    WorkClock,
    deadline,
    deadlines,
    first_instant_us,
    from_us,
)
from mapgrid.catalogue.statutory import statutory_exceptions, statutory_span

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHICAGO = ZoneInfo("America/Chicago")
OFFICE_HOURS = ((8 * 60, 12 * 60), (14 * 60, 18 * 60))
WEEKDAYS = frozenset({1, 2, 3, 4, 5})

STATUTORY = CalendarRules(
    "Asia/Shanghai", WEEKDAYS, OFFICE_HOURS, statutory_exceptions(), *statutory_span()
)
PLAIN_CHICAGO = CalendarRules("America/Chicago", WEEKDAYS, OFFICE_HOURS)


def due(start: datetime, value: int, unit: str, rules: CalendarRules = STATUTORY) -> datetime:
    """Deadline in the calendar's own local time."""
    return deadline(rules, start, value, unit).at.astimezone(ZoneInfo(rules.time_zone))


def local(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def test_emergency_hours_run_through_the_night_and_the_weekend() -> None:
    assert due(local(11, 21, 23, 30), 2, "emergency_hours") == local(11, 22, 1, 30)


def test_four_working_hours_pause_at_noon() -> None:
    assert due(local(11, 19, 11, 0), 4, "working_hours") == local(11, 19, 17, 0)


def test_a_start_in_the_lunch_break_counts_from_the_afternoon() -> None:
    assert due(local(11, 19, 12, 47), 2, "working_hours") == local(11, 19, 16, 0)


def test_a_start_after_hours_counts_from_the_next_working_morning() -> None:
    assert due(local(11, 20, 19, 0), 1, "working_hours") == local(11, 23, 9, 0)  # Friday to Monday


def test_a_full_day_from_the_morning_ends_the_same_evening() -> None:
    assert due(local(11, 19, 8, 0), 1, "working_days") == local(11, 19, 18, 0)


def test_national_day_week_is_left_out_and_the_swapped_saturday_is_worked() -> None:
    """1-7 Oct 2026 off; Saturday 10 Oct worked; Sunday 11 Oct off.

    ::

        Wed 30 Sep 17:00 |1h| off 1-7 |Thu 8: 8h|Fri 9: 8h|Sat 10: 7h -> 17:00
    """
    assert due(local(9, 30, 17, 0), 3, "working_days") == local(10, 10, 17, 0)


def test_an_ordinary_saturday_is_off() -> None:
    assert due(local(11, 20, 17, 0), 2, "working_hours") == local(11, 23, 9, 0)


def test_beyond_the_published_years_monday_to_friday_with_a_flag() -> None:
    start = local(12, 31, 17, 0, year=statutory_span()[1].year)
    found = deadline(STATUTORY, start, 2, "working_hours")
    assert found.provisional
    assert found.at > start + timedelta(hours=1)
    far = deadline(STATUTORY, local(6, 3, 9, year=2040), 1, "working_days")
    assert far.provisional
    assert far.at.astimezone(SHANGHAI) == local(6, 4, 18, year=2040)  # from a Sunday


def test_a_deadline_inside_the_published_years_is_not_provisional() -> None:
    assert not deadline(STATUTORY, local(11, 19, 9), 5, "working_days").provisional


def test_an_emergency_deadline_is_never_provisional() -> None:
    assert not deadline(STATUTORY, local(6, 3, 9, year=2040), 2, "emergency_hours").provisional


@pytest.mark.parametrize(
    ("day", "hours_that_day_lasts"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25)]
)
def test_a_session_of_a_whole_day_has_as_many_minutes_as_the_day(
    day: date, hours_that_day_lasts: int
) -> None:
    rules = CalendarRules("America/Chicago", frozenset(range(1, 8)), ((0, 1440),))
    clock = WorkClock.build(rules, day, day)
    assert clock.worked_us[-1] == hours_that_day_lasts * 3_600_000_000


def test_office_hours_in_chicago_stay_on_the_wall_when_the_clocks_change() -> None:
    friday = datetime(2026, 3, 6, 17, 0, tzinfo=CHICAGO)
    assert due(friday, 2, "working_hours", PLAIN_CHICAGO) == datetime(
        2026, 3, 9, 9, 0, tzinfo=CHICAGO
    )
    assert due(friday, 2, "working_hours", PLAIN_CHICAGO).astimezone(UTC).hour == 14  # not 15


def test_emergency_hours_in_chicago_are_real_hours_when_the_clocks_change() -> None:
    evening = datetime(2026, 10, 31, 23, 0, tzinfo=CHICAGO)
    found = deadline(PLAIN_CHICAGO, evening, 4, "emergency_hours").at
    assert found - evening.astimezone(UTC) == timedelta(hours=4)
    assert found.astimezone(CHICAGO).hour == 2


def test_a_skipped_wall_time_becomes_the_moment_of_the_change() -> None:
    """::

    01:59 CST | 03:00 CDT     02:30 does not exist on 8 March 2026
              ^ 08:00 UTC
    """
    skipped = first_instant_us(date(2026, 3, 8), 150, CHICAGO)
    assert from_us(skipped) == datetime(2026, 3, 8, 8, 0, tzinfo=UTC)


def test_a_wall_time_that_occurs_twice_is_the_first() -> None:
    twice = first_instant_us(date(2026, 11, 1), 90, CHICAGO)
    assert from_us(twice) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_a_million_deadlines_take_less_than_a_second() -> None:
    rng = np.random.default_rng(7)
    starts = np.datetime64("2025-01-01", "us") + rng.integers(0, 86_400 * 600, 1_000_000).astype(
        "timedelta64[s]"
    )
    minutes = rng.choice([60, 120, 240, 480, 960, 2400], 1_000_000)
    deadlines(STATUTORY, starts[:1], minutes[:1], np.zeros(1, bool))  # builds the clock's years
    begun = time.perf_counter()
    found = deadlines(STATUTORY, starts, minutes, rng.random(1_000_000) < 0.3)
    assert time.perf_counter() - begun < 1.0
    assert (found.at > starts).all()


def test_nothing_in_gives_nothing_out() -> None:
    none = np.array([], dtype="datetime64[us]")
    found = deadlines(STATUTORY, none, np.array([], dtype=np.int64), np.array([], dtype=bool))
    assert found.at.size == 0
    assert found.provisional.size == 0
    clock = WorkClock.build(STATUTORY, date(2026, 1, 1), date(2026, 1, 2))
    assert clock.deadlines(none, np.array([], dtype=np.int64)).size == 0


def test_limits_in_days_are_as_long_as_the_sessions_of_a_day() -> None:
    long_days = CalendarRules("Asia/Shanghai", WEEKDAYS, ((9 * 60, 19 * 60),))
    assert long_days.limit_minutes(2, "working_days") == 1200
    assert STATUTORY.limit_minutes(2, "working_days") == 960
    assert STATUTORY.limit_minutes(2, LimitUnit.EMERGENCY_HOURS) == 120


@pytest.mark.parametrize(
    ("weekdays", "sessions"),
    [
        (frozenset(), OFFICE_HOURS),
        (frozenset({0}), OFFICE_HOURS),
        (WEEKDAYS, ()),
        (WEEKDAYS, ((600, 600),)),
        (WEEKDAYS, ((600, 1441),)),
        (WEEKDAYS, ((480, 720), (700, 800))),
        (WEEKDAYS, ((840, 1080), (480, 720))),
    ],
)
def test_a_calendar_without_a_sound_working_day_is_refused(
    weekdays: frozenset[int], sessions: tuple[tuple[int, int], ...]
) -> None:
    with pytest.raises(ClockError):
        CalendarRules("Asia/Shanghai", weekdays, sessions)


def test_a_calendar_that_closes_every_day_says_so_and_does_not_search_for_ever() -> None:
    first = date(2025, 1, 1)
    closed = tuple((first + timedelta(days=n), False) for n in range(366 * 16))
    rules = CalendarRules("Asia/Shanghai", WEEKDAYS, OFFICE_HOURS, closed)
    with pytest.raises(ClockError, match="12 years"):
        deadline(rules, local(1, 5, 9), 1, "working_hours")


def test_an_instant_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ClockError, match="time zone"):
        deadline(STATUTORY, datetime(2026, 1, 5, 9), 1, "working_hours")


def test_a_negative_limit_is_refused() -> None:
    clock = WorkClock.build(STATUTORY, date(2026, 1, 1), date(2026, 12, 31))
    with pytest.raises(ClockError, match="negative"):
        clock.deadline(local(1, 5, 9), -1)


def test_a_clock_refuses_what_lies_outside_its_days() -> None:
    clock = WorkClock.build(STATUTORY, date(2026, 1, 5), date(2026, 1, 9))
    with pytest.raises(ClockSpanError):
        clock.deadline(local(1, 9, 17), 120)
    with pytest.raises(ClockSpanError):
        clock.worked_minutes(local(1, 1, 9), local(1, 6, 9))


def test_a_long_limit_near_the_end_of_the_years_is_still_found() -> None:
    found = deadline(STATUTORY, local(12, 30, 9), 400, "working_days")
    assert found.at.year == 2028
