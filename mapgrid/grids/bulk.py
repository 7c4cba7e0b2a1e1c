"""The columns of ``Pinned`` and ``Assigned`` for many rows: the bulk twin of ``pinning``."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyproj
from django.utils import timezone
from numpy.typing import NDArray

from geodata.crs import from_wgs84
from mapgrid.core.bulk import check_lonlat, point_geometries, stamps
from mapgrid.core.geometry import WGS84, hex_ewkb
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
        The values as given, in ``source_srid`` and ``datum``. Where a source gave a shape and no
        point, the point that stands for it is expressed in the source's frame.
    """
    check_lonlat(lon, lat)
    hold_editions_still()
    count = len(lon)
    if raw_x is None or raw_y is None:
        # A system without a code cannot be told from a number: then the degrees say what they are.
        source_srid = source_srid or WGS84
        raw_x, raw_y = _in_frame(lon, lat, datum, source_srid)
    return {
        "point": hex_ewkb(point_geometries(lon, lat)),
        "raw_x": raw_x,
        "raw_y": raw_y,
        "datum": np.full(count, datum, dtype=object),
        "source_srid": np.full(count, source_srid),
        **assign_points(lon, lat).columns(timezone.now()),
        **stamps(count),
    }


def _in_frame(lon: Floats, lat: Floats, datum: str, source_srid: int) -> tuple[Floats, Floats]:
    """Express stored degrees in the frame of their source."""
    x, y = from_wgs84(lon, lat, datum)
    if source_srid == WGS84:
        return x, y
    to_source = pyproj.Transformer.from_crs(WGS84, source_srid, always_xy=True)
    moved: tuple[Floats, Floats] = to_source.transform(x, y)
    return moved
