"""Named datums and the one metric system: conversions, checks, suggestions.

The datum of a coordinate cannot be guessed from its numbers: every source declares it. Stored
positions are WGS-84 (EPSG:4326); CGCS2000 (EPSG:4490) differs from it by centimetres and counts as
the same. Distances are measured in one projected system in metres.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import ArrayLike, NDArray

from geodata import _datum
from geodata.errors import CRSError

Array = NDArray[np.float64]
Bounds = tuple[float, float, float, float]

# More than 1 % of distortion and "metres" would be a lie (a Web Mercator metre at 35 N is 0.82 m).
MAX_SCALE_ERROR = 0.01
# CGCS2000 / 3-degree Gauss-Kruger without zone prefix: EPSG:4534 (75 E) to EPSG:4554 (135 E).
_CHINA_LONLAT = (73.5, 17.5, 136.5, 54.0)
_INVERSE_STEPS = 30


class Datum(StrEnum):
    """Datum that a source of coordinates declares."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def from_wgs84(lon: ArrayLike, lat: ArrayLike, datum: Datum | str) -> tuple[Array, Array]:
    """Convert WGS-84 degrees to another datum.

    Parameters
    ----------
    lon, lat : array_like of float
        Degrees, any shape, broadcast against each other. NaN stays NaN.
    datum : Datum
        Target. WGS-84 and CGCS2000 return the input unchanged.

    Returns
    -------
    lon, lat : ndarray of float64
        Unchanged outside the box 72.004-137.8347 E, 0.8293-55.8271 N. Within 0.1 degree inside its
        sides (sea, and land far from China) the shift fades linearly, so that the map has no jump
        and :func:`to_wgs84` inverts it everywhere.

    Raises
    ------
    CRSError
        If the datum is unknown.

    Notes
    -----
    GCJ-02 and BD-09 follow the formulas in general circulation; no official text exists.
    """
    x, y = _floats(lon, lat)
    for step in _chain(datum):
        x, y = step(x, y)
    return x, y


def to_wgs84(lon: ArrayLike, lat: ArrayLike, datum: Datum | str) -> tuple[Array, Array]:
    """Convert degrees of a declared datum to WGS-84.

    Inverts :func:`from_wgs84` by fixed-point iteration: one step can be 3.7 m wrong, five are
    better than 1e-8 m within China; it goes on until nothing changes any more.

    Parameters
    ----------
    lon, lat : array_like of float
        Degrees, any shape, broadcast against each other. NaN stays NaN.
    datum : Datum
        Datum of the input.

    Returns
    -------
    lon, lat : ndarray of float64
        A round trip is within 1e-6 m everywhere.

    Raises
    ------
    CRSError
        If the datum is unknown.
    """
    x, y = _floats(lon, lat)
    for step in reversed(_chain(datum)):
        x, y = invert(step, x, y)
    return x, y


def invert(
    forward: Callable[[Array, Array], tuple[Array, Array]],
    lon: Array,
    lat: Array,
    steps: int = _INVERSE_STEPS,
) -> tuple[Array, Array]:
    """Find the position that a small shift maps to (lon, lat), by fixed-point iteration."""
    x, y = lon, lat
    for _ in range(steps):
        shifted_x, shifted_y = forward(x, y)
        dx, dy = lon - shifted_x, lat - shifted_y
        x, y = x + dx, y + dy
        if not np.any((np.abs(dx) > 1e-14) | (np.abs(dy) > 1e-14)):
            break
    return x, y


def is_metric(srid: int) -> bool:
    """Tell whether an EPSG code is a projected system with metres on both axes.

    An unknown code is not metric. A metric unit does not promise true lengths (Web Mercator):
    :func:`check_metric` also looks at the distortion.
    """
    try:
        crs = _crs(srid)
    except CRSError:
        return False
    return crs.is_projected and all(
        axis.unit_name in ("metre", "meter") for axis in crs.axis_info[:2]
    )


def suggest_metric_srid(bounds_lonlat: Bounds) -> int:
    """Suggest the metric system for an area.

    Parameters
    ----------
    bounds_lonlat : tuple of float
        West, south, east, north in degrees; its centre decides.

    Returns
    -------
    int
        In the box of China a CGCS2000 3-degree zone named by its central meridian (EPSG:4534 to
        4554), elsewhere the WGS-84 UTM zone (or polar stereographic beyond 84 N and 80 S).

    Raises
    ------
    CRSError
        If the bounds are not finite degrees.
    """
    west, south, east, north = _checked_bounds(bounds_lonlat)
    lon, lat = (west + east) / 2, (south + north) / 2
    box = _CHINA_LONLAT
    if box[0] <= lon <= box[2] and box[1] <= lat <= box[3]:
        return 4534 + min(20, int((lon - 73.5) // 3))
    if lat > 84 or lat < -80:
        return 32661 if lat > 0 else 32761
    zone = min(60, int((lon + 180) // 6) + 1)
    return (32600 if lat >= 0 else 32700) + zone


def check_metric(srid: int, bounds_lonlat: Bounds) -> None:
    """Check that a system measures an area in true metres.

    Parameters
    ----------
    srid : int
        EPSG code to check.
    bounds_lonlat : tuple of float
        West, south, east, north of the data in degrees.

    Raises
    ------
    CRSError
        ``crs_not_metric`` if the unit is not the metre; ``crs_distorts`` if a length inside the
        bounds is more than 1 % off or cannot be projected. Both name the SRID that would do.
    """
    bounds = _checked_bounds(bounds_lonlat)
    better = suggest_metric_srid(bounds)
    hint = f"EPSG:{better} would do."
    if not is_metric(srid):
        raise CRSError(f"EPSG:{srid} does not measure in metres.", code="crs_not_metric", hint=hint)
    error = _scale_error(srid, bounds)
    if not error <= MAX_SCALE_ERROR:
        raise CRSError(
            f"EPSG:{srid} measures lengths in this area {error:.1%} wrong.",
            code="crs_distorts",
            hint=hint,
        )


class Projector:
    """Between EPSG:4326 degrees (longitude first) and one metric system.

    Parameters
    ----------
    srid : int
        EPSG code of a projected system in metres.

    Raises
    ------
    CRSError
        If the code is unknown or not metric.
    """

    def __init__(self, srid: int) -> None:
        if not is_metric(srid):
            _crs(srid)  # an unknown code has its own message
            raise CRSError(
                f"EPSG:{srid} does not measure in metres.",
                code="crs_not_metric",
                hint="Choose a projected system in metres.",
            )
        self.srid = srid

    def forward(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Array, Array]:
        """Project degrees to metres; what cannot be projected becomes inf."""
        x, y = _transformer(self.srid).transform(*_floats(lon, lat))
        return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)

    def inverse(self, x_m: ArrayLike, y_m: ArrayLike) -> tuple[Array, Array]:
        """Turn metres back into degrees."""
        lon, lat = _transformer(self.srid).transform(*_floats(x_m, y_m), direction="INVERSE")
        return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)

    def geometry(self, geoms: Any) -> Any:
        """Project geometries vertex by vertex; edges are straight in both systems.

        Parameters
        ----------
        geoms : Geometry or ndarray of Geometry
            EPSG:4326, two dimensions (a third is dropped).

        Returns
        -------
        Geometry or ndarray of Geometry
            In metres, same shape as the input.
        """
        return shapely.transform(shapely.force_2d(geoms), self._project_rows)

    def _project_rows(self, rows: Array) -> Array:
        return np.column_stack(self.forward(rows[:, 0], rows[:, 1]))


def _chain(datum: Datum | str) -> tuple[Callable[[Array, Array], tuple[Array, Array]], ...]:
    try:
        known = Datum(datum)
    except ValueError:
        names = ", ".join(Datum)
        raise CRSError(
            f"Unknown datum {datum!r}.", code="datum_unknown", hint=f"Use one of: {names}."
        ) from None
    if known is Datum.GCJ02:
        return (_datum.wgs84_to_gcj02,)
    if known is Datum.BD09:
        return (_datum.wgs84_to_gcj02, _datum.gcj02_to_bd09)
    return ()


def _floats(first: ArrayLike, second: ArrayLike) -> tuple[Array, Array]:
    x, y = np.broadcast_arrays(
        np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    )
    return np.array(x), np.array(y)


def _scale_error(srid: int, bounds: Bounds) -> float:
    west, south, east, north = bounds
    lon, lat = np.meshgrid(np.linspace(west, east, 5), np.linspace(south, north, 5))
    factors = pyproj.Proj(_crs(srid)).get_factors(lon.ravel(), lat.ravel(), errcheck=False)
    scales = np.concatenate([factors.meridional_scale, factors.parallel_scale])
    error = float(np.max(np.abs(scales - 1.0)))
    return error if np.isfinite(error) else float("inf")


def _checked_bounds(bounds_lonlat: Bounds) -> Bounds:
    west, south, east, north = (float(value) for value in bounds_lonlat)
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise CRSError(
            f"{bounds_lonlat} are not bounds in degrees.",
            code="bounds_invalid",
            hint="Give west, south, east, north in degrees of EPSG:4326.",
        )
    return west, south, east, north


@lru_cache(maxsize=64)
def _crs(srid: int) -> pyproj.CRS:
    try:
        return pyproj.CRS.from_epsg(srid)
    except pyproj.exceptions.CRSError:
        raise CRSError(
            f"EPSG:{srid} is not a known coordinate system.",
            code="crs_unknown",
            hint="See epsg.org for the codes.",
        ) from None


@lru_cache(maxsize=16)
def _transformer(srid: int) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(4326, _crs(srid), always_xy=True)
