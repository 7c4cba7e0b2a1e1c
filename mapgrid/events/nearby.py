"""What lies around a place before a report is sent: component, like events, likely categories."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Max

from mapgrid.assets.models import Component
from mapgrid.assets.querysets import components_for
from mapgrid.catalogue.choices import Kind
from mapgrid.catalogue.models import Category, Condition
from mapgrid.catalogue.selectors import categories_in_force
from mapgrid.core.metric import within_metres
from mapgrid.core.scope import Scope
from mapgrid.events.querysets import events_for, with_clock
from mapgrid.events.workflow import ENDED

COMPONENT_M = 50.0
SAME_KIND_M = 30.0
LIKELY_M = 300.0
LIKELY_DAYS = 365
LATEST = 2000
LIKELY = 3
EVENTS_MAX = 20


def nearest_component(scope: Scope, lon: float, lat: float, category: Category | None) -> Any:
    """Return the nearest component of a category within 50 m, with ``distance_m``, or None.

    The same digits of another version of the catalogue mean the same kind of thing here, because
    what stands in the street outlives the catalogue it was registered under.
    """
    if category is None or category.kind != Kind.COMPONENT:
        return None
    rows = components_for(scope).exclude(state=Component.State.RETIRED)
    same = rows.filter(category__kind=category.kind, category__code=category.code)
    return within_metres(same, lon, lat, COMPONENT_M).select_related("category").first()


def open_events_near(
    scope: Scope,
    lon: float,
    lat: float,
    category: Category | None,
    now: dt.datetime,
    *,
    leave_out: int | None = None,
) -> list[Any]:
    """Return open events of the same category within 30 m, nearest first, with ``distance_m``."""
    if category is None:
        return []
    rows = events_for(scope).exclude(state__in=ENDED).exclude(pk=leave_out or 0)
    same = rows.filter(category__kind=category.kind, category__code=category.code)
    near = within_metres(with_clock(same, now), lon, lat, SAME_KIND_M)
    return list(near.select_related("category", "condition")[:EVENTS_MAX])


def likely_conditions(scope: Scope, lon: float, lat: float, now: dt.datetime) -> list[Condition]:
    """Return three conditions worth offering first: frequent around here, then lately in the scope.

    Only what the reader may see is counted, and only what the catalogue in force can take.
    """
    recent = events_for(scope).filter(reported_at__gte=now - dt.timedelta(days=LIKELY_DAYS))
    usable = recent.filter(condition__active=True, category__in=categories_in_force())
    latest = usable.order_by("-reported_at", "-id").values("pk")[:LATEST]
    lately = events_for(scope).filter(pk__in=latest)
    chosen: list[int] = []
    for rows in (within_metres(usable, lon, lat, LIKELY_M), lately):
        if len(chosen) < LIKELY:
            counted = (
                rows.order_by().values("condition").annotate(n=Count("id"), last=Max("reported_at"))
            )
            ranked = counted.order_by("-n", "-last", "condition").values_list(
                "condition", flat=True
            )
            chosen += [pk for pk in ranked[: LIKELY * 2] if pk not in chosen]
    found = Condition.objects.select_related("category").in_bulk(chosen[:LIKELY])
    return [found[pk] for pk in chosen[:LIKELY]]
