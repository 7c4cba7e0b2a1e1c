"""Say in one sentence how a deadline came about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mapgrid.catalogue.clocks import CalendarRules, Deadline, LimitUnit, working_days


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a deadline rests on, as values; :meth:`sentence` puts them into words.

    Attributes
    ----------
    start_local, due_local : in the city's time zone.
    sessions : such as ``("08:00-12:00", "14:00-18:00")``; empty for emergency limits.
    days_off : whole local days between start and due on which the clock stood still.
    provisional : the holidays of these days are not published yet.
    """

    limit_value: int
    limit_unit: LimitUnit
    start_local: datetime
    due_local: datetime
    sessions: tuple[str, ...]
    days_off: int
    provisional: bool

    def sentence(self, today: date | None = None, *, filed: bool = True) -> str:
        """Return it in the language of the page; a start today shows its time only.

        Before a case is filed its clock runs from the report, and the sentence says so.
        """
        parts = [self._count(today, _("filing") if filed else _("the report"))]
        if self.days_off:
            parts.append(
                ngettext("%(n)d day off is left out", "%(n)d days off are left out", self.days_off)
                % {"n": self.days_off}
            )
        if self.provisional:
            parts.append(_("holidays not published yet: Monday to Friday assumed"))
        return _("; ").join(parts)

    def _count(self, today: date | None, since: str) -> str:
        words = {
            "value": self.limit_value,
            "since": since,
            "start": _moment(self.start_local, today),
            "sessions": _(" and ").join(self.sessions),
        }
        if self.limit_unit is LimitUnit.EMERGENCY_HOURS:
            return _("Emergency, %(value)s h from %(since)s at %(start)s, day and night") % words
        if self.limit_unit is LimitUnit.WORKING_HOURS:
            return (
                _("%(value)s working h from %(since)s at %(start)s, counting %(sessions)s") % words
            )
        return (
            _("%(value)s working days from %(since)s at %(start)s, counting %(sessions)s") % words
        )


def explain(deadline: Deadline, rules: CalendarRules) -> Explanation:
    """Take a deadline apart with the calendar that made it."""
    zone = ZoneInfo(rules.time_zone)
    start, due = deadline.start_at.astimezone(zone), deadline.at.astimezone(zone)
    sessions: tuple[str, ...] = ()
    days_off = 0
    if not deadline.emergency:
        sessions = tuple(f"{_clock(opens)}–{_clock(closes)}" for opens, closes in rules.sessions)
        span = (due.date() - start.date()).days + 1
        days_off = span - len(working_days(rules, start.date(), due.date()))
    return Explanation(
        deadline.limit_value,
        deadline.limit_unit,
        start,
        due,
        sessions,
        days_off,
        deadline.provisional,
    )


def _moment(local: datetime, today: date | None) -> str:
    # Translators: Django date format of a moment, such as "21 Nov 18:05"; in Chinese "n月j日 H:i".
    return date_format(local, "H:i" if local.date() == today else _("j M H:i"))


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
