"""Reads of components, hazard points and buildings alike: one row for its panel, and its past."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from mapgrid.core.errors import NotFoundError
from mapgrid.core.scope import Scope

HISTORY_MAX = 50
# Columns that a program keeps for itself; people read the rest.
_HIDDEN = frozenset(
    {
        "id", "version", "created_at", "updated_at", "source", "source_id", "source_srid", "raw_x",
        "raw_y", "grid", "edition", "grid_path", "scope_path", "rule", "border_m", "runner_up",
        "assigned_at", "contact", "contact_phone",
    }
)  # fmt: skip


@dataclass(frozen=True)
class HistoryLine:
    """One recorded change: when, what kind, by whom, and which fields now read otherwise."""

    at: dt.datetime
    label: str
    actor_id: int | None
    version: int
    changes: dict[str, tuple[Any, Any]]


def row_for(rows: QuerySet[Any], pk: int) -> Any:
    """Return one row of an already scoped queryset.

    Raises
    ------
    NotFoundError
        ``missing``, whether it does not exist or lies outside the scope.
    """
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFoundError("missing", _("There is no such record, or it is outside your area."))
    return row


def history_of(scope: Scope, row: Model) -> list[HistoryLine]:
    """Return the recorded changes of a row, newest first.

    A line from a time when the row lay outside the reader's area is left out, and its values with
    it: somebody else's past does not come along with a thing that was moved here.
    """
    tracked: Any = row
    lines = tracked.events.select_related("pgh_context").order_by("pgh_id")
    versions = [line for line in lines if _readable(scope, line)]
    found = [
        _line(before, after) for before, after in zip([None, *versions], versions, strict=False)
    ]
    return found[::-1][:HISTORY_MAX]


def _readable(scope: Scope, line: Any) -> bool:
    if scope.covers(line.scope_path):
        return True
    owners = {
        getattr(line, f"{name}_id", None) for name in ("supervising", "owning", "maintaining")
    }
    return bool(owners & set(scope.department_ids))


def _line(before: Any, after: Any) -> HistoryLine:
    context = after.pgh_context.metadata if after.pgh_context else {}
    user = context.get("user")
    return HistoryLine(
        at=after.pgh_created_at,
        label=after.pgh_label,
        actor_id=user if isinstance(user, int) else None,
        version=after.version,
        changes=_changes(before, after),
    )


def _changes(before: Any, after: Any) -> dict[str, tuple[Any, Any]]:
    """Compare the fields that people read; the first line tells only that the row was made."""
    if before is None:
        return {}
    changed: dict[str, tuple[Any, Any]] = {}
    for name in _shown(after):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            changed[name] = (old, new)
    return changed


def _shown(line: Any) -> Sequence[str]:
    fields = [field for field in line._meta.concrete_fields if not field.name.startswith("pgh_")]
    return [field.attname for field in fields if field.name not in _HIDDEN]
