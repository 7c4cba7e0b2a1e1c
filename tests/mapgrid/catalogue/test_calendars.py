"""The calendar in use, its holidays and its warning; deadlines and their sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.utils import translation

from mapgrid.catalogue.calendars import calendar_save, calendar_use
from mapgrid.catalogue.deadlines import deadline_for, deadlines_for
from mapgrid.catalogue.loading import calendars_load, catalogue_load
from mapgrid.catalogue.models import Condition, WorkCalendar
from mapgrid.catalogue.selectors import (
    calendar_rules,
    calendar_warning,
    default_rules,
    limits_by_condition,
)
from mapgrid.catalogue.statutory import statutory_span
from mapgrid.core.errors import InvalidError

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = [(time(8), time(12)), (time(14), time(18))]
NEW_YEAR = date(statutory_span()[1].year + 1, 1, 1)


def local(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture
def calendar() -> WorkCalendar:
    calendars_load()
    return WorkCalendar.objects.get(is_default=True)


@pytest.fixture
def condition() -> Condition:
    catalogue_load()
    return Condition.objects.get(code="010102", category__kind="component")  # 4 working hours


def test_the_city_without_a_stored_calendar_still_has_working_hours() -> None:
    assert default_rules().sessions == ((480, 720), (840, 1080))
    assert default_rules().time_zone == "Asia/Shanghai"


def test_the_first_load_puts_the_citys_kind_into_use(calendar: WorkCalendar) -> None:
    assert calendar.source == "statutory"
    assert WorkCalendar.objects.count() == 2


def test_loading_again_leaves_the_administrators_changes(calendar: WorkCalendar) -> None:
    calendar_save(calendar=calendar, sessions=[(time(9), time(17))], days={})
    assert calendars_load() == []
    assert calendar_rules(calendar).sessions == ((540, 1020),)


def test_new_working_hours_count_at_once(calendar: WorkCalendar, condition: Condition) -> None:
    start = local(11, 19, 9)
    assert deadline_for(condition, start).at == local(11, 19, 15)
    calendar_save(calendar=calendar, sessions=[(time(9), time(17))], days={})
    assert deadline_for(condition, start).at == local(11, 19, 13)


def test_a_day_entered_by_hand_wins_over_the_published_holidays(
    calendar: WorkCalendar, condition: Condition
) -> None:
    days = {date(2026, 10, 7): (True, "值守"), date(2026, 11, 20): (False, "停电")}
    calendar_save(calendar=calendar, sessions=OFFICE, days=days)
    assert deadline_for(condition, local(10, 6, 9)).at == local(10, 7, 12)
    assert deadline_for(condition, local(11, 19, 17)).at == local(11, 23, 11)


def test_entering_next_years_holidays_ends_the_warning_and_the_flag(
    calendar: WorkCalendar, condition: Condition
) -> None:
    start = datetime(NEW_YEAR.year, 3, 2, 9, tzinfo=SHANGHAI)
    assert deadline_for(condition, start).provisional
    with translation.override("en"):
        assert f"until {statutory_span()[1]}" in calendar_warning(NEW_YEAR)
    calendar.known_until = NEW_YEAR.replace(month=12, day=31)
    calendar_save(calendar=calendar, sessions=OFFICE, days={NEW_YEAR: (False, "元旦")})
    assert calendar_warning(NEW_YEAR) == ""
    assert not deadline_for(condition, start).provisional


def test_the_warning_comes_a_month_ahead_and_not_before() -> None:
    last = statutory_span()[1]
    assert calendar_warning(last.replace(month=11, day=30)) == ""
    assert calendar_warning(last.replace(day=15)) != ""


def test_a_plain_calendar_never_warns(calendar: WorkCalendar) -> None:
    calendar_use(calendar=WorkCalendar.objects.get(source="plain"))
    assert calendar_warning(date(2040, 1, 1)) == ""
    assert default_rules().exceptions == ()


def test_only_one_calendar_is_in_use(calendar: WorkCalendar) -> None:
    other = WorkCalendar.objects.get(source="plain")
    other.is_default = True
    calendar_save(calendar=other, sessions=OFFICE, days={})
    assert list(WorkCalendar.objects.filter(is_default=True)) == [other]


@pytest.mark.parametrize(
    ("sessions", "code"),
    [
        ([], "calendar.no_session"),
        ([(time(12), time(8))], "calendar.session_backwards"),
        ([(time(8), time(12)), (time(11), time(15))], "calendar.sessions_overlap"),
    ],
)
def test_sessions_that_no_clock_can_run_on_are_refused(
    calendar: WorkCalendar, sessions: list[tuple[time, time]], code: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        calendar_save(calendar=calendar, sessions=sessions, days={})
    assert refused.value.code == code


def test_a_week_without_a_working_day_is_refused(calendar: WorkCalendar) -> None:
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday"):
        setattr(calendar, day, False)
    with pytest.raises(InvalidError) as refused:
        calendar_save(calendar=calendar, sessions=OFFICE, days={})
    assert refused.value.code == "calendar.no_weekday"


def test_midnight_as_an_end_is_the_end_of_the_day(calendar: WorkCalendar) -> None:
    calendar_save(calendar=calendar, sessions=[(time(0), time(0))], days={})
    assert calendar_rules(calendar).minutes_per_working_day == 1440


def test_a_column_of_deadlines_equals_them_one_by_one(calendar: WorkCalendar) -> None:
    catalogue_load()
    conditions = list(Condition.objects.order_by("?")[:40])
    starts = [local(9, 1 + n % 28, n % 24, n) for n in range(40)]
    found = deadlines_for(
        np.array([c.pk for c in conditions]),
        np.array([s.astimezone(UTC).replace(tzinfo=None) for s in starts], dtype="datetime64[us]"),
    )
    for condition, start, at in zip(conditions, starts, found.at, strict=True):
        single = deadline_for(condition, start).at
        assert at == np.datetime64(single.replace(tzinfo=None), "us")


def test_without_a_condition_or_a_start_there_is_no_deadline(condition: Condition) -> None:
    starts = np.array(["2026-11-19T01:00", "2026-11-19T01:00", "NaT"], dtype="datetime64[us]")
    found = deadlines_for(np.array([0, 987654321, condition.pk]), starts)
    assert np.isnat(found.at).all()
    assert not found.provisional.any()
    assert deadlines_for(np.array([], dtype=np.int64), starts[:0]).at.size == 0


def test_limits_of_days_are_as_long_as_the_calendars_day(
    calendar: WorkCalendar, condition: Condition
) -> None:
    two_days = Condition.objects.get(code="010104", category__kind="component")
    assert limits_by_condition(default_rules())[two_days.pk].minutes == 960


def test_an_emergency_is_explained_as_day_and_night() -> None:
    catalogue_load()
    cover = Condition.objects.get(code="010101", category__kind="component")
    found = deadline_for(cover, local(11, 21, 17, 35))
    with translation.override("en"):
        assert found.sentence(date(2026, 11, 21)) == (
            "Emergency, 2 h from filing at 17:35, day and night"
        )
        assert "21 Nov 17:35" in found.sentence(date(2026, 11, 22))
        assert "from the report at" in found.sentence(filed=False)


def test_a_working_limit_is_explained_with_its_sessions_and_days_off(condition: Condition) -> None:
    found = deadline_for(condition, local(9, 30, 17))
    with translation.override("en"):
        assert found.sentence(date(2026, 9, 30)) == (
            "4 working h from filing at 17:00, counting 08:00–12:00 and 14:00–18:00;"
            " 7 days off are left out"
        )


def test_a_provisional_deadline_says_so(condition: Condition) -> None:
    found = deadline_for(condition, datetime(NEW_YEAR.year, 3, 2, 9, tzinfo=SHANGHAI))
    with translation.override("en"):
        assert "not published yet" in found.sentence()
