"""The columns of ``Pinned`` and ``Assigned`` for many rows at once: the bulk twin of ``pinning``."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from mapgrid.core.bulk import check_lonlat, point_geometries, stamps
from mapgrid.core.geometry import hex_ewkb
from mapgrid.core.models import Datum
from mapgrid.grids.locating import assign_points
from mapgrid.grids.locks import hold_editions_still

Floats = NDArray[np.float64]


def pinned_columns(
    lon: Floats,
    lat: Floats,
    *,
    raw_x: Floats | None = None,
    raw_y: Floats | None = None,
    datum: str = Datum.WGS84.value,
    source_srid: int = 4326,
) -> dict[str, Any]:
    """Return every column of pinned, assigned and stamped rows, ready for COPY.

    Parameters
    ----------
    lon, lat : float64 arrays, shape (n,)
        EPSG:4326; NaN where the place is not known.
    raw_x, raw_y : float64 arrays, optional
        The values as given, in ``source_srid`` and ``datum``; the stored ones by default.
    """
    check_lonlat(lon, lat)
    hold_editions_still()
    count = len(lon)
    return {
        "point": hex_ewkb(point_geometries(lon, lat)),
        "raw_x": lon if raw_x is None else raw_x,
        "raw_y": lat if raw_y is None else raw_y,
        "datum": np.full(count, datum, dtype=object),
        "source_srid": np.full(count, source_srid),
        **assign_points(lon, lat).columns(timezone.now()),
        **stamps(count),
    }
