"""Events as rows of a list, and the small things around them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from mapgrid.api.rows.common import label, named, position, seconds_between
from mapgrid.assets.models import Component
from mapgrid.catalogue.models import Category, Condition
from mapgrid.events.selectors import GridKey
from mapgrid.events.workflow import State, Track
from mapgrid.grids.models import Cell

Names = dict[GridKey, Cell]


def category_row(category: Category | None) -> dict[str, str] | None:
    """Return what a symbol and a title need of a category."""
    if category is None:
        return None
    return {
        "kind": category.kind,
        "code": category.code,
        "name": category.title,
        "glyph": category.glyph,
    }


def event_row(event: Any, names: Names, now: dt.datetime) -> dict[str, Any]:
    """Return one row of a list; ``event`` carries ``clock`` and ``stage``."""
    runs = event.deadline_at is not None and event.clock != "still" and event.stage != "suspended"
    return {
        "number": event.number,
        "category": category_row(event.category),
        "condition": event.condition.title if event.condition else "",
        "state": event.state,
        "state_label": label(State, event.state),
        "stage": event.stage,
        "clock": event.clock,
        "deadline_at": event.deadline_at,
        "seconds_left": seconds_between(now, event.deadline_at) if runs else None,
        "grid": named(names.get((event.edition_id, event.grid_id))),
        "nearest": nearest_row(event, names),
        "track": event.track,
        "track_label": label(Track, event.track),
        "point": position(event.point),
        "reported_at": event.reported_at,
        "version": event.version,
    }


def nearest_row(row: Any, names: Names) -> dict[str, Any] | None:
    """Name the nearest grid of what lies in none."""
    if row.grid_id is not None:
        return None
    cell = named(names.get((row.edition_id, row.runner_up_id)))
    return None if cell is None else {**cell, "distance_m": row.border_m}


def near_rows(events: Sequence[Any], names: Names, now: dt.datetime) -> list[dict[str, Any]]:
    """Return rows that carry their distance."""
    return [{**event_row(e, names, now), "distance_m": round(e.distance_m, 2)} for e in events]


def component_brief(component: Any, distance_m: float | None = None) -> dict[str, Any] | None:
    """Return what a line about a component says."""
    if component is None:
        return None
    return {
        "id": component.pk,
        "kind": component.category.title,
        "category": component.category.key,
        "glyph": component.category.glyph,
        "id16": component.code16,
        "name": component.name,
        "state_label": label(Component.State, component.state),
        "distance_m": None if distance_m is None else round(distance_m, 2),
        "point": position(component.point),
    }


def likely_row(condition: Condition) -> dict[str, str]:
    """Return a condition to offer first."""
    category = condition.category
    return {
        "category": category.key,
        "condition": condition.code,
        "label": f"{category.title} · {condition.title}",
        "glyph": category.glyph,
    }
