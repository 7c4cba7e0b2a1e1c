"""What a reader asked of the heat: which events, over which days, with which bandwidth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.translation import gettext as _

from mapgrid.core.errors import InvalidError
from mapgrid.events.filters import EventFilter

BANDWIDTHS_M = (100, 150, 300)
BANDWIDTH_M = 150
PERIOD_DAYS = 30


@dataclass(frozen=True)
class HeatAsked:
    """A parsed question.

    Parameters
    ----------
    events : EventFilter
        All that were reported in the period, open or not, unless it says otherwise.
    first_day, last_day : date
        The period, both days included.
    bandwidth_m : int
        One of ``BANDWIDTHS_M``.
    """

    events: EventFilter
    first_day: dt.date
    last_day: dt.date
    bandwidth_m: int = BANDWIDTH_M

    @classmethod
    def parse(cls, params: Mapping[str, str], now: dt.datetime) -> HeatAsked:
        """Read a query string; without days, the last 30 up to today.

        Raises
        ------
        InvalidError
            ``filter.<name>``, ``heat.bandwidth`` or ``heat.period``.
        """
        events = EventFilter.parse(params, show="period")
        last = events.to_day or timezone.localdate(now)
        first = events.from_day or last - dt.timedelta(days=PERIOD_DAYS - 1)
        if first > last:
            raise InvalidError("heat.period", _("The period ends before it starts."))
        events = replace(events, from_day=first, to_day=last)
        return cls(events, first, last, _bandwidth(params))

    @property
    def period_days(self) -> int:
        """How many local days the period has, both ends included."""
        return (self.last_day - self.first_day).days + 1


def _bandwidth(params: Mapping[str, str]) -> int:
    text = params.get("bandwidth_m") or str(BANDWIDTH_M)
    if text not in map(str, BANDWIDTHS_M):
        raise InvalidError(
            "heat.bandwidth",
            _("“bandwidth_m” takes one of %(known)s.")
            % {"known": ", ".join(map(str, BANDWIDTHS_M))},
        )
    return int(text)
