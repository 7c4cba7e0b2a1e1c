"""Row filters of events: what a reader may see, what was asked, what its clock and stage are.

Each exists once, as SQL over the alias ``e``; querysets and hand-written statements (tiles, heat,
timeline) both use it, so that no two screens can disagree.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.db.models import BooleanField, Q, QuerySet, TextField
from django.db.models.expressions import RawSQL

from mapgrid.core.scope import Scope, within
from mapgrid.events.filters import EventFilter
from mapgrid.events.models import Event
from mapgrid.events.workflow import ENDED, IN_HAND, State
from mapgrid.grids.models import Cell
from mapgrid.grids.selectors import editions_in_force

Params = dict[str, Any]
_ALIAS = re.compile(r"\be\.")

_ENDED = ", ".join(f"'{s}'" for s in ENDED)
_IN_HAND = ", ".join(f"'{s}'" for s in IN_HAND)
# Late wins over soon; a case in no grid shows that first, because nobody works on it.
CLOCK_SQL = f"""(CASE WHEN e.state IN ({_ENDED}) THEN 'still'
    WHEN e.grid_id IS NULL THEN 'lost'
    WHEN e.state = '{State.SUSPENDED}' OR e.deadline_at IS NULL THEN 'still'
    WHEN e.deadline_at < %(now)s THEN 'late'
    WHEN e.warn_at <= %(now)s THEN 'soon'
    ELSE 'ok' END)"""
STAGE_SQL = f"""(CASE WHEN e.state IN ({_ENDED}) THEN 'closed'
    WHEN e.grid_id IS NULL THEN 'unassigned'
    WHEN e.state = '{State.SUSPENDED}' THEN 'suspended'
    WHEN e.state IN ({_IN_HAND}) THEN 'in_hand'
    ELSE 'todo' END)"""
OPEN_SQL = f"(e.state NOT IN ({_ENDED}))"


def events_for(scope: Scope) -> QuerySet[Event]:
    """Return the events that a reader may see: own subtrees, own department's, own queue."""
    rows = within(scope)
    if not scope.everything and scope.department_ids:
        rows |= Q(department_id__in=scope.department_ids)
    return Event.objects.filter(rows)


def scope_sql(scope: Scope) -> tuple[str, Params]:
    """Return the same cut as a condition over the alias ``e``, with its parameters."""
    if scope.everything:
        return "TRUE", {}
    parts: list[str] = []
    params: Params = {}
    for i, path in enumerate(scope.paths):
        # A range instead of LIKE: the planner can use the index for a bound parameter too.
        parts.append(f"(e.scope_path >= %(scope_{i})s AND e.scope_path < %(scope_{i}_end)s)")
        params |= {f"scope_{i}": path, f"scope_{i}_end": path[:-1] + "/"}
    if scope.department_ids:
        parts.append("e.department_id = ANY(%(scope_departments)s)")
        params["scope_departments"] = list(scope.department_ids)
    if scope.unassigned:
        parts.append("e.scope_path = ''")
    return (f"({' OR '.join(parts)})", params) if parts else ("FALSE", {})


def filter_sql(asked: EventFilter, now: dt.datetime, *, clocks: bool = True) -> tuple[str, Params]:
    """Return what was asked as a condition over the alias ``e``, with its parameters.

    Parameters
    ----------
    asked : EventFilter
    now : datetime
        The one moment that decides what is late.
    clocks : bool
        False leaves the clock filter out, for the counts that offer it.
    """
    params: Params = {"now": now}
    parts = [_period_sql(asked, params)]
    if clocks and asked.clocks:
        parts.append(f"{CLOCK_SQL} = ANY(%(clocks)s)")
        params["clocks"] = list(asked.clocks)
    if asked.stages:
        parts.append(f"{STAGE_SQL} = ANY(%(stages)s)")
        params["stages"] = list(asked.stages)
    if asked.categories:
        parts.append(
            "e.category_id IN (SELECT c.id FROM catalogue_category c"
            " WHERE c.kind || ':' || c.code = ANY(%(categories)s))"
        )
        params["categories"] = [f"{kind}:{code}" for kind, code in asked.categories]
    if asked.track:
        parts.append("e.track = %(track)s")
        params["track"] = asked.track
    parts += _place_sql(asked, now, params)
    return " AND ".join(parts), params


def _period_sql(asked: EventFilter, params: Params) -> str:
    start, end = asked.period
    inside = "TRUE"
    if start is not None:
        inside += " AND e.reported_at >= %(period_start)s"
        params["period_start"] = start
    if end is not None:
        inside += " AND e.reported_at < %(period_end)s"
        params["period_end"] = end
    if asked.show == "open":
        return OPEN_SQL
    if asked.show == "closed":
        return f"(NOT {OPEN_SQL} AND {inside})"
    return f"({OPEN_SQL} OR ({inside}))" if asked.show == "all" else f"({inside})"


def _place_sql(asked: EventFilter, now: dt.datetime, params: Params) -> list[str]:
    parts: list[str] = []
    if asked.grid:
        path = path_of(asked.grid, now)
        # A code that no edition in force knows asks for nothing, and gets nothing.
        parts.append("e.scope_path >= %(grid_path)s AND e.scope_path < %(grid_path_end)s")
        params |= {"grid_path": path or "~", "grid_path_end": path[:-1] + "/" if path else "~"}
    if asked.bbox_lonlat:
        parts.append("e.point && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)")
        params |= dict(zip(("west", "south", "east", "north"), asked.bbox_lonlat, strict=True))
    if asked.text:
        parts.append(
            "(e.number ILIKE %(text)s OR e.address ILIKE %(text)s OR e.category_id IN"
            " (SELECT c.id FROM catalogue_category c"
            " WHERE c.name ILIKE %(text)s OR c.name_en ILIKE %(text)s))"
        )
        escaped = asked.text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
        params["text"] = f"%{escaped}%"
    return parts


def path_of(code: str, now: dt.datetime) -> str:
    """Return the path of a grid in the editions in force, or nothing."""
    cells = Cell.objects.filter(code=code, edition__in=editions_in_force(now))
    return cells.values_list("path", flat=True).first() or ""


def _raw(sql: str, params: Params, output: Any) -> RawSQL:
    """Turn named parameters into the positional ones that RawSQL takes, over Django's own alias."""
    order: list[Any] = []

    class _Named(dict[str, Any]):
        def __getitem__(self, key: str) -> str:
            order.append(params[key])
            return "%s"

    text = _ALIAS.sub("events_event.", sql % _Named(params))
    return RawSQL(text, order, output)


def with_clock(rows: QuerySet[Event], now: dt.datetime) -> QuerySet[Event]:
    """Annotate ``clock`` and ``stage``."""
    return rows.annotate(
        clock=_raw(CLOCK_SQL, {"now": now}, TextField()),
        stage=_raw(STAGE_SQL, {}, TextField()),
    )


def apply_filter(
    rows: QuerySet[Event], asked: EventFilter, now: dt.datetime, *, clocks: bool = True
) -> QuerySet[Event]:
    """Cut a queryset to what was asked."""
    sql, params = filter_sql(asked, now, clocks=clocks)
    return rows.filter(_raw(f"({sql})", params, BooleanField()))
