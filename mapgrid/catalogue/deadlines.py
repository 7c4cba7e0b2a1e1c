"""Deadlines of conditions on the calendar in use: one with its reasons, or a column of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import numpy as np

from mapgrid.catalogue.clocks import CalendarRules, Deadline, Deadlines, deadline, deadlines
from mapgrid.catalogue.explaining import Explanation, explain
from mapgrid.catalogue.models import Condition
from mapgrid.catalogue.selectors import default_rules, limits_by_condition

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ExplainedDeadline:
    """A deadline and what it rests on."""

    deadline: Deadline
    explanation: Explanation

    @property
    def at(self) -> datetime:
        """The deadline, aware, UTC."""
        return self.deadline.at

    @property
    def provisional(self) -> bool:
        """True where holidays that are not published yet may still move it."""
        return self.deadline.provisional

    def sentence(self, today: date | None = None, *, filed: bool = True) -> str:
        """Say it in the language of the page; see :meth:`Explanation.sentence`."""
        return self.explanation.sentence(today, filed=filed)


def deadline_for(
    condition: Condition, start: datetime, *, rules: CalendarRules | None = None
) -> ExplainedDeadline:
    """Return the deadline of one condition whose clock starts at an aware instant.

    Parameters
    ----------
    condition : the condition with its limit.
    start : when the clock starts, which is the filing of the case.
    rules : the calendar; the one in use by default.

    Raises
    ------
    ClockError
        ``start`` has no time zone, or the calendar holds no work at all.
    """
    used = rules or default_rules()
    due = deadline(used, start, condition.limit_value, condition.limit_unit)
    return ExplainedDeadline(due, explain(due, used))


def deadlines_for(
    condition_ids: NDArray[np.int64],
    starts: NDArray[np.datetime64],
    *,
    rules: CalendarRules | None = None,
) -> Deadlines:
    """Return the deadlines of many cases at once, equal to :func:`deadline_for` row by row.

    Parameters
    ----------
    condition_ids : (n,) primary keys of conditions; 0 or an unknown key means "no limit".
    starts : (n,) datetime64, UTC; NaT means "the clock has not started".
    rules : the calendar; the one in use by default.

    Returns
    -------
    Deadlines
        (n,) in the order given; NaT where there is no limit or no start. Empty in, empty out.
    """
    used = rules or default_rules()
    limits = limits_by_condition(used)
    keys, inverse = np.unique(np.asarray(condition_ids, dtype=np.int64), return_inverse=True)
    known = np.array([int(key) in limits for key in keys], dtype=bool)
    minutes = np.array([limits[int(k)].minutes if int(k) in limits else 0 for k in keys])
    all_day = np.array(
        [int(k) in limits and limits[int(k)].round_the_clock for k in keys], dtype=bool
    )
    begin = np.asarray(starts).astype("datetime64[us]")
    at = np.full(begin.shape, np.datetime64("NaT"), dtype="datetime64[us]")
    provisional = np.zeros(begin.shape, dtype=bool)
    rows = known[inverse] & ~np.isnat(begin)
    if rows.any():
        found = deadlines(used, begin[rows], minutes[inverse][rows], all_day[inverse][rows])
        at[rows], provisional[rows] = found.at, found.provisional
    return Deadlines(at, provisional)
