"""A point as somebody gave it → the columns of ``Pinned`` and ``Assigned``, in one step."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from geodata.crs import to_wgs84
from mapgrid.core.errors import InvalidError
from mapgrid.core.geometry import point_lonlat
from mapgrid.core.models import Datum
from mapgrid.grids.locating import assign_one
from mapgrid.grids.locks import hold_editions_still


def stored_lonlat(lon: float, lat: float, datum: str = Datum.WGS84) -> tuple[float, float]:
    """Return WGS-84 degrees for a point given in a declared datum.

    Raises
    ------
    InvalidError
        ``point.range`` when it is no place on earth, ``point.datum`` when the datum is unknown.
    """
    if datum not in Datum.values:
        raise InvalidError(
            "point.datum",
            _("Unknown datum “%(datum)s”. Declare one of: %(known)s.")
            % {"datum": datum, "known": ", ".join(Datum.values)},
        )
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise InvalidError(
            "point.range",
            _("This is no place on earth: longitude −180 to 180, latitude −90 to 90."),
        )
    x, y = to_wgs84(lon, lat, datum)
    return float(x), float(y)


def pin(
    *, lon: float, lat: float, datum: str = Datum.WGS84, at: dt.datetime | None = None
) -> dict[str, Any]:
    """Return every column of a pinned and assigned row; call it inside the writing transaction.

    Parameters
    ----------
    lon, lat : float
        Degrees in ``datum``; kept as raw values beside the stored WGS-84 point.
    at : datetime, optional
        The moment whose edition decides; now by default.
    """
    x, y = stored_lonlat(lon, lat, datum)
    hold_editions_still()
    moment = at or timezone.now()
    return {
        "point": point_lonlat(x, y),
        "datum": datum,
        "source_srid": 4326,
        "raw_x": lon,
        "raw_y": lat,
        **assign_one(x, y, at=moment).row(0, timezone.now()),
    }
