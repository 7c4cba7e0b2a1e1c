"""Reads of grids and editions."""

from __future__ import annotations

import datetime as dt

import numpy as np
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from geodata.coverage import CellTable
from mapgrid.core.geometry import to_shapely_array
from mapgrid.grids.models import Cell, Edition


def editions_in_force(moment: dt.datetime | None = None) -> QuerySet[Edition]:
    """Return the edition of each root at a moment.

    A moment before a root's first edition takes the first one; the assignment says so by its date.
    """
    at = moment or timezone.now()
    published = Edition.objects.filter(state=Edition.State.PUBLISHED)
    first = (
        published.filter(root=OuterRef("root")).order_by("effective_from").values("id")[:1]
    )
    covers = Q(effective_from__lte=at) & (Q(effective_to__isnull=True) | Q(effective_to__gt=at))
    older = Q(effective_from__gt=at) & Q(id=F("first_id"))
    return published.annotate(first_id=Subquery(first)).filter(covers | older)


def edition_breaks() -> list[dt.datetime]:
    """Return the moments at which some root changes its edition, oldest first, without the first ones."""
    published = Edition.objects.filter(state=Edition.State.PUBLISHED)
    earlier = published.filter(root=OuterRef("root"), effective_from__lt=OuterRef("effective_from"))
    later = published.annotate(before=Subquery(earlier.values("id")[:1])).filter(before__isnull=False)
    return sorted({e for e in later.values_list("effective_from", flat=True) if e is not None})


def cells_of(editions: list[int]) -> tuple[CellTable, list[Cell]]:
    """Return the cells of several editions as one table for geodata, with their rows in table order."""
    rows = list(
        Cell.objects.filter(edition__in=editions)
        .order_by("depth", "code")
        .only("id", "grid_id", "edition_id", "parent_id", "code", "name", "depth", "path", "boundary")
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
