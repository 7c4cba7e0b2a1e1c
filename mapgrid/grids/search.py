"""Grids by code or name. Names and outlines are public; what lies inside is not told here."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mapgrid.core.scope import Scope
from mapgrid.core.search import Hit, Provider
from mapgrid.grids.models import Cell, Level
from mapgrid.grids.selectors import editions_in_force


def find_grids(scope: Scope, text: str, limit: int) -> list[Hit]:
    """Return grids whose code starts with the text or whose name holds it, widest first."""
    rows = Cell.objects.filter(edition__in=editions_in_force()).filter(
        Q(code__startswith=text) | Q(name__icontains=text)
    )
    found = rows.defer("boundary_m").order_by("depth", "code")[:limit]
    return [
        Hit(
            id=cell.code,
            label=cell.name,
            sub=f"{Level(cell.level).label} {cell.code}",
            point_lonlat=(cell.label_point.x, cell.label_point.y),
            bbox_lonlat=cell.boundary.extent,
            url_state={"sel": f"grid:{cell.code}"},
        )
        for cell in found
    ]


GRIDS = Provider("grid", _("Grids"), 10, find_grids)
