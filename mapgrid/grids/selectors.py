"""Reads of grids and editions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import numpy as np
from django.conf import settings
from django.contrib.gis.db.models import Extent
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from geodata.coverage import CellTable
from mapgrid.core.geometry import to_shapely_array
from mapgrid.core.scope import Scope
from mapgrid.grids.models import Cell, Edition


def editions_in_force(moment: dt.datetime | None = None) -> QuerySet[Edition]:
    """Return the edition of each root at a moment.

    A moment before a root's first edition takes the first one; the assignment says so by its date.
    """
    at = moment or timezone.now()
    published = Edition.objects.filter(state=Edition.State.PUBLISHED)
    first = published.filter(root=OuterRef("root")).order_by("effective_from").values("id")[:1]
    covers = Q(effective_from__lte=at) & (Q(effective_to__isnull=True) | Q(effective_to__gt=at))
    older = Q(effective_from__gt=at) & Q(id=F("first_id"))
    return published.annotate(first_id=Subquery(first)).filter(covers | older)


def edition_breaks() -> list[dt.datetime]:
    """Return the moments at which some root begins or changes its edition, oldest first."""
    published = Edition.objects.filter(state=Edition.State.PUBLISHED)
    starts = published.values_list("effective_from", flat=True)
    return sorted({start for start in starts if start is not None})


def cells_of(editions: list[int]) -> tuple[CellTable, list[Cell]]:
    """Return the cells of several editions as a table for geodata, and their rows in its order."""
    rows = list(
        Cell.objects.filter(edition__in=editions)
        .order_by("depth", "code")
        .only(
            "id", "grid_id", "edition_id", "parent_id", "code", "name", "depth", "path", "boundary"
        )
    )
    index = {row.pk: i for i, row in enumerate(rows)}
    parents = [-1 if row.parent_id is None else index[row.parent_id] for row in rows]
    table = CellTable(
        codes=np.array([row.code for row in rows], dtype=object),
        levels=np.array([row.depth for row in rows], dtype=np.int8),
        parents=np.array(parents, dtype=np.int32),
        geometries=to_shapely_array([row.boundary for row in rows]),
    )
    return table, rows


def cells_in_force(moment: dt.datetime | None = None) -> QuerySet[Cell]:
    """Return the cells of the editions in force, without their boundaries."""
    rows = Cell.objects.filter(edition__in=editions_in_force(moment))
    return rows.defer("boundary", "boundary_m")


def path_codes(path: str) -> list[str]:
    """Return the codes of a path, root first."""
    return [code for code in path.split(".") if code]


def named_cells(pairs: Iterable[tuple[int | None, int | None]]) -> dict[tuple[int, int], Cell]:
    """Return the cells that name grids in the editions that decided, in one query, or two.

    Parameters
    ----------
    pairs : iterable of (edition id, grid id)
        None in either is left out.

    Returns
    -------
    dict
        By (edition id, grid id). A grid that the edition does not know (the nearest one, of another
        root) is named by its latest edition.
    """
    wanted = {
        (edition, grid) for edition, grid in pairs if edition is not None and grid is not None
    }
    if not wanted:
        return {}
    grids = {grid for _edition, grid in wanted}
    slim = Cell.objects.only("code", "name", "depth", "path", "grid_id", "edition_id")
    rows = slim.filter(grid__in=grids, edition__in={edition for edition, _grid in wanted})
    found = {(row.edition_id, row.grid_id): row for row in rows}
    lost = {grid for edition, grid in wanted if (edition, grid) not in found}
    if lost:
        published = slim.filter(grid__in=lost, edition__state=Edition.State.PUBLISHED)
        latest = published.order_by("grid_id", "-edition__effective_from")
        names = {row.grid_id: row for row in latest.distinct("grid_id")}
        found |= {pair: names[pair[1]] for pair in wanted - found.keys() if pair[1] in names}
    return found


def home_bbox_lonlat(scope: Scope) -> tuple[float, float, float, float]:
    """Return what a reader's map opens on: own subtrees, or everything, or the city's bounds."""
    rows = cells_in_force()
    own = rows.filter(path__in=scope.paths) if scope.paths and not scope.everything else rows.none()
    for cells in (own, rows.filter(parent__isnull=True)):
        box = cells.aggregate(box=Extent("boundary"))["box"]
        if box is not None:
            return box[0], box[1], box[2], box[3]
    return settings.CITY.bounds_lonlat
