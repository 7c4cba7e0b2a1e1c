"""Rows that state their own grid against the grid that their point fell into."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from django.conf import settings
from numpy.typing import NDArray

from geodata.crs import Projector
from mapgrid.core.geometry import to_shapely_array
from mapgrid.events.models import Event
from mapgrid.grids.models import Cell

# Upper ends of the bins in metres; the first is far below any survey's precision.
BINS_M = (0.001, 1, 5, 10, 25, 50, 100, 250, 500, 1_000)
_LISTED = 200


def compare_stated(event_ids: NDArray[np.int64], stated: Sequence[Any]) -> dict[str, Any]:
    """Count the points that fell into the grid that their row states, and measure the others.

    Parameters
    ----------
    event_ids : int64 array, shape (n,)
        Stored events.
    stated : sequence of str or None, length n
        Code of the grid that the source names.

    Returns
    -------
    dict
        ``located``, ``agree``, ``in_no_grid``, ``differ``; for those that differ the distance in
        metres from the point to the stated grid: ``bins`` (upper end → count), ``median_m``,
        ``most_m``, and ``unknown`` where no such grid exists; the same for points in no grid under
        ``in_no_grid_bins`` with the distance to the nearest grid.
    """
    rows = _stored(event_ids)
    code = np.array(["" if value is None else str(value) for value in stated], dtype=object)
    located = np.array([row is not None and row[1] is not None for row in rows], dtype=bool)
    grid = np.array([(row[0] or "") if row else "" for row in rows], dtype=object)
    nowhere = located & (grid == "")
    agree = located & (grid == code) & (grid != "")
    differ = located & ~agree & ~nowhere
    result: dict[str, Any] = {
        "located": int(located.sum()),
        "without_place": int((~located).sum()),
        "agree": int(agree.sum()),
        "in_no_grid": int(nowhere.sum()),
        "differ": int(differ.sum()),
    }
    at = np.flatnonzero(differ)
    points = to_shapely_array([row[1] for row in (rows[i] for i in at) if row])
    far_m = _distances_m(points, code[at])
    result["differ_bins"] = _bins(far_m)
    result["differ_unknown"] = sorted({str(c) for c in code[at][np.isnan(far_m)]})
    if np.isfinite(far_m).any():
        result["median_m"] = round(float(np.nanmedian(far_m)), 2)
        result["most_m"] = round(float(np.nanmax(far_m)), 2)
    border = np.array([rows[i][2] for i in np.flatnonzero(nowhere)], dtype=np.float64)  # type: ignore[index]
    result["in_no_grid_bins"] = _bins(border)
    return result


def _stored(event_ids: NDArray[np.int64]) -> list[tuple[str | None, Any, float | None] | None]:
    ids = [int(pk) for pk in event_ids]
    stored = {
        pk: (code, point, border)
        for pk, code, point, border in Event.objects.filter(pk__in=ids).values_list(
            "id", "grid__code", "point", "border_m"
        )
    }
    return [stored.get(pk) for pk in ids]


def _distances_m(points: NDArray[np.object_], codes: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return metres from each point to the grid of that code in force; NaN where there is none."""
    wanted = sorted({str(code) for code in codes if code})
    cells = Cell.objects.filter(
        code__in=wanted, edition__state="published", edition__effective_to__isnull=True
    )
    shapes = {cell.code: cell.boundary_m for cell in cells.only("code", "boundary_m")}
    areas = dict(zip(shapes, to_shapely_array(list(shapes.values())), strict=True))
    own = np.array([areas.get(str(code)) for code in codes], dtype=object)
    if not len(points):
        return np.empty(0)
    there = Projector(settings.METRIC_SRID).geometry(points)
    return np.asarray(shapely.distance(there, own), dtype=np.float64)


def _bins(metres: NDArray[np.float64]) -> dict[str, int]:
    known = metres[np.isfinite(metres)]
    counts, _edges = np.histogram(known, [0.0, *BINS_M, np.inf])
    names = [*(f"<= {end:g} m" for end in BINS_M), f"> {BINS_M[-1]:g} m"]
    return {name: int(count) for name, count in zip(names, counts, strict=True) if count}
