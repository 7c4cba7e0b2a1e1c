"""Every write to components and hazard points: one set of functions for both tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from mapgrid.assets.models import Component, HazardPoint
from mapgrid.assets.querysets import components_for, hazards_for
from mapgrid.core.editing import change, clean, lock_version
from mapgrid.core.errors import ForbiddenError, InvalidError
from mapgrid.core.scope import Scope
from mapgrid.grids.locks import hold_editions_still
from mapgrid.grids.models import Edition
from mapgrid.grids.pinning import pin
from mapgrid.grids.reassigning import reassign_rows
from mapgrid.grids.registry import Reassigned

Asset = Component | HazardPoint


@dataclass(frozen=True)
class AssetKind:
    """One editable table: its rows for a reader, the fields a form may set, and its last state."""

    model: type[models.Model]
    rows: Callable[[Scope], models.QuerySet[Any]]
    editable: frozenset[str]
    retired: str


COMPONENTS = AssetKind(
    Component,
    components_for,
    frozenset(
        {
            "category_id",
            "code16",
            "name",
            "supervising_id",
            "owning_id",
            "maintaining_id",
            "state",
            "installed_on",
            "note",
        }
    ),
    Component.State.RETIRED,
)
HAZARDS = AssetKind(
    HazardPoint,
    hazards_for,
    frozenset(
        {
            "kind",
            "name",
            "season",
            "severity",
            "contact",
            "contact_phone",
            "next_check_on",
            "state",
            "note",
        }
    ),
    HazardPoint.State.RETIRED,
)


def _allow(kind: AssetKind, scope: Scope, values: Mapping[str, Any]) -> dict[str, Any]:
    if not scope.can("asset.edit"):
        raise ForbiddenError("asset.edit", _("Your role does not edit components and hazards."))
    strange = set(values) - kind.editable
    if strange:
        raise InvalidError(
            "row.fields", _("Unknown fields: %(names)s.") % {"names": ", ".join(sorted(strange))}
        )
    return dict(values)


def _inside(scope: Scope, path: str) -> None:
    if not scope.covers(path):
        raise ForbiddenError("point.outside", _("This place is outside your area."))


@transaction.atomic
def asset_add(
    *,
    kind: AssetKind,
    scope: Scope,
    lon: float,
    lat: float,
    datum: str = "wgs84",
    values: Mapping[str, Any],
) -> Any:
    """Add one at a place.

    Raises
    ------
    ForbiddenError
        Without the ability, or outside the reader's area.
    InvalidError
        ``row.invalid`` with the fields.
    """
    row = kind.model(**_allow(kind, scope, values), **pin(lon=lon, lat=lat, datum=datum))
    _inside(scope, row.scope_path)  # type: ignore[attr-defined]
    clean(row)
    row.save()
    return row


@transaction.atomic
def asset_change(
    *,
    kind: AssetKind,
    scope: Scope,
    pk: int,
    version: int,
    values: Mapping[str, Any],
    lonlat: tuple[float, float] | None = None,
    datum: str = "wgs84",
) -> Any:
    """Edit one, and move it when a point is given.

    Raises
    ------
    ConflictError
        ``row.changed`` when somebody was quicker.
    """
    changes = _allow(kind, scope, values)
    if lonlat is not None:
        hold_editions_still()  # before the row: a publication locks in this order too
    row = lock_version(kind.rows(scope), pk, version)
    if lonlat is not None:
        pinned = pin(lon=lonlat[0], lat=lonlat[1], datum=datum)
        _inside(scope, pinned["scope_path"])
        changes.update(pinned)
    return change(row, changes)


@transaction.atomic
def asset_retire(*, kind: AssetKind, scope: Scope, pk: int, version: int) -> Any:
    """Take one off the map; its history stays."""
    _allow(kind, scope, {})
    row = lock_version(kind.rows(scope), pk, version)
    return change(row, {"state": kind.retired})


def components_reassign(edition: Edition, at: dt.datetime, by_id: int | None) -> Reassigned:
    """Assign components again under a new edition."""
    return reassign_rows(Component.objects.all(), edition, at)


def hazards_reassign(edition: Edition, at: dt.datetime, by_id: int | None) -> Reassigned:
    """Assign hazard points again under a new edition."""
    return reassign_rows(HazardPoint.objects.all(), edition, at)
