"""Reads of events: pages of a list, counts, days, steps. Every one starts from ``events_for``."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, When
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from mapgrid.core.errors import InvalidError, NotFoundError
from mapgrid.core.scope import Scope
from mapgrid.events.filters import CLOCKS, EventFilter
from mapgrid.events.models import Event, EventStep
from mapgrid.events.querysets import apply_filter, events_for, with_clock
from mapgrid.events.workflow import ENDED, State
from mapgrid.grids.models import Cell
from mapgrid.grids.selectors import named_cells

DAYS_MAX = 8000  # an imported history may begin long before it was imported
DAYS_DEFAULT = 90
STEPS_MAX = 50
SORTS = ("due", "reported")
# The deadline of a clock that runs; a suspended or ended case has none to be sorted by.
_DUE = Case(When(state__in=(*ENDED, State.SUSPENDED), then=None), default=F("deadline_at"))

GridKey = tuple[int, int]


@dataclass(frozen=True)
class EventPage:
    """One page of a list, with the cells that name its grids."""

    rows: list[Any]
    names: dict[GridKey, Cell]
    count: int
    cursor: str | None


def event_by_number(scope: Scope, number: str, now: dt.datetime) -> Any:
    """Return one event with its clock and everything its panel names.

    Raises
    ------
    NotFoundError
        ``missing``, whether it does not exist or lies outside the scope.
    """
    rows = with_relations(with_clock(events_for(scope), now))
    event = rows.filter(number=number).first()
    if event is None:
        raise NotFoundError("missing", _("There is no such record, or it is outside your area."))
    return event


def with_relations(rows: QuerySet[Event]) -> QuerySet[Event]:
    """Join what a detail names, so that the number of queries does not grow."""
    return rows.select_related(
        "category",
        "condition",
        "department",
        "component__category",
        "building",
        "reporter",
        "edition",
    )


def names_for(rows: Sequence[Event]) -> dict[GridKey, Cell]:
    """Return the cells that name the grid, or the nearest one, of each row."""
    pairs: list[tuple[int | None, int | None]] = []
    for row in rows:
        pairs += [(row.edition_id, row.grid_id), (row.edition_id, row.runner_up_id)]
    return named_cells(pairs)


def event_page(
    scope: Scope, asked: EventFilter, now: dt.datetime, *, sort: str, cursor: str, size: int
) -> EventPage:
    """Return one page of the events that were asked for.

    Parameters
    ----------
    sort : str
        ``due``: the nearest deadline first; events whose clock stands still come last.
        ``reported``: newest first.
    cursor : str
        Where the page before ended; empty for the first.
    size : int
        Rows a page.

    Raises
    ------
    InvalidError
        ``filter.sort`` or ``filter.cursor``.
    """
    if sort not in SORTS:
        raise InvalidError("filter.sort", _("“sort” takes due or reported."))
    rows = apply_filter(events_for(scope), asked, now)
    count = rows.count()
    page = with_clock(rows, now).select_related("category", "condition").annotate(due_at=_DUE)
    if cursor:
        page = page.filter(_after(sort, cursor))
    order = (
        ("-reported_at", "-id") if sort == "reported" else (F("due_at").asc(nulls_last=True), "id")
    )
    found = list(page.order_by(*order)[: size + 1])
    more = found[size - 1] if len(found) > size else None
    found = found[:size]
    return EventPage(found, names_for(found), count, _cursor(sort, more) if more else None)


def _cursor(sort: str, row: Any) -> str:
    moment = row.reported_at if sort == "reported" else row.due_at
    text = f"{sort} {'' if moment is None else moment.isoformat()} {row.pk}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _after(sort: str, cursor: str) -> Q:
    moment, pk = _read_cursor(sort, cursor)
    if sort == "reported":
        return Q(reported_at__lt=moment) | Q(reported_at=moment, pk__lt=pk)
    if moment is None:
        return Q(due_at__isnull=True, pk__gt=pk)
    later = Q(due_at__gt=moment) | Q(due_at=moment, pk__gt=pk)
    return later | Q(due_at__isnull=True)


def _read_cursor(sort: str, cursor: str) -> tuple[dt.datetime | None, int]:
    """A cursor is only a place in the order: whoever makes one up still sees the own rows only."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        kind, moment, pk = text.split(" ")
        at = dt.datetime.fromisoformat(moment) if moment else None
        aware = at is None or at.tzinfo is not None
        if kind == sort and aware and (at is not None or sort == "due") and len(pk) < 19:
            return at, int(pk)
    except (ValueError, binascii.Error):
        pass
    raise InvalidError("filter.cursor", _("This cursor belongs to another list; start again."))


def event_counts(scope: Scope, asked: EventFilter, now: dt.datetime) -> dict[str, int]:
    """Count open events by clock, and ended ones of the period.

    Returns
    -------
    dict
        A number for each clock, ``total`` of these, and ``closed``. The clock filter is left out,
        and so is ``show`` unless it is ``period``: these counts are what one chooses from.
    """
    show = "period" if asked.show == "period" else "all"
    rows = apply_filter(events_for(scope), asked.without(show=show), now, clocks=False)
    ended = Q(state__in=ENDED)
    clocked: Any = with_clock(rows, now)
    groups = (
        clocked.values("clock").annotate(n=Count("id"), ended=Count("id", filter=ended)).order_by()
    )
    counts = dict.fromkeys(CLOCKS, 0)
    closed = 0
    for group in groups:
        counts[group["clock"]] += group["n"] - group["ended"]
        closed += group["ended"]
    return {**counts, "total": sum(counts.values()), "closed": closed}


def open_by_path(scope: Scope, prefix: str, now: dt.datetime) -> list[tuple[str, str, int]]:
    """Count open events below a grid: rows of (path, clock, number), for rolling up by level."""
    rows = events_for(scope).filter(scope_path__startswith=prefix).exclude(state__in=ENDED)
    clocked: Any = with_clock(rows, now)
    groups = clocked.values_list("scope_path", "clock").annotate(n=Count("id"))
    return [(path, clock, n) for path, clock, n in groups.order_by()]


@dataclass(frozen=True)
class Day:
    """What happened on one local day."""

    day: dt.date
    reported: int
    closed: int


def event_days(scope: Scope, asked: EventFilter, now: dt.datetime) -> list[Day]:
    """Count reports and closings for each local day of the period, 90 days up to today by default.

    Raises
    ------
    InvalidError
        ``filter.period`` when it runs backwards or is longer than ``DAYS_MAX`` days.
    """
    last = asked.to_day or timezone.localdate(now)
    first = asked.from_day or last - dt.timedelta(days=DAYS_DEFAULT - 1)
    if not 0 <= (last - first).days < DAYS_MAX:
        raise InvalidError(
            "filter.period",
            _("A period runs forward and has at most %(n)d days.") % {"n": DAYS_MAX},
        )
    start, end = EventFilter(from_day=first, to_day=last).period
    everything = asked.without(show="period", from_day=None, to_day=None)
    rows = apply_filter(events_for(scope), everything, now)
    counted = [
        _by_day(rows.filter(**{f"{field}__gte": start, f"{field}__lt": end}), field)
        for field in ("reported_at", "closed_at")
    ]
    days = [first + dt.timedelta(days=i) for i in range((last - first).days + 1)]
    return [Day(day, counted[0].get(day, 0), counted[1].get(day, 0)) for day in days]


def _by_day(rows: QuerySet[Event], field: str) -> dict[dt.date, int]:
    days = rows.annotate(day=TruncDate(field)).values_list("day").annotate(n=Count("id"))
    return dict(days.order_by())


def steps_of(event: Event, *, only_by: int | None = None) -> list[EventStep]:
    """Return the last steps of an event that the reader may see, oldest first.

    Parameters
    ----------
    only_by : int, optional
        Steps of this actor only: a reporter outside the area sees the own words and no more.
    """
    rows = EventStep.objects.filter(event=event).select_related("actor")
    if only_by is not None:
        rows = rows.filter(actor_id=only_by)
    return list(rows.order_by("-sequence")[:STEPS_MAX])[::-1]


def own_report(scope: Scope, pk: int, now: dt.datetime) -> Any:
    """Return an event that the reader reported, wherever it lies: the receipt of that one request.

    Raises
    ------
    NotFoundError
        ``missing`` for an event that somebody else reported.
    """
    rows = (
        Event.objects.filter(pk=pk, reporter_id=scope.user_id)
        if scope.user_id
        else Event.objects.none()
    )
    event = with_relations(with_clock(rows, now)).first()
    if event is None:
        raise NotFoundError("missing", _("There is no such record, or it is outside your area."))
    return event
