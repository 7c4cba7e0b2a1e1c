"""Comparing rows that were written one by one with rows that were written in bulk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

# What two writings of the same thing may differ in.
OWN = frozenset({"id", "source", "source_id", "created_at", "updated_at", "assigned_at"})


def differences(one: models.Model, other: models.Model, also: Iterable[str] = ()) -> dict[str, Any]:
    """Return the columns that differ, with both values, from fresh rows."""
    one.refresh_from_db()
    other.refresh_from_db()
    found = {}
    for field in one._meta.concrete_fields:
        if field.attname in OWN or field.attname in set(also):
            continue
        first, second = getattr(one, field.attname), getattr(other, field.attname)
        if first != second and not _close(first, second):
            found[field.attname] = (first, second)
    return found


def _close(first: Any, second: Any) -> bool:
    """Metres to a border come from two engines: equal to the micrometre."""
    return isinstance(first, float) and isinstance(second, float) and abs(first - second) < 1e-6


def past(row: Any) -> list[tuple[str, int]]:
    """Return what the database itself has kept of a row: (kind, version), oldest first."""
    return list(row.events.order_by("pgh_id").values_list("pgh_label", "version"))
