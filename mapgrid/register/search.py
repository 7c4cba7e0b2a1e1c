"""Buildings by compound, name or address, inside the reader's area."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mapgrid.core.scope import Scope
from mapgrid.core.search import Hit, Provider, map_view
from mapgrid.register.models import Building
from mapgrid.register.querysets import buildings_for


def find_buildings(scope: Scope, text: str, limit: int) -> list[Hit]:
    """Return standing buildings that carry every word of the text."""
    rows = buildings_for(scope).exclude(state=Building.State.RETIRED).filter(point__isnull=False)
    for word in text.split()[:5]:
        rows = rows.filter(
            Q(name__icontains=word) | Q(compound__icontains=word) | Q(address__icontains=word)
        )
    found = rows.defer("footprint").order_by("compound", "name", "id")[:limit]
    return [_hit(building, building.point) for building in found]


def _hit(building: Building, point: Any) -> Hit:
    return Hit(
        id=str(building.pk),
        label=str(building),
        sub=building.address,
        point_lonlat=(point.x, point.y),
        url_state={"sel": f"building:{building.pk}", "m": map_view(point.x, point.y, 18)},
    )


BUILDINGS = Provider("building", _("Buildings"), 30, find_buildings)
