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
from mapgrid.events.querysets import CLOCK_SQL, STAGE_SQL, filter_sql, scope_sql

SQL = Path(__file__).parent / "sql"
POINTS_FROM_ZOOM = 14
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
    rows = _rows(asked, question, params)
    if question.address.zoom < POINTS_FROM_ZOOM:
        counts = read_sql(SQL / "tile_event_counts.sql").substitute(rows=rows, when="TRUE")
        return TileSql(layers={"event_counts": counts}, params=params)
    return _points(asked, question, rows, params)


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


def _rows(asked: EventFilter, question: TileQuestion, params: Params) -> str:
    """Return the events to count; open and ended ones apart, each by its own index."""
    scope, bound = scope_sql(question.scope)
    params |= bound
    template = read_sql(SQL / "tile_event_rows.sql")
    kinds = ("open", "closed") if asked.show == "all" else (asked.show,)
    selects = []
    for show in kinds:
        condition, bound = filter_sql(replace(asked, show=show), question.now)
        params |= bound
        clock = "'still'" if show == "closed" else CLOCK_SQL
        selects.append(template.substitute(clock=clock, scope=scope, condition=condition))
    return " UNION ALL ".join(selects)


def _points(asked: EventFilter, question: TileQuestion, rows: str, params: Params) -> TileSql:
    scope, _bound = scope_sql(question.scope)
    condition, bound = filter_sql(asked, question.now)
    params |= bound
    params |= {"most": MOST_POINTS, "chinese": question.language.startswith("zh")}
    found = read_sql(SQL / "tile_event_points.sql").substitute(
        clock=CLOCK_SQL, stage=STAGE_SQL, scope=scope, condition=condition
    )
    return TileSql(
        ctes=(f"found AS MATERIALIZED ({found})",),
        layers={
            "events": read_sql(SQL / "tile_event_few.sql").substitute(),
            "event_counts": read_sql(SQL / "tile_event_counts.sql").substitute(
                rows=rows, when="(SELECT count(*) FROM found) > %(most)s"
            ),
        },
        params=params,
    )


def probe_question() -> TileQuestion | None:
    """Return a question about all events around the newest one; nothing without any."""
    placed = Event.objects.filter(point__isnull=False)
    newest = placed.order_by("-reported_at").only("point").first()
    if newest is None or newest.point is None:
        return None
    address = tile_at(newest.point.x, newest.point.y, POINTS_FROM_ZOOM - 1)
    return TileQuestion(address, SYSTEM, to_the_minute(timezone.now()), {"show": "all"})


EVENT_TILES = TileSource("events", "events", ("events_event", "catalogue_category"), events_sql)
