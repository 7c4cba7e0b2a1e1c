"""Which grid a point belongs to, and why: for single questions, imports and re-assignments alike.

Many points, and single ones when this process already holds an index of the editions in force, are
answered by ``geodata.locate``; a process without one asks PostGIS. Both decide exactly and alike.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection
from django.utils import timezone
from numpy.typing import NDArray

from geodata.locate import Locator
from geodata.locate import Rule as ExactRule
from mapgrid.grids.models import Cell, Rule
from mapgrid.grids.selectors import cells_of, edition_breaks, editions_in_force

RULES = np.array([Rule.INSIDE.value, Rule.BORDER.value, Rule.OUTSIDE.value], dtype=object)


@dataclass(frozen=True)
class Assignments:
    """Columns of equal length, one row a point. No such thing: id 0, and an empty ``path``."""

    cell_id: NDArray[np.int64]
    grid_id: NDArray[np.int64]
    edition_id: NDArray[np.int64]
    path: NDArray[np.object_]
    rule: NDArray[np.object_]
    border_m: NDArray[np.float64]
    runner_up_id: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.cell_id)

    def take(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> Assignments:
        """Return the same columns for some of the rows."""
        return Assignments(
            **{name: getattr(self, name)[rows] for name in self.__dataclass_fields__}
        )

    def overlaid(self, rows: NDArray[np.bool_], other: Assignments) -> Assignments:
        """Return the same columns with some of the rows taken from another answer."""
        names = self.__dataclass_fields__
        return Assignments(
            **{n: np.where(rows, getattr(other, n), getattr(self, n)) for n in names}
        )

    def columns(self, at: dt.datetime) -> dict[str, Any]:
        """Return the columns of ``grids.models.Assigned`` by database name, ready for COPY."""
        return {
            "grid_id": _nullable(self.grid_id),
            "edition_id": _nullable(self.edition_id),
            "grid_path": self.path,
            "scope_path": self.path,
            "rule": self.rule,
            "border_m": self.border_m,
            "runner_up_id": _nullable(self.runner_up_id),
            "assigned_at": np.full(
                len(self), np.datetime64(at.astimezone(dt.UTC).replace(tzinfo=None))
            ),
        }

    def row(self, i: int, at: dt.datetime) -> dict[str, Any]:
        """Return the same for one point, ready for a model instance."""
        border = float(self.border_m[i])
        return {
            "grid_id": int(self.grid_id[i]) or None,
            "edition_id": int(self.edition_id[i]) or None,
            "grid_path": str(self.path[i]),
            "scope_path": str(self.path[i]),
            "rule": str(self.rule[i]),
            "border_m": None if np.isnan(border) else border,
            "runner_up_id": int(self.runner_up_id[i]) or None,
            "assigned_at": at,
        }


def _nullable(ids: NDArray[np.int64]) -> NDArray[np.object_]:
    values = ids.astype(object)
    values[ids == 0] = None
    return values


class _Index:
    """The cells of the editions in force, with their ids beside geodata's index."""

    def __init__(self, editions: tuple[int, ...]) -> None:
        table, rows = cells_of(list(editions))
        self.editions = editions
        self.locator = Locator(table, settings.METRIC_SRID)
        # One row more than there are cells: index -1 (nowhere) reads the last, empty one.
        self.cell_id = np.array([r.pk for r in rows] + [0], dtype=np.int64)
        self.grid_id = np.array([r.grid_id for r in rows] + [0], dtype=np.int64)
        self.edition_id = np.array([r.edition_id for r in rows] + [0], dtype=np.int64)
        self.path = np.array([r.path for r in rows] + [""], dtype=object)

    def assign(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Assignments:
        found = self.locator.locate(lon, lat)
        # In no grid: the edition that was asked is the one of the nearest cell.
        edition = self.edition_id[np.where(found.cell >= 0, found.cell, found.runner_up)]
        return Assignments(
            cell_id=self.cell_id[found.cell],
            grid_id=self.grid_id[found.cell],
            edition_id=edition,
            path=self.path[found.cell],
            rule=RULES[found.rule],
            border_m=found.distance_m,
            runner_up_id=self.grid_id[found.runner_up],
        )


_indexes: dict[tuple[int, ...], _Index] = {}
_guard = Lock()
_KEPT = 4


def _index(editions: tuple[int, ...]) -> _Index:
    with _guard:
        found = _indexes.get(editions)
    if found is None:
        found = _Index(editions)
        with _guard:
            while len(_indexes) >= _KEPT:
                _indexes.pop(next(iter(_indexes)))
            _indexes[editions] = found
    return found


def forget_indexes() -> None:
    """Drop every index of this process (tests, and after an edition's rows were deleted)."""
    with _guard:
        _indexes.clear()


def _in_force(at: dt.datetime) -> list[tuple[int, ...]]:
    """Return whom to ask, in this order.

    First the editions that had begun; where they have no answer, also the first editions of roots
    that came later. Else a street that was split off would rewrite the reports of the time before.
    """
    found = dict(editions_in_force(at).values_list("id", "effective_from"))
    begun = tuple(sorted(pk for pk, start in found.items() if start is not None and start <= at))
    every = tuple(sorted(found))
    return [begun, every] if begun and begun != every else [every]


def _assign(at: dt.datetime, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Assignments:
    found, *later = (_index(editions).assign(lon, lat) for editions in _in_force(at))
    for second in later:
        found = found.overlaid(found.grid_id == 0, second)
    return found


def assign_points(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    *,
    at: NDArray[np.datetime64] | dt.datetime | None = None,
) -> Assignments:
    """Assign many points, each under the edition in force at its own moment.

    Parameters
    ----------
    lon, lat : float64 arrays, shape (n,)
        EPSG:4326 degrees; NaN lies in no grid.
    at : datetime64[us] array of shape (n,) in UTC, or one datetime
        The moment of each report; now by default. Points older than the first edition take the
        first.
    """
    moments = timezone.now() if at is None else at
    if isinstance(moments, dt.datetime):
        return _assign(moments, lon, lat)
    breaks = edition_breaks()
    starts = np.array([_utc64(b) for b in breaks], dtype="datetime64[us]")
    era = np.searchsorted(starts, moments.astype("datetime64[us]"), side="right")
    parts: list[tuple[NDArray[np.intp], Assignments]] = []
    for number in np.unique(era):
        rows = np.flatnonzero(era == number)
        moment = breaks[number - 1] if number else dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
        parts.append((rows, _assign(moment, lon[rows], lat[rows])))
    return _gather(parts, len(lon))


def _utc64(moment: dt.datetime) -> np.datetime64:
    return np.datetime64(moment.astimezone(dt.UTC).replace(tzinfo=None), "us")


def _gather(parts: list[tuple[NDArray[np.intp], Assignments]], count: int) -> Assignments:
    if len(parts) == 1:
        return parts[0][1]
    whole = Assignments(
        cell_id=np.zeros(count, dtype=np.int64),
        grid_id=np.zeros(count, dtype=np.int64),
        edition_id=np.zeros(count, dtype=np.int64),
        path=np.full(count, "", dtype=object),
        rule=np.full(count, Rule.OUTSIDE.value, dtype=object),
        border_m=np.full(count, np.nan),
        runner_up_id=np.zeros(count, dtype=np.int64),
    )
    for rows, part in parts:
        for name in whole.__dataclass_fields__:
            getattr(whole, name)[rows] = getattr(part, name)
    return whole


def assign_one(lon: float, lat: float, *, at: dt.datetime | None = None) -> Assignments:
    """Assign one point; the answer has one row.

    The editions in force are read in the caller's transaction, and an index that this process holds
    answers only for exactly those editions; otherwise PostGIS decides.
    """
    *first, last = _in_force(at or timezone.now())
    for editions in first:
        found = _one(editions, lon, lat)
        if found.grid_id[0]:
            return found
    return _one(last, lon, lat)


def _one(editions: tuple[int, ...], lon: float, lat: float) -> Assignments:
    with _guard:
        index = _indexes.get(editions)
    if index is not None:
        return index.assign(np.array([lon]), np.array([lat]))
    return _ask_postgis(editions, lon, lat)


def _ask_postgis(editions: tuple[int, ...], lon: float, lat: float) -> Assignments:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cell_id, rule, distance_m, runner_up_id FROM mapgrid_locate(%s, %s, %s)",
            [list(editions), lon, lat],
        )
        row = cursor.fetchone() or (None, int(ExactRule.OUTSIDE), None, None)
    cell_id, rule, distance_m, runner_up = row
    cells = Cell.objects.only("grid_id", "edition_id", "path").in_bulk(
        [pk for pk in (cell_id, runner_up) if pk is not None]
    )
    cell, second = cells.get(cell_id), cells.get(runner_up)
    asked = cell or second
    return Assignments(
        cell_id=np.array([cell_id or 0], dtype=np.int64),
        grid_id=np.array([cell.grid_id if cell else 0], dtype=np.int64),
        edition_id=np.array([asked.edition_id if asked else 0], dtype=np.int64),
        path=np.array([cell.path if cell else ""], dtype=object),
        rule=np.array([RULES[rule]], dtype=object),
        border_m=np.array([np.nan if distance_m is None else distance_m]),
        runner_up_id=np.array([second.grid_id if second else 0], dtype=np.int64),
    )
