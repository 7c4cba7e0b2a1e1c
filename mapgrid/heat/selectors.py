"""Heat: kernel density in metres over the events that this reader may see, and no others.

Every value is the exact kernel sum at its place, in events per km² over the period. It is worked
out where it is shown, never stretched from another zoom, so that neither zoom nor seams change it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np
from django.conf import settings
from django.db import connection
from numpy.typing import NDArray

from geodata.crs import Projector
from geodata.nearby import NearbyDensity
from mapgrid.core.changes import data_version
from mapgrid.core.scope import Scope
from mapgrid.core.tiles import SHORT_STATEMENT, Params, TileAddress, read_sql
from mapgrid.events.querysets import filter_sql, scope_sql
from mapgrid.heat.asked import HeatAsked

SQL = Path(__file__).parent / "sql"
TABLES = ("events_event", "catalogue_category")
STEPS = 64  # a side of the tile; its corners make 65 values
TICKS = 5
_KEPT = 8

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class HeatSurface:
    """The density over one set of events, and the version of that set."""

    version: str
    density: NearbyDensity


@dataclass(frozen=True)
class HeatLegend:
    """One scale for all tiles: linear stops from zero to the highest value or just above it."""

    stops: tuple[float, ...]
    highest: float

    @property
    def maximum(self) -> float:
        """The value of the ramp's end."""
        return self.stops[-1]


@dataclass(frozen=True)
class HeatQuestion:
    """The statement for one set of events, not yet run."""

    sql: str
    params: Params
    bandwidth_m: int

    def version(self) -> str:
        """Return the version of the surface; one query."""
        # A bound value that the statement does not read, such as the minute, changes nothing.
        used = sorted((k, v) for k, v in self.params.items() if f"%({k})s" in self.sql)
        digest = hashlib.blake2b(repr((self.sql, used, self.bandwidth_m)).encode(), digest_size=12)
        digest.update(data_version(TABLES).encode())
        return digest.hexdigest()

    def points_m(self) -> tuple[Floats, Floats]:
        """Return the events' places in METRIC_SRID; one query."""
        with connection.cursor() as cursor:
            cursor.execute(SHORT_STATEMENT + self.sql, self.params)
            row = cursor.fetchone()
        lonlat = np.frombuffer(bytes(row[0] or b""), dtype=">f8").astype(np.float64).reshape(-1, 2)
        return Projector(settings.METRIC_SRID).forward(lonlat[:, 0], lonlat[:, 1])


def heat_question(scope: Scope, asked: HeatAsked, now: dt.datetime) -> HeatQuestion:
    """Cut the events to the reader and to what was asked."""
    cut, params = scope_sql(scope)
    condition, bound = filter_sql(asked.events, now)
    sql = read_sql(SQL / "heat_points.sql").substitute(scope=cut, condition=condition)
    return HeatQuestion(sql, params | bound, asked.bandwidth_m)


_surfaces: OrderedDict[str, HeatSurface] = OrderedDict()
_guard = Lock()


def heat_surface(question: HeatQuestion, version: str) -> HeatSurface:
    """Return the surface of a version: from this process's memory, or with one query.

    The tiles of one view ask for the same events at once: the first one loads, the others wait.
    """
    with _guard:
        found = _surfaces.pop(version, None)
        if found is None:
            found = HeatSurface(version, NearbyDensity(*question.points_m(), question.bandwidth_m))
        _surfaces[version] = found
        while len(_surfaces) > _KEPT:
            _surfaces.popitem(last=False)
    return found


def forget_surfaces() -> None:
    """Forget every surface that this process keeps."""
    with _guard:
        _surfaces.clear()


def heat_tile(surface: HeatSurface, address: TileAddress) -> NDArray[np.float32]:
    """Return the density at the corners of a tile's 4-pixel squares.

    Parameters
    ----------
    surface : HeatSurface
    address : TileAddress

    Returns
    -------
    ndarray of float32, shape (65, 65)
        Events per km² and period; rows from north to south, columns from west to east, both borders
        included. A corner shared with another tile, or with another zoom, has the same value there.
    """
    lon, lat = corner_lonlat(address)
    x, y = Projector(settings.METRIC_SRID).forward(
        np.tile(lon, STEPS + 1), np.repeat(lat, STEPS + 1)
    )
    return surface.density.at(x, y).astype(np.float32).reshape(STEPS + 1, STEPS + 1)


def corner_lonlat(address: TileAddress) -> tuple[Floats, Floats]:
    """Return the longitudes (west to east) and latitudes (north to south) of a tile's lattice."""
    # Whole numbers over a power of two: the same corner is the same double in every tile and zoom.
    side = float(STEPS << address.zoom)
    across = (np.arange(STEPS + 1) + address.x * STEPS) / side
    down = (np.arange(STEPS + 1) + address.y * STEPS) / side
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1.0 - 2.0 * down))))
    return across * 360.0 - 180.0, lat


def heat_value(surface: HeatSurface, lon: float, lat: float) -> float:
    """Return the density at one place, WGS-84 degrees, in events per km² and period."""
    x, y = Projector(settings.METRIC_SRID).forward([lon], [lat])
    return float(surface.density.at(x, y)[0])


def heat_legend(surface: HeatSurface) -> HeatLegend:
    """Return the scale of a surface, from the highest density at an event's own place."""
    highest = surface.density.crest()
    if highest <= 0:
        return HeatLegend((0.0,), 0.0)
    step = nice_step(highest / (TICKS - 1))
    count = max(1, math.ceil(highest / step - 1e-9))
    return HeatLegend(tuple(step * i for i in range(count + 1)), highest)


def nice_step(least: float) -> float:
    """Return the smallest of 1, 2, 2.5, 5 times a power of ten that is not below ``least``."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(n * power for n in (1.0, 2.0, 2.5, 5.0, 10.0) if n * power >= least * (1 - 1e-12))
