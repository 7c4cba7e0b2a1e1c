"""Every change of a working calendar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time

from django.db import transaction
from django.utils.translation import gettext as _

from mapgrid.catalogue.clocks import ClockError
from mapgrid.catalogue.models import CalendarDay, WorkCalendar, WorkSession
from mapgrid.catalogue.selectors import calendar_rules, minute_of_day
from mapgrid.core.editing import clean
from mapgrid.core.errors import InvalidError


@transaction.atomic
def calendar_save(
    *,
    calendar: WorkCalendar,
    sessions: Iterable[tuple[time, time]],
    days: Mapping[date, tuple[bool, str]],
) -> WorkCalendar:
    """Save a calendar with all its sessions and special days; what is not given is removed.

    Deadlines that were already set stay as they are; new ones follow the new calendar.

    Parameters
    ----------
    sessions : ``(from, to)`` in local time; 00:00 as ``to`` is 24:00.
    days : day to (is it worked, note).

    Raises
    ------
    InvalidError
        No weekday, no session, or sessions that overlap or run backwards.
    """
    if calendar.pk is not None:
        calendar.version = WorkCalendar.objects.select_for_update().get(pk=calendar.pk).version + 1
    if calendar.is_default:
        _put_others_out_of_use(calendar)
    clean(calendar)
    calendar.save()
    _replace_sessions(calendar, list(sessions))
    _replace_days(calendar, days)
    calendar_check(calendar=calendar)
    return calendar


@transaction.atomic
def calendar_use(*, calendar: WorkCalendar) -> WorkCalendar:
    """Make a calendar the one in use.

    Raises
    ------
    InvalidError
        It has no weekday or no session.
    """
    calendar_check(calendar=calendar)
    _put_others_out_of_use(calendar)
    calendar.is_default = True
    calendar.version += 1
    calendar.save()
    return calendar


def calendar_check(*, calendar: WorkCalendar) -> None:
    """Refuse a stored calendar that no clock could run on.

    Raises
    ------
    InvalidError
        No weekday, no session, or sessions that overlap or run backwards.
    """
    pairs = calendar.sessions.order_by("opens_at").values_list("opens_at", "closes_at")
    refuse_bad_sessions(list(pairs))
    if not calendar.weekdays:
        raise InvalidError("calendar.no_weekday", _("Choose at least one working weekday."))
    try:
        calendar_rules(calendar)
    except ClockError as error:
        raise InvalidError("calendar.invalid", str(error)) from error


def refuse_bad_sessions(pairs: list[tuple[time, time]]) -> None:
    """Check sessions before they are stored: at least one, forward in time, apart from one another.

    Raises
    ------
    InvalidError
        With the first rule that they break.
    """
    if not pairs:
        raise InvalidError("calendar.no_session", _("A working day needs at least one session."))
    ends = 0
    for opens, closes in sorted(pairs):
        if minute_of_day(closes, end=True) <= minute_of_day(opens):
            raise InvalidError("calendar.session_backwards", _("A session ends after it begins."))
        if minute_of_day(opens) < ends:
            raise InvalidError("calendar.sessions_overlap", _("Two sessions overlap."))
        ends = minute_of_day(closes, end=True)


def _replace_sessions(calendar: WorkCalendar, pairs: list[tuple[time, time]]) -> None:
    refuse_bad_sessions(pairs)
    stored = set(calendar.sessions.values_list("opens_at", "closes_at"))
    if stored == set(pairs):
        return
    calendar.sessions.all().delete()
    rows = [WorkSession(calendar=calendar, opens_at=a, closes_at=b) for a, b in sorted(pairs)]
    WorkSession.objects.bulk_create(rows)


def _replace_days(calendar: WorkCalendar, days: Mapping[date, tuple[bool, str]]) -> None:
    stored = {row.date: (row.is_working, row.note) for row in calendar.days.all()}
    if stored == dict(days):
        return
    calendar.days.exclude(date__in=[day for day in days if stored.get(day) == days[day]]).delete()
    rows = [
        CalendarDay(calendar=calendar, date=day, is_working=worked, note=note)
        for day, (worked, note) in sorted(days.items())
        if stored.get(day) != (worked, note)
    ]
    CalendarDay.objects.bulk_create(rows)


def _put_others_out_of_use(calendar: WorkCalendar) -> None:
    WorkCalendar.objects.exclude(pk=calendar.pk).filter(is_default=True).update(is_default=False)
