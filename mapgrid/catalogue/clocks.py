"""The working clock: from a limit and a start to a deadline, for one case or for a million.

Pure arithmetic over arrays: no database, no wall clock, no language. Work happens in *stretches*,
half-open spans of absolute time in which the clock runs (a morning session of a working day is
one). Local session times are turned into absolute instants once, so that a day on which the clocks
change is counted in real minutes.

Instants are UTC: an aware ``datetime`` for one, ``numpy.datetime64[us]`` (naive, meaning UTC) for
many.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Instants = NDArray[np.datetime64]
    Minutes = NDArray[np.int64] | NDArray[np.float64]

US_PER_MINUTE = 60_000_000
MINUTES_PER_DAY = 24 * 60
LONGEST_SEARCH_YEARS = 12
"""A deadline farther off than this is a calendar without work, not a long limit."""


class ClockError(ValueError):
    """The calendar cannot answer: no session, no working day, a limit below zero."""


class ClockSpanError(ClockError):
    """An instant or a deadline lies outside the days that a clock covers."""


class LimitUnit(StrEnum):
    """What one unit of a limit means."""

    EMERGENCY_HOURS = "emergency_hours"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"


@dataclass(frozen=True, slots=True)
class CalendarRules:
    """One working calendar as a plain, hashable value.

    Attributes
    ----------
    time_zone : IANA name, such as ``Asia/Shanghai``.
    weekdays : ISO numbers of the days that are worked in an ordinary week, Monday = 1.
    sessions : ``(opens, closes)`` in local minutes after midnight, in order and without overlap;
        1440 is 24:00.
    exceptions : ``(day, is_working)`` sorted by day: holidays, swapped days, days entered by hand.
    known_from, known_until : first and last day for which the holidays are known; ``None`` means no
        bound.
    """

    time_zone: str
    weekdays: frozenset[int]
    sessions: tuple[tuple[int, int], ...]
    exceptions: tuple[tuple[date, bool], ...] = ()
    known_from: date | None = None
    known_until: date | None = None

    def __post_init__(self) -> None:
        if not self.sessions:
            raise ClockError("a calendar needs at least one working session")
        if not self.weekdays or not self.weekdays <= frozenset(range(1, 8)):
            raise ClockError(
                "a calendar needs at least one working weekday, numbered 1 (Monday) to 7"
            )
        for opens, closes in self.sessions:
            if not 0 <= opens < closes <= MINUTES_PER_DAY:
                raise ClockError(f"a session runs forward within one day, got {opens}-{closes} min")
        if any(before[1] > after[0] for before, after in pairwise(self.sessions)):
            raise ClockError("sessions must be in order and must not overlap")

    @property
    def minutes_per_working_day(self) -> int:
        """Length of one working day in minutes: the sum of its sessions."""
        return sum(closes - opens for opens, closes in self.sessions)

    def limit_minutes(self, value: int, unit: str) -> int:
        """Turn a limit into minutes on the clock that its unit runs on."""
        if LimitUnit(unit) is LimitUnit.WORKING_DAYS:
            return value * self.minutes_per_working_day
        return value * 60


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a limit ends, and whether that rests on holidays that nobody has published yet."""

    start_at: datetime
    at: datetime
    limit_value: int
    limit_unit: LimitUnit
    minutes: int
    provisional: bool

    @property
    def emergency(self) -> bool:
        """True where the clock runs day and night."""
        return self.limit_unit is LimitUnit.EMERGENCY_HOURS


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Many deadlines, in the order asked: ``at`` (datetime64[us], UTC), ``provisional`` (bool)."""

    at: Instants
    provisional: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class WorkClock:
    """The worked stretches of a span of days, with the worked time that lies before each.

    Attributes
    ----------
    rules : the calendar that this was built from.
    first_day, last_day : the span, both included, in local days.
    span_us : start of the first and end of the last local day, microseconds since 1970 UTC.
    opens_us, closes_us : (k,) int64, the stretches in order, never overlapping.
    worked_us : (k + 1,) int64, worked time before stretch i; the last value is the total.
    """

    rules: CalendarRules
    first_day: date
    last_day: date
    span_us: tuple[int, int]
    opens_us: NDArray[np.int64]
    closes_us: NDArray[np.int64]
    worked_us: NDArray[np.int64]

    @classmethod
    def build(cls, rules: CalendarRules, first_day: date, last_day: date) -> WorkClock:
        """Lay the sessions over the local days ``first_day`` to ``last_day``, both included."""
        if last_day < first_day:
            raise ClockError(f"the span ends ({last_day}) before it begins ({first_day})")
        zone = ZoneInfo(rules.time_zone)
        stretches = [
            (first_instant_us(day, opens, zone), first_instant_us(day, closes, zone))
            for day in working_days(rules, first_day, last_day)
            for opens, closes in rules.sessions
        ]
        table = np.array(stretches, dtype=np.int64).reshape(-1, 2)
        table = table[table[:, 1] > table[:, 0]]  # a session that a clock change swallowed is empty
        worked = np.concatenate([[0], np.cumsum(table[:, 1] - table[:, 0])]).astype(np.int64)
        span = (
            first_instant_us(first_day, 0, zone),
            first_instant_us(last_day, MINUTES_PER_DAY, zone),
        )
        return cls(rules, first_day, last_day, span, table[:, 0].copy(), table[:, 1].copy(), worked)

    def deadline(self, start: datetime, minutes: float) -> datetime:
        """Earliest instant with ``minutes`` of work since ``start`` (aware in, UTC out)."""
        return from_us(int(self._deadline_us(_as_us([start]), np.array([minutes]))[0]))

    def deadlines(self, starts: Instants, minutes: Minutes) -> Instants:
        """Deadlines for many starts.

        Parameters
        ----------
        starts : (n,) datetime64, UTC.
        minutes : (n,) worked minutes, zero or more; fractions are kept to the microsecond.

        Returns
        -------
        (n,) datetime64[us], UTC, in the order of ``starts``; empty in, empty out.

        Raises
        ------
        ClockSpanError
            A start or a deadline lies outside the span of this clock.
        ClockError
            A limit is negative.
        """
        return self._deadline_us(_as_us(starts), minutes).astype("datetime64[us]")

    def worked_minutes(self, start: datetime, end: datetime) -> float:
        """Minutes of work between two aware instants; negative if ``end`` is before ``start``."""
        before, after = self._worked_at(_as_us([start, end]))
        return float(after - before) / US_PER_MINUTE

    def worked_minutes_between(self, starts: Instants, ends: Instants) -> NDArray[np.float64]:
        """Minutes of work between pairs of UTC instants, (n,) and (n,) in, (n,) out."""
        return (self._worked_at(_as_us(ends)) - self._worked_at(_as_us(starts))) / US_PER_MINUTE

    def _worked_at(self, instants_us: NDArray[np.int64]) -> NDArray[np.int64]:
        """Worked microseconds from the start of the span to each instant."""
        self._require_inside(instants_us)
        if not self.opens_us.size:
            return np.zeros_like(instants_us)
        index = np.maximum(np.searchsorted(self.opens_us, instants_us, side="right") - 1, 0)
        length = self.closes_us[index] - self.opens_us[index]
        into: NDArray[np.int64] = np.clip(instants_us - self.opens_us[index], 0, length)
        return self.worked_us[index] + into

    def _deadline_us(self, starts_us: NDArray[np.int64], minutes: Minutes) -> NDArray[np.int64]:
        needed = np.rint(minutes * US_PER_MINUTE).astype(np.int64)
        if needed.size and needed.min() < 0:
            raise ClockError("a limit cannot be negative")
        target = self._worked_at(starts_us) + needed
        if target.size and target.max() > self.worked_us[-1]:
            raise ClockSpanError(
                f"a deadline lies after {self.last_day}, the last day of this clock"
            )
        if not self.opens_us.size:
            return starts_us
        # The left side makes 8 h from Monday 08:00 end on Monday 18:00, not on Tuesday 08:00.
        index = np.maximum(np.searchsorted(self.worked_us, target, side="left") - 1, 0)
        due = self.opens_us[index] + (target - self.worked_us[index])
        return np.where(needed == 0, starts_us, due)

    def _require_inside(self, instants_us: NDArray[np.int64]) -> None:
        if instants_us.size and not (
            self.span_us[0] <= instants_us.min() and instants_us.max() <= self.span_us[1]
        ):
            raise ClockSpanError(f"an instant lies outside {self.first_day} to {self.last_day}")


def working_days(rules: CalendarRules, first_day: date, last_day: date) -> list[date]:
    """List the working days of a span: the ordinary week, then its exceptions."""
    days = np.arange(np.datetime64(first_day, "D"), np.datetime64(last_day, "D") + 1)
    iso_weekday = (days.astype(np.int64) + 3) % 7 + 1  # 1970-01-01 was a Thursday
    working = np.isin(iso_weekday, sorted(rules.weekdays))
    for day, is_working in rules.exceptions:
        if first_day <= day <= last_day:
            working[(day - first_day).days] = is_working
    chosen: list[date] = days[working].tolist()
    return chosen


def first_instant_us(day: date, minute: int, zone: ZoneInfo) -> int:
    """First instant of a local day whose wall clock is at ``minute`` or later, us since 1970 UTC.

    A wall time that a clock change skips becomes the moment of the change; of one that occurs
    twice, the first counts. That keeps neighbouring sessions in order, whatever the zone does.
    """
    wall = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
    early, late = sorted(_us(wall.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
    if from_us(early).astimezone(zone).replace(tzinfo=None) == wall:
        return early
    while late - early > 1_000_000:  # skipped wall time: changes happen on whole seconds
        middle = (early + late) // 2_000_000 * 1_000_000
        if from_us(middle).astimezone(zone).replace(tzinfo=None) >= wall:
            late = middle
        else:
            early = middle
    return late


@lru_cache(maxsize=32)
def clock_for_years(rules: CalendarRules, first_year: int, last_year: int) -> WorkClock:
    """Build, or take from memory, the clock of whole local years."""
    return WorkClock.build(rules, date(first_year, 1, 1), date(last_year, 12, 31))


def clock_between(rules: CalendarRules, start: datetime, end: datetime) -> WorkClock:
    """Return a clock that covers both aware instants, in either order."""
    years = sorted(moment.astimezone(UTC).year for moment in (start, end))
    return clock_for_years(rules, years[0] - 1, years[1] + 1)


def deadline(rules: CalendarRules, start: datetime, limit_value: int, limit_unit: str) -> Deadline:
    """Deadline of one limit, with what is needed to explain it.

    Raises
    ------
    ClockError
        ``start`` has no time zone, or the calendar holds no work for twelve years.
    """
    unit = LimitUnit(limit_unit)
    minutes = rules.limit_minutes(limit_value, unit)
    many = deadlines(
        rules,
        _as_us([start]).astype("datetime64[us]"),
        np.array([minutes]),
        np.array([unit is LimitUnit.EMERGENCY_HOURS]),
    )
    at = from_us(int(many.at.astype(np.int64)[0]))
    return Deadline(
        start.astimezone(UTC), at, limit_value, unit, minutes, bool(many.provisional[0])
    )


def deadlines(
    rules: CalendarRules, starts: Instants, minutes: Minutes, round_the_clock: NDArray[np.bool_]
) -> Deadlines:
    """Deadlines of many limits at once.

    Parameters
    ----------
    starts : (n,) datetime64, UTC.
    minutes : (n,) length of each limit in minutes (see :meth:`CalendarRules.limit_minutes`).
    round_the_clock : (n,) True for emergency limits, whose minutes run day and night.

    Returns
    -------
    Deadlines
        In the order of ``starts``; ``provisional`` where a working limit touches days whose
        holidays are unknown.
        Empty input gives empty arrays.
    """
    begin = np.asarray(starts).astype("datetime64[us]")
    span = np.asarray(minutes)
    at = begin + np.rint(span * US_PER_MINUTE).astype("timedelta64[us]")
    working = ~np.asarray(round_the_clock, dtype=bool)
    if working.any():
        at[working] = _working_deadlines(rules, begin[working], span[working])
    return Deadlines(at, working & _touches_unknown(rules, begin, at))


def _working_deadlines(rules: CalendarRules, starts: Instants, minutes: Minutes) -> Instants:
    """Try the years of the starts and one more; widen while a deadline falls behind the end."""
    years = [int(str(edge.astype("datetime64[Y]"))) for edge in (starts.min(), starts.max())]
    for extra in (1, 3, LONGEST_SEARCH_YEARS):
        clock = clock_for_years(rules, years[0] - 1, years[1] + extra)
        try:
            return clock.deadlines(starts, minutes)
        except ClockSpanError:
            continue
    raise ClockError(
        f"no deadline within {LONGEST_SEARCH_YEARS} years: does the calendar hold any work?"
    )


def _touches_unknown(rules: CalendarRules, starts: Instants, ends: Instants) -> NDArray[np.bool_]:
    zone = ZoneInfo(rules.time_zone)
    unknown = np.zeros(starts.shape, dtype=bool)
    if rules.known_from is not None:
        unknown |= starts.astype(np.int64) < first_instant_us(rules.known_from, 0, zone)
    if rules.known_until is not None:
        unknown |= ends.astype(np.int64) > first_instant_us(
            rules.known_until, MINUTES_PER_DAY, zone
        )
    return unknown


def from_us(instant_us: int) -> datetime:
    """Aware UTC datetime of microseconds since 1970."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant_us)


def _us(moment: datetime) -> int:
    if moment.tzinfo is None:
        raise ClockError("an instant needs a time zone")
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _as_us(instants: Instants | Sequence[datetime]) -> NDArray[np.int64]:
    if isinstance(instants, np.ndarray):
        converted: NDArray[Any] = instants.astype("datetime64[us]").astype(np.int64)
        return converted
    return np.array([_us(moment) for moment in instants], dtype=np.int64)
