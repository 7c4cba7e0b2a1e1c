"""The generated columns that say where an event's point lies in the tiles of every zoom."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db import models
from django.db.models import Func

# What the counts of a tile need beside its key: filter, clock and mean position.
TILE_COLUMNS = (
    "tile_x", "tile_y", "reported_at", "state", "deadline_at", "warn_at",
    "grid", "category", "department", "track",
)  # fmt: skip


def tile_function(
    name: str, *arguments: str | Func, output: models.Field[Any, Any] | None = None
) -> Func:
    """Return a call of one of the functions in ``sql/0004_tile_keys.sql``."""
    return Func(*arguments, function=name, output_field=output or models.IntegerField())


def tile_column(output: models.Field[Any, Any], name: str, *arguments: str | Func) -> Any:
    """Return a stored column that PostgreSQL computes from the point; NULL without one."""
    return models.GeneratedField(
        expression=tile_function(name, *arguments, output=output),
        output_field=output,
        db_persist=True,
        null=True,
    )
