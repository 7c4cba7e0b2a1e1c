"""Writing new assignments over old ones, for any table with ``Assigned`` columns."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from django.db import connection, models
from django.db.models import Q, QuerySet
from numpy.typing import NDArray

from mapgrid.grids.locating import Assignments, assign_points
from mapgrid.grids.models import Cell, Edition
from mapgrid.grids.registry import Reassigned

_UPDATE = """
UPDATE {table} AS t SET grid_id = n.grid_id, edition_id = n.edition_id, grid_path = n.path,
       scope_path = n.path, rule = n.rule, border_m = n.border_m, runner_up_id = n.runner_up_id,
       assigned_at = %s, updated_at = %s,
       version = t.version + (t.grid_id IS DISTINCT FROM n.grid_id)::int
FROM unnest(
         %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::float8[],
         %s::bigint[]
     )
     AS n(id, grid_id, edition_id, path, rule, border_m, runner_up_id)
WHERE t.id = n.id AND (
    (t.grid_id, t.edition_id, t.scope_path, t.rule, t.runner_up_id)
        IS DISTINCT FROM (n.grid_id, n.edition_id, n.path, n.rule, n.runner_up_id)
    OR t.border_m IS DISTINCT FROM n.border_m
)
"""
_UPDATE_ACCESS = """
UPDATE {table} AS t SET scope_path = n.path
FROM unnest(%s::bigint[], %s::text[]) AS n(id, path)
WHERE t.id = n.id AND t.scope_path <> n.path
"""


def touched(rows: QuerySet[Any], edition: Edition) -> QuerySet[Any]:
    """Return the rows that a publication may move: old tree, new area, or in no grid."""
    root = Cell.objects.get(edition=edition, parent__isnull=True)
    return rows.filter(
        Q(scope_path__startswith=f"{root.code}.")
        | Q(scope_path="")
        | Q(point__coveredby=root.boundary)
    ).filter(point__isnull=False)


def points_of(
    rows: QuerySet[Any],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return id, lon and lat of rows with a point, by id."""
    table = rows.model._meta.db_table
    sql, params = rows.order_by().values("id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, ST_X(point), ST_Y(point) FROM {table} WHERE id IN ({sql}) ORDER BY id",  # noqa: S608
            params,
        )
        found = cursor.fetchall()
    columns = np.array(found, dtype=np.float64).reshape(-1, 3)
    return columns[:, 0].astype(np.int64), columns[:, 1], columns[:, 2]


def write_assignments(
    model: type[models.Model], ids: NDArray[np.int64], found: Assignments, at: dt.datetime
) -> None:
    """Overwrite the assignments that changed, in one statement.

    The version rises where the grid changed: that is what somebody who edits the row must know.
    """
    columns = found.columns(at)
    with connection.cursor() as cursor:
        cursor.execute(
            _UPDATE.format(table=model._meta.db_table),
            [
                at,
                at,
                ids.tolist(),
                list(columns["grid_id"]),
                list(columns["edition_id"]),
                list(found.path),
                list(found.rule),
                [None if np.isnan(v) else v for v in found.border_m.tolist()],
                list(columns["runner_up_id"]),
            ],
        )


def write_access(
    model: type[models.Model], ids: NDArray[np.int64], paths: NDArray[np.object_]
) -> int:
    """Let access follow the edition in force, not what is counted; return how many changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            _UPDATE_ACCESS.format(table=model._meta.db_table), [ids.tolist(), list(paths)]
        )
        return int(cursor.rowcount)


def reassign_rows(rows: QuerySet[Any], edition: Edition, at: dt.datetime) -> Reassigned:
    """Assign the touched rows of a table again and write what changed."""
    ids, lon, lat = points_of(touched(rows, edition))
    found = assign_points(lon, lat, at=at)
    before = dict(
        rows.model._default_manager.filter(id__in=ids.tolist()).values_list("id", "grid_id")
    )
    old = np.array([before[i] or 0 for i in ids.tolist()], dtype=np.int64)
    write_assignments(rows.model, ids, found, at)
    name = rows.model._meta.db_table
    return Reassigned(table=name, looked_at=len(ids), moved=int((old != found.grid_id).sum()))
