"""Events on the map: points from zoom 14; counts by squares below and where there are too many."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from django.utils import timezone

from mapgrid.core.scope import SYSTEM
from mapgrid.core.tiles import (
    EXTENT,
    WORLD_BITS,
    Params,
    TileQuestion,
    TileSource,
    TileSql,
    read_sql,
    tile_at,
    to_the_minute,
)
from mapgrid.events.filters import EventFilter
from mapgrid.events.models import Event
from mapgrid.events.querysets import CLOCK_SQL, OPEN_SQL, STAGE_SQL, filter_sql, scope_sql

SQL = Path(__file__).parent / "sql"
POINTS_FROM_ZOOM = 14
TALLY_TO_ZOOM = 13
MOST_POINTS = 2000


def events_sql(question: TileQuestion) -> TileSql:
    """Return ``events`` and ``event_counts`` for the reader's scope and filter.

    Raises
    ------
    InvalidError
        ``filter.<name>`` for a filter that cannot be read.
    """
    asked = EventFilter.parse(question.params)
    params = _position(question)
    if question.address.zoom < POINTS_FROM_ZOOM:
        return TileSql(layers=_counts(asked, question, params, "TRUE"), params=params)
    found = _points(asked, question, params)
    crowded = "(SELECT count(*) FROM found) > %(most)s"
    return TileSql(
        ctes=(f"found AS MATERIALIZED ({found})",),
        layers={
            "events": read_sql(SQL / "tile_event_few.sql").substitute(),
            **_counts(asked, question, params, crowded),
        },
        params=params,
    )


def _position(question: TileQuestion) -> Params:
    address = question.address
    first, last = address.key_range
    return {
        "key_first": first,
        "key_last": last,
        # A square is 64 pixels: a quarter of the tile's side, so four bits fewer of the key.
        "square_shift": 2 * (WORLD_BITS - address.zoom) - 4,
        "tile_units": 2.0 ** (address.zoom - WORLD_BITS) * EXTENT,
    }


def _points(asked: EventFilter, question: TileQuestion, params: Params) -> str:
    scope, scope_params = scope_sql(question.scope)
    condition, filter_params = filter_sql(asked, question.now)
    params |= scope_params | filter_params
    params |= {"most": MOST_POINTS, "chinese": question.language.startswith("zh")}
    return read_sql(SQL / "tile_event_points.sql").substitute(
        clock=CLOCK_SQL, stage=STAGE_SQL, scope=scope, condition=condition
    )


def _counts(
    asked: EventFilter, question: TileQuestion, params: Params, when: str
) -> dict[str, str]:
    """Return the layer of counts; open and ended events are read apart, each from its own index."""
    parts: list[str] = []
    if asked.show != "closed":
        rows = asked if asked.show == "period" else replace(asked, show="open")
        parts.append(_raw(rows, question, params, f"{OPEN_SQL} AND ", CLOCK_SQL))
    # An ended event is closed and its clock stands still: a filter takes all of them or none.
    clocks, stages = asked.clocks or ("still",), asked.stages or ("closed",)
    if asked.show != "open" and "still" in clocks and "closed" in stages:
        rows = replace(asked, show="closed", clocks=(), stages=())
        tally = _tallied(rows, question)
        parts.append((_tally if tally else _raw)(rows, question, params))
    if not parts:
        return {}
    rows_sql = " UNION ALL ".join(f"({part})" for part in parts)
    counts = read_sql(SQL / "tile_event_counts.sql").substitute(rows=rows_sql, when=when)
    return {"event_counts": counts}


def _raw(
    asked: EventFilter,
    question: TileQuestion,
    params: Params,
    before: str = "",
    clock: str = "'still'",
) -> str:
    scope, scope_params = scope_sql(question.scope)
    condition, filter_params = filter_sql(asked, question.now)
    params |= scope_params | filter_params
    return read_sql(SQL / "tile_event_rows.sql").substitute(
        clock=clock, scope=scope, condition=before + condition
    )


def _tallied(asked: EventFilter, question: TileQuestion) -> bool:
    """Return whether the tally knows the answer: it tells days, squares and streets apart."""
    plain = EventFilter(show="closed", from_day=asked.from_day, to_day=asked.to_day)
    scope = question.scope
    whole_streets = not scope.department_ids and all(path.count(".") == 1 for path in scope.paths)
    known = scope.everything or whole_streets
    return known and question.address.zoom <= TALLY_TO_ZOOM and asked == plain


def _tally(asked: EventFilter, question: TileQuestion, params: Params) -> str:
    scope = question.scope
    roots = [path.rstrip(".") for path in scope.paths] + [""] * scope.unassigned
    params |= {"first_day": asked.from_day, "last_day": asked.to_day}
    params["roots"] = None if scope.everything else roots
    return read_sql(SQL / "tile_event_tally.sql").substitute()


def probe_question() -> TileQuestion | None:
    """Return a question about all events around the newest one; nothing without any."""
    placed = Event.objects.filter(point__isnull=False)
    newest = placed.order_by("-reported_at").only("point").first()
    if newest is None or newest.point is None:
        return None
    address = tile_at(newest.point.x, newest.point.y, POINTS_FROM_ZOOM - 1)
    return TileQuestion(address, SYSTEM, to_the_minute(timezone.now()), {"show": "all"})


EVENT_TILES = TileSource("events", "events", ("events_event", "catalogue_category"), events_sql)
