"""What each reader should get, from raw rows in plain Python: no queryset of the product."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from geodata.crs import Projector
from mapgrid.assets.models import Component
from mapgrid.events.models import Event
from tests import world
from tests.cast import A1, A2, STREET, A, Cast, sees_path

B1 = f"{STREET}{world.code(2)}.{world.code(2, 1)}."
# Who holds which post, by the path of its grid.
POSTS = {"inside": A1, "neighbour": A2, "community": A, "centre": STREET, "head_b": B1}
ENDED = ("closed", "rejected")
METRES = Projector(4547)


def event_rows(cast: Cast, role: str) -> list[dict[str, Any]]:
    """Every column of the events that a reader may see."""
    rows = Event.objects.values(
        "id", "number", "state", "grid_id", "deadline_at", "warn_at", "reported_at", "closed_at",
        "scope_path", "department_id", "point", "category__kind", "category__code",
        "condition__code",
    )  # fmt: skip
    return [row for row in rows if cast.sees_event(role, row)]


def clock(row: dict[str, Any], now: Any) -> str:
    """The clock by its definition."""
    if row["state"] in ENDED:
        return "still"
    if row["grid_id"] is None:
        return "lost"
    if row["state"] == "suspended" or row["deadline_at"] is None:
        return "still"
    if row["deadline_at"] < now:
        return "late"
    return "soon" if row["warn_at"] <= now else "ok"


def metres(lon: float, lat: float, point: Any) -> float:
    """Distance on a ball: good to a millimetre in a hundred metres here."""
    dx = math.radians(point.x - lon) * math.cos(math.radians(lat)) * 6_371_000
    dy = math.radians(point.y - lat) * 6_371_000
    return math.hypot(dx, dy)


def near_events(cast: Cast, role: str, lon: float, lat: float, key: str) -> set[str]:
    """Open events of one category within 30 m."""
    return {
        row["number"]
        for row in event_rows(cast, role)
        if row["state"] not in ENDED
        and f"{row['category__kind']}:{row['category__code']}" == key
        and row["point"] is not None
        and metres(lon, lat, row["point"]) <= 30
    }


def nearest_component(cast: Cast, role: str, lon: float, lat: float) -> int | None:
    """The nearest component that the reader may see within 50 m."""
    seen = cast.components(role)
    found = [
        (metres(lon, lat, row.point), row.pk) for row in Component.objects.all() if row.pk in seen
    ]
    near = sorted(pair for pair in found if pair[0] <= 50)
    return near[0][1] if near else None


def people(role: str, path: str, widest: int = 2) -> set[str]:
    """Names of those with a post along a path, from a level on, that the reader may know."""
    return {
        f"测{name}"
        for name, grid in POSTS.items()
        if path.startswith(grid) and grid.count(".") >= widest and sees_path(role, grid)
    }


def heat(cast: Cast, role: str, lon: float, lat: float, bandwidth_m: float = 150.0) -> float:
    """The quartic kernel summed event by event, in events per km²."""
    here = METRES.forward([lon], [lat])
    points = [row["point"] for row in event_rows(cast, role) if row["point"] is not None]
    if not points:
        return 0.0
    x, y = METRES.forward([p.x for p in points], [p.y for p in points])
    d2 = ((x - here[0]) ** 2 + (y - here[1]) ** 2) / bandwidth_m**2
    weights = np.where(d2 < 1, (1 - d2) ** 2, 0.0)
    return float(weights.sum() * 3 / (math.pi * bandwidth_m**2) * 1e6)
