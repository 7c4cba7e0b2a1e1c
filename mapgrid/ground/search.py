"""Named places and streets of the base map, which every reader sees."""

from __future__ import annotations

from django.contrib.gis.db.models import Extent
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from mapgrid.core.scope import Scope
from mapgrid.core.search import Hit, Provider, map_view
from mapgrid.ground.models import Place, Street


def find_places(scope: Scope, text: str, limit: int) -> list[Hit]:
    """Return places whose name holds the text, short names first."""
    rows = Place.objects.filter(name__icontains=text).order_by("name", "id")[:limit]
    return [
        Hit(
            id=str(place.pk),
            label=place.name,
            point_lonlat=(place.point.x, place.point.y),
            url_state={"m": map_view(place.point.x, place.point.y, 17)},
        )
        for place in rows
    ]


def find_streets(scope: Scope, text: str, limit: int) -> list[Hit]:
    """Return streets by name; the pieces of one street are one hit with a common box."""
    rows = (
        Street.objects.filter(name__icontains=text)
        .values("name")
        .annotate(box=Extent("line"), pieces=Count("id"))
        .order_by("name")[:limit]
    )
    return [_street(row["name"], row["box"]) for row in rows]


def _street(name: str, box: tuple[float, float, float, float]) -> Hit:
    lon, lat = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return Hit(
        id=name,
        label=name,
        point_lonlat=(lon, lat),
        bbox_lonlat=box,
        url_state={"m": map_view(lon, lat, 16)},
    )


PLACES = Provider("place", _("Places"), 20, find_places)
STREETS = Provider("street", _("Streets"), 50, find_streets)
