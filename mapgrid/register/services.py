"""Every write to buildings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.utils.translation import gettext as _

from mapgrid.core.editing import change, clean, lock_version
from mapgrid.core.errors import ForbiddenError, InvalidError
from mapgrid.core.geometry import to_shapely
from mapgrid.core.scope import Scope
from mapgrid.grids.locks import hold_editions_still
from mapgrid.grids.models import Edition
from mapgrid.grids.pinning import pin
from mapgrid.grids.reassigning import reassign_rows
from mapgrid.grids.registry import Reassigned
from mapgrid.register.models import Building
from mapgrid.register.querysets import buildings_for

EDITABLE = frozenset({"name", "address", "compound", "kind", "floors", "entrances", "households"})


def _allow(scope: Scope) -> None:
    if not scope.can("building.edit"):
        raise ForbiddenError("building.edit", _("Your role does not edit buildings."))


def _inside(scope: Scope, path: str) -> None:
    if not scope.covers(path):
        raise ForbiddenError("point.outside", _("This place is outside your area."))


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    strange = set(values) - EDITABLE
    if strange:
        raise InvalidError(
            "row.fields", _("Unknown fields: %(names)s.") % {"names": ", ".join(sorted(strange))}
        )
    return dict(values)


def middle(footprint: GEOSGeometry) -> tuple[float, float]:
    """Return the point that stands for a footprint: always inside it."""
    point = shapely.point_on_surface(to_shapely(footprint))
    return float(point.x), float(point.y)


@transaction.atomic
def building_add(
    *,
    scope: Scope,
    lon: float,
    lat: float,
    datum: str = "wgs84",
    footprint: GEOSGeometry | None = None,
    values: Mapping[str, Any],
) -> Building:
    """Add a building by a point, or by a footprint around it.

    Raises
    ------
    ForbiddenError
        Without the ability, or outside the reader's area.
    InvalidError
        ``row.invalid`` with the fields.
    """
    _allow(scope)
    building = Building(**_known(values), footprint=footprint, **pin(lon=lon, lat=lat, datum=datum))
    _inside(scope, building.scope_path)
    clean(building)
    building.save()
    return building


@transaction.atomic
def building_change(
    *,
    scope: Scope,
    pk: int,
    version: int,
    values: Mapping[str, Any],
    lonlat: tuple[float, float] | None = None,
    datum: str = "wgs84",
) -> Building:
    """Edit a building, and move it when a point is given; its footprint moves along.

    Raises
    ------
    ConflictError
        ``row.changed`` when somebody was quicker.
    """
    _allow(scope)
    if lonlat is not None:
        hold_editions_still()  # before the row: a publication locks in this order too
    building = lock_version(buildings_for(scope), pk, version)
    changes = _known(values)
    if lonlat is not None:
        pinned = pin(lon=lonlat[0], lat=lonlat[1], datum=datum)
        _inside(scope, pinned["scope_path"])
        if building.footprint is not None and building.point is not None:
            shape = to_shapely(building.footprint)
            dx, dy = pinned["point"].x - building.point.x, pinned["point"].y - building.point.y
            moved = shapely.transform(shape, lambda xy: np.add(xy, (dx, dy)))
            changes["footprint"] = GEOSGeometry(memoryview(shapely.to_wkb(moved)), srid=4326)
        changes.update(pinned)
    return change(building, changes)


@transaction.atomic
def building_retire(*, scope: Scope, pk: int, version: int) -> Building:
    """Take a building off the map; its history stays."""
    _allow(scope)
    building = lock_version(buildings_for(scope), pk, version)
    return change(building, {"state": Building.State.RETIRED})


def buildings_reassign(edition: Edition, at: dt.datetime, by_id: int | None) -> Reassigned:
    """Assign buildings again under a new edition."""
    return reassign_rows(Building.objects.all(), edition, at)
