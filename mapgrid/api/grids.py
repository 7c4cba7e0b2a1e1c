"""One grid: public name and outline, and the figures that the reader may know."""

from __future__ import annotations

import datetime as dt
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from mapgrid.api.base import ApiView, answer, documented
from mapgrid.api.errors import missing
from mapgrid.api.parsers import check_text
from mapgrid.api.rows.common import people_rows
from mapgrid.api.serializers.common import GridDetail
from mapgrid.assets.models import Component, HazardPoint
from mapgrid.assets.querysets import components_for, hazards_for
from mapgrid.core.scope import Scope
from mapgrid.events.filters import CLOCKS
from mapgrid.events.selectors import open_by_path
from mapgrid.grids.models import DEPTH, Cell, Level
from mapgrid.grids.people import people_on
from mapgrid.grids.selectors import cells_in_force, editions_in_force, path_codes
from mapgrid.register.models import Building
from mapgrid.register.querysets import buildings_for


class GridView(ApiView):
    """A grid by its code, in the edition in force."""

    @documented(GridDetail, 404, tag="grids", summary="One grid")
    def get(self, request: Request, code: str) -> Response:
        check_text(code)
        found = Cell.objects.filter(code=code[:40], edition__in=editions_in_force(self.now))
        cell = found.select_related("grid", "edition").defer("boundary_m").first()
        if cell is None:
            raise missing()
        return answer(GridDetail, grid_detail(self.scope, cell, self.now))


def grid_detail(scope: Scope, cell: Cell, now: dt.datetime) -> dict[str, Any]:
    """Return the panel of a grid; every figure counts rows of the scope only."""
    groups = open_by_path(scope, cell.path, now)
    clocks = dict.fromkeys(CLOCKS, 0)
    for _path, clock, n in groups:
        clocks[clock] += n
    widest = cell.level if cell.depth < DEPTH[Level.COMMUNITY] else Level.COMMUNITY
    return {
        **_name(cell),
        "level_label": Level(cell.level).label,
        "kind": cell.grid.kind,
        "kind_label": cell.grid.get_kind_display(),
        "inside": scope.covers(cell.path),
        "path": _ancestors(cell, now),
        "bbox": list(cell.boundary.extent),
        "households": cell.households,
        **_figures(scope, cell.path),
        "open": clocks,
        "people": people_rows(people_on(scope, cell.path, widest=widest)),
        "edition": {"name": cell.edition.name, "effective_from": cell.edition.effective_from},
        "children": _children(cell, groups),
    }


def _name(cell: Cell) -> dict[str, str]:
    return {"code": cell.code, "name": cell.name, "level": cell.level}


def _ancestors(cell: Cell, now: dt.datetime) -> list[dict[str, str]]:
    codes = path_codes(cell.path)[:-1]
    rows = cells_in_force(now).filter(edition=cell.edition_id, code__in=codes).order_by("depth")
    return [_name(row) for row in rows] if codes else []


def _figures(scope: Scope, prefix: str) -> dict[str, int]:
    inside = {"scope_path__startswith": prefix}
    standing = buildings_for(scope).filter(**inside).exclude(state=Building.State.RETIRED)
    components = components_for(scope).filter(**inside).exclude(state=Component.State.RETIRED)
    hazards = hazards_for(scope).filter(**inside).exclude(state=HazardPoint.State.RETIRED)
    return {
        "buildings": standing.count(),
        "components": components.count(),
        "hazards": hazards.count(),
    }


def _children(cell: Cell, groups: list[tuple[str, str, int]]) -> list[dict[str, Any]]:
    rows = Cell.objects.filter(parent=cell).select_related("grid").order_by("code")
    return [
        {
            **_name(row),
            "kind": row.grid.kind,
            "households": row.households,
            "open": sum(n for path, _clock, n in groups if path.startswith(row.path)),
        }
        for row in rows.defer("boundary", "boundary_m", "label_point")
    ]
