"""Formulas behind the shifted Chinese datums (GCJ-02 and BD-09), on numpy arrays.

The formulas are the ones that have been published and re-derived by many since 2010 ("Mars
coordinates"); there is no official document. Two things are added here, both outside of China's
land, so that the shift is a bijection of the whole globe:

* it applies inside the box 72.004-137.8347 E, 0.8293-55.8271 N only, as usual, and
* within ``TAPER_DEG`` of the box's sides it fades linearly to nothing, instead of jumping.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

BOX_LONLAT = (72.004, 0.8293, 137.8347, 55.8271)
TAPER_DEG = 0.1

# Krasovsky 1940: semi-major axis in metres, squared eccentricity; digits as in the published code.
_AXIS_M = 6378245.0
_ECC2 = 0.00669342162296594323
_BD_ROUND = np.pi * 3000.0 / 180.0
_BD_LON, _BD_LAT = 0.0065, 0.006


def weight(lon: Array, lat: Array) -> Array:
    """Share of the shift that applies: 1 inside the box, 0 outside, linear in the taper."""
    west, south, east, north = BOX_LONLAT
    depth = np.minimum(np.minimum(lon - west, east - lon), np.minimum(lat - south, north - lat))
    return np.clip(depth / TAPER_DEG, 0.0, 1.0)


def wgs84_to_gcj02(lon: Array, lat: Array) -> tuple[Array, Array]:
    """Shift WGS-84 degrees to GCJ-02 degrees."""
    x, y = lon - 105.0, lat - 35.0
    east_m, north_m = _offsets_m(x, y)
    phi = np.radians(lat)
    magic = 1.0 - _ECC2 * np.sin(phi) ** 2
    meridian_m = _AXIS_M * (1.0 - _ECC2) / (magic * np.sqrt(magic))
    parallel_m = _AXIS_M / np.sqrt(magic) * np.cos(phi)
    share = weight(lon, lat)
    # Near the poles a degree of longitude has no length; the share is 0 there and must stay 0.
    dlon = np.where(share > 0, np.degrees(east_m / np.where(share > 0, parallel_m, 1.0)), 0.0)
    return lon + share * dlon, lat + share * np.degrees(north_m / meridian_m)


def gcj02_to_bd09(lon: Array, lat: Array) -> tuple[Array, Array]:
    """Shift GCJ-02 degrees to BD-09 degrees."""
    share = weight(lon, lat)
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_ROUND)
    theta = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_ROUND)
    dlon = radius * np.cos(theta) + _BD_LON - lon
    dlat = radius * np.sin(theta) + _BD_LAT - lat
    return (
        np.where(share > 0, lon + share * dlon, lon),
        np.where(share > 0, lat + share * dlat, lat),
    )


def _offsets_m(x: Array, y: Array) -> tuple[Array, Array]:
    """Metres east and north at x degrees east of 105 E and y degrees north of 35 N."""
    root = np.sqrt(np.abs(x))
    common = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (common + 20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi * y / 3.0)) * 2.0 / 3.0
    north += (160.0 * np.sin(np.pi * y / 12.0) + 320.0 * np.sin(np.pi * y / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (common + 20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi * x / 3.0)) * 2.0 / 3.0
    east += (150.0 * np.sin(np.pi * x / 12.0) + 300.0 * np.sin(np.pi * x / 30.0)) * 2.0 / 3.0
    return east, north
