"""Mainland China's holidays and swapped working days, as far as they have been published."""

from __future__ import annotations

from datetime import date
from functools import cache

from chinese_calendar.constants import holidays, workdays


@cache
def statutory_exceptions() -> tuple[tuple[date, bool], ...]:
    """Days that differ from the ordinary week, sorted: holidays (False) and swapped days (True)."""
    days = dict.fromkeys(holidays, False) | dict.fromkeys(workdays, True)
    return tuple(sorted(days.items()))


@cache
def statutory_span() -> tuple[date, date]:
    """First and last day of the years for which the package carries a calendar."""
    years = [day.year for day, _ in statutory_exceptions()]
    return date(min(years), 1, 1), date(max(years), 12, 31)
